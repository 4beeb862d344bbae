package io.sextant.evaluation;

import io.sextant.attacks.Attack;
import io.sextant.attacks.Sign;
import io.sextant.attacks.gradient.Fgsm;
import io.sextant.attacks.gradient.Pgd;
import io.sextant.attacks.preset.Preset;
import io.sextant.results.Metric;
import io.sextant.results.Outcome;
import io.sextant.results.QueryCount;
import io.sextant.results.Reverification;
import io.sextant.results.SampleRow;
import io.sextant.results.Validity;
import io.sextant.results.ValidityCheck;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Asks whether what the stages before it have measured can be believed. */
final class ValidityStage implements Stage {
  /**
   * The answer.
   *
   * @param validity all checks
   * @param queries work of those that attack once more
   */
  record Checked(Validity validity, List<QueryCount> queries) implements Finding {}

  @Override
  public String name() {
    return "validity";
  }

  @Override
  public String phase() {
    return "checking validity";
  }

  @Override
  public List<AuditPlan.Cost> plan(Preparation prepared, Effort effort, int right) {
    return effort.probes(prepared.spec().rules())
        ? Probes.plan(prepared, AttackStage.asked(prepared, effort), right)
        : List.of();
  }

  @Override
  public Checked run(Run run) throws IOException {
    AttackStage.Attacked attacked = run.found().of(AttackStage.Attacked.class);
    CountStage.Counted counted = run.found().of(CountStage.Counted.class);
    ValidityChecks compared = new ValidityChecks(counted.complete(), counted.accuracy());
    Probes probes = new Probes(run);
    List<ValidityCheck> all =
        new ArrayList<>(run.found().all().flatMap(found -> found.checks().stream()).toList());
    all.add(finiteLogits(run));
    all.addAll(
        new OutputChecks(run.prepared().subject(), run.found().of(CleanStage.Decided.class)).run());
    all.add(zeroGradients(attacked.attempts()));
    all.add(PathChecks.silentSuccess(attacked.parts()));
    all.add(PathChecks.incomplete(attacked.parts(), AttackStage.cells(run.prepared())));
    all.add(
        compared.atLeastAsStrong(
            "pgd-vs-fgsm",
            "Many steps beat one",
            manySteps(run.prepared()),
            id(run.prepared(), Fgsm.DEFAULT),
            "PGD, or a preset where it is not run, searches the ball on whose edge FGSM's one step"
                + " ends; if it breaks fewer examples its optimisation is at fault. Give it more"
                + " steps or restarts."));
    all.add(reach(run.prepared(), counted.complete()));
    ValidityCheck monotone = compared.monotone(learnt(run.prepared()));
    all.add(
        attacked.doubtful()
            ? probes.monotone(monotone)
            : Unsearched.leftOut(monotone, probes.unsearched(), needless(attacked)));
    all.addAll(
        attacked.doubtful() ? probes.run() : ValidityChecks.probesLeftOut(needless(attacked)));
    all.add(verified(attacked.attempts(), counted.rejected()));
    return new Checked(Validity.of(all), probes.queries());
  }

  /** What learns from other examples is learnt anew for each radius. */
  private static Set<String> learnt(Preparation prepared) {
    return prepared.attacks().entrySet().stream()
        .filter(own -> own.getValue() instanceof LearntFromData)
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  /** The id of the first attack of this kind; its name where the audit has none. */
  private static String id(Preparation prepared, Attack attack) {
    return prepared.attacks().entrySet().stream()
        .filter(own -> own.getValue().name().equals(attack.name()))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(attack.name());
  }

  /** PGD's id; that of the first preset where PGD is not run. */
  private static String manySteps(Preparation prepared) {
    String pgd = id(prepared, Pgd.DEFAULT);
    return prepared.attacks().containsKey(pgd)
        ? pgd
        : prepared.attacks().entrySet().stream()
            .filter(own -> own.getValue() instanceof Preset)
            .map(Map.Entry::getKey)
            .findFirst()
            .orElse(pgd);
  }

  private static String needless(AttackStage.Attacked attacked) {
    return attacked.failed()
        ? "the gate fails for certain"
        : attacked.outOfTime()
            ? "the time was used up"
            : "no rule that was asked for rests on the attacks";
  }

  private static ValidityCheck finiteLogits(Run run) {
    CleanStage.Decided decided = run.found().of(CleanStage.Decided.class);
    List<Integer> undecided =
        run.found().of(AttackStage.Attacked.class).attempts().stream()
            .filter(
                a ->
                    a.outcome() == Outcome.INCONCLUSIVE
                        && !a.rejected()
                        && !AttackRunner.DISAGREEMENT.equals(a.reason()))
            .map(Attempt::sample)
            .toList();
    List<Integer> unexplained = run.found().of(ExplanationStage.Explained.class).notFinite();
    List<Integer> unkept = run.found().of(AttributionStage.Kept.class).notFinite();
    List<Integer> unclassified =
        IntStream.range(0, decided.predicted().length)
            .filter(i -> decided.predicted()[i] == SampleRow.NO_CLASS)
            .mapToObj(i -> Math.toIntExact(decided.examples().id(i)))
            .toList();
    List<Integer> notFinite =
        distinct(Stream.of(undecided, unexplained, unkept, unclassified).flatMap(List::stream));
    List<Metric> concerned = new ArrayList<>();
    if (!unclassified.isEmpty()) {
      concerned.add(Metric.CLEAN_ACCURACY);
    }
    if (!undecided.isEmpty()) {
      concerned.add(Metric.ROBUST_ACCURACY);
    }
    if (!unexplained.isEmpty()) {
      concerned.add(Metric.COMPLETENESS_GAP);
    }
    if (!unkept.isEmpty()) {
      concerned.add(Metric.ATTRIBUTION_DRIFT);
    }
    return ValidityChecks.finiteLogits(
        notFinite.size(), decided.examples().size(), concerned, notFinite);
  }

  private static ValidityCheck zeroGradients(List<Attempt> attempts) {
    List<Integer> zero =
        distinct(
            attempts.stream()
                .filter(a -> a.signs().contains(Sign.ZERO_GRADIENT))
                .map(Attempt::sample));
    List<Integer> started =
        distinct(attempts.stream().filter(a -> a.backwards() > 0).map(Attempt::sample));
    return ValidityChecks.zeroGradients(zero.size(), started.size(), zero);
  }

  /** How far the runs of each attack can go where examples hold. */
  private static ValidityCheck reach(Preparation prepared, List<SampleRow> rows) {
    List<ValidityChecks.Path> paths = new ArrayList<>();
    for (AttackStage.Planned cell : AttackStage.cells(prepared)) {
      OptionalDouble reach = cell.attack().reach(cell.threat().radius());
      if (reach.isPresent()
          && rows.stream().filter(cell::made).anyMatch(r -> r.outcome() == Outcome.HELD)) {
        paths.add(
            new ValidityChecks.Path(ValidityCheck.Affected.by(cell.cell()), reach.getAsDouble()));
      }
    }
    return ValidityChecks.reach(paths);
  }

  private static ValidityCheck verified(
      List<Attempt> attempts, List<Reverification.Rejection> rejected) {
    int broken =
        Math.toIntExact(attempts.stream().filter(a -> a.outcome() == Outcome.BROKEN).count());
    return ValidityChecks.verified(
        rejected.size(),
        rejected.size() + broken,
        distinct(rejected.stream().map(Reverification.Rejection::sample)));
  }

  private static List<Integer> distinct(Stream<Integer> samples) {
    return samples.distinct().sorted().toList();
  }
}
