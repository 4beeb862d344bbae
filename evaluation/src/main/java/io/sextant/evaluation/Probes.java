package io.sextant.evaluation;

import io.sextant.attacks.Attack;
import io.sextant.attacks.Attacks;
import io.sextant.attacks.Goal;
import io.sextant.attacks.ThreatModel;
import io.sextant.evaluation.data.DataSet;
import io.sextant.gradients.Examples;
import io.sextant.gradients.InputDomain;
import io.sextant.results.Accuracy;
import io.sextant.results.Aggregates;
import io.sextant.results.AttackInfo;
import io.sextant.results.Epsilon;
import io.sextant.results.Norm;
import io.sextant.results.Outcome;
import io.sextant.results.SampleRow;
import io.sextant.results.Threat;
import io.sextant.results.ValidityCheck;
import io.sextant.spec.AuditSpec;
import io.sextant.spec.ThreatSpec;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Validity checks that attack the model once more, in ways whose outcome is known beforehand. */
final class Probes {
  /** What stands in the place of the probes when no verdict can depend on them. */
  static final List<ValidityCheck> NOT_NEEDED =
      List.of(
          ValidityChecks.skipped(
              ValidityChecks.NOISE,
              "Attacks beat random noise",
              "the gate fails for certain",
              "A failure does not depend on whether the attacks are strong."),
          ValidityChecks.skipped(
              ValidityChecks.HUGE_EPSILON,
              "Nothing holds when everything may change",
              "the gate fails for certain",
              "A failure does not depend on whether the attacks are strong."));

  private static final int EXAMPLES = 100;
  private static final Map<String, String> NOISE = Map.of("draws", "10");

  private final AttackRunner runner;
  private final AuditSpec spec;
  private final DataSet data;
  private final Examples examples;
  private final EngineOptions options;

  Probes(
      AttackRunner runner, AuditSpec spec, DataSet data, Examples examples, EngineOptions options) {
    this.runner = runner;
    this.spec = spec;
    this.data = data;
    this.examples = examples;
    this.options = options;
  }

  /** Random noise of the same size must not beat the attacks. */
  ValidityCheck noise(List<SampleRow> rows, List<Threat> threats) throws IOException {
    Attack noise = Attacks.of("noise", NOISE);
    List<SampleRow> both = new ArrayList<>();
    for (ThreatSpec threat : spec.threats()) {
      if (!noise.norms().contains(threat.norm())) {
        continue;
      }
      Epsilon largest = threat.epsilons().get(threat.epsilons().size() - 1);
      List<AttackRunner.Task> tasks =
          AttackRunner.tasks(AttackStage.model(threat, largest), noise, "noise", examples);
      for (Unit.Done done : runner.run(tasks, null)) {
        done.attempts().forEach(a -> both.add(a.row(threat.norm(), largest, "noise")));
      }
      rows.stream()
          .filter(SampleRow::isWorstCase)
          .filter(row -> row.norm() == threat.norm())
          .filter(row -> row.epsilon().filter(largest::equals).isPresent())
          .map(Probes::asAttack)
          .forEach(both::add);
    }
    List<AttackInfo> infos =
        List.of(
            new AttackInfo("attacks", List.of(), Map.of()),
            new AttackInfo("noise", List.of(), Map.of()));
    Accuracy compared =
        Aggregates.of(both, List.of(), List.of(), threats, infos, data.classes().size());
    return new ValidityChecks(both, compared)
        .atLeastAsStrong(
            ValidityChecks.NOISE,
            "Attacks beat random noise",
            "attacks",
            "noise",
            "Ten random perturbations of the largest radius per example. Attacks that break fewer"
                + " examples than noise have no use of the gradient.");
  }

  private static SampleRow asAttack(SampleRow row) {
    return new SampleRow(
        row.sample(),
        row.label(),
        row.predicted(),
        row.norm(),
        row.epsilon(),
        "attacks",
        row.outcome(),
        row.distance(),
        row.forwards(),
        row.backwards());
  }

  /** PGD with everything at its disposal, on the unconstrained box. */
  ValidityCheck hugeEpsilon(Subject subject, int[] predicted) throws IOException {
    int[] right =
        IntStream.range(0, predicted.length)
            .filter(i -> predicted[i] == examples.label(i))
            .limit(EXAMPLES)
            .toArray();
    Examples probe = examples.at(right);
    InputDomain open = ExplanationStage.unconstrained(data.domain());
    double span =
        open.features().stream()
            .mapToDouble(f -> (f.maximum() - f.minimum()) / f.scale())
            .max()
            .orElse(1);
    Epsilon radius = Epsilon.parse(decimal(span));
    Attack pgd = Attacks.of("pgd", Map.of());
    ThreatModel threat = new ThreatModel(Norm.LINF, radius, Goal.UNTARGETED, 0);
    int held = 0;
    try (Subject free =
        new Subject(
            subject.file(), subject.model(), options.service(subject.model().graph(), open))) {
      AttackRunner unheard =
          new AttackRunner(free, spec.seed(), options.threads(), Progress.SILENT);
      for (Unit.Done done : unheard.run(AttackRunner.tasks(threat, pgd, "pgd", probe), null)) {
        held +=
            Math.toIntExact(
                done.attempts().stream().filter(a -> a.outcome() != Outcome.BROKEN).count());
      }
    }
    return ValidityChecks.hugeEpsilon(
        held, probe.size(), subject.model().classes(), Norm.LINF, radius.text());
  }

  /** The shortest decimal that stands for a number. */
  private static String decimal(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }
}
