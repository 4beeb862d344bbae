package io.sextant.reports;

import io.sextant.results.Aggregates;
import io.sextant.results.AttackInfo;
import io.sextant.results.Cell;
import io.sextant.results.Epsilon;
import io.sextant.results.Grid;
import io.sextant.results.Limit;
import io.sextant.results.Metric;
import io.sextant.results.Norm;
import io.sextant.results.Outcome;
import io.sextant.results.Rule;
import io.sextant.results.SampleRow;
import io.sextant.results.SampleTable;
import io.sextant.results.Severity;
import io.sextant.results.Slice;
import io.sextant.results.Statistic;
import io.sextant.results.Threat;
import io.sextant.results.baseline.Baseline;
import io.sextant.results.baseline.Fingerprint;
import io.sextant.results.gate.BuildGate;
import io.sextant.results.gate.GatePolicy;
import io.sextant.results.gate.GateReport;
import io.sextant.results.gate.GateSubject;
import io.sextant.results.gate.Guidance;
import io.sextant.results.gate.Waiver;
import io.sextant.results.rules.Measurements;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/** Judgements of builds, made by the real gate from made-up outcomes of 200 examples. */
final class GateFixture {
  static final LocalDate TODAY = LocalDate.of(2026, 1, 15);
  static final Guidance GUIDANCE =
      Guidance.maven(Optional.of("target/sextant/fashion-cnn/report.html"));
  static final String HOSTILE =
      "\"'><script>alert(1)</script>]]>|a|`b``@octocat #1 https://evil.example [x](//y) {0} ${z}"
          + " \u0000\u0007\n\r\t\u2028\u202E\uD800\uFFFE";
  private static final int N = 200;
  private static final Epsilon SMALL = Epsilon.parse("0.03");
  private static final Epsilon LARGE = Epsilon.parse("8/255");
  private static final List<Threat> THREATS =
      List.of(new Threat(Norm.LINF, List.of(SMALL, LARGE), "untargeted", List.of()));
  private static final List<AttackInfo> ATTACKS =
      List.of(
          new AttackInfo("fgsm", List.of(Norm.LINF), Map.of()),
          new AttackInfo("pgd", List.of(Norm.LINF), Map.of()));
  private static final Fingerprint PRINT = new Fingerprint("samples", "protocol");

  private GateFixture() {}

  /** Every state once, broken rules twice: with a figure and with a bound. */
  static GateReport seven(String model) {
    Baseline before =
        Baseline.of(
            model, PRINT, List.of(clean(), small(), large()), measured(0.35, N, Fixture.GARMENTS));
    List<Rule> rules =
        List.of(
            clean(),
            small(),
            large(),
            Rule.builder("worst-class", Metric.ROBUST_ACCURACY)
                .norm(Norm.LINF)
                .epsilon(SMALL)
                .className(Rule.EVERY_CLASS)
                .minimum(Limit.parse("47.25%"))
                .statistic(Statistic.CONFIDENCE_BOUND)
                .severity(Severity.WARN)
                .build(),
            Rule.builder("night", Metric.ROBUST_ACCURACY)
                .norm(Norm.LINF)
                .epsilon(LARGE)
                .slice("night")
                .minimum(Limit.parse("0.2"))
                .build(),
            Rule.robustAccuracy("l2", "l2 1", "10%"),
            Rule.builder("legacy", Metric.ROBUST_ACCURACY)
                .norm(Norm.LINF)
                .epsilon(SMALL)
                .attack("fgsm")
                .minimum(Limit.parse("90%"))
                .build(),
            Rule.builder("gap", Metric.COMPLETENESS_GAP).maximum(Limit.parse("5%")).build());
    List<Waiver> waivers =
        List.of(
            new Waiver(
                "legacy",
                Optional.of(model),
                "Retraining is planned for the next release",
                "Ann Example",
                LocalDate.of(2026, 3, 31)),
            new Waiver("clean", Optional.empty(), "old", "bob", LocalDate.of(2026, 1, 1)));
    return new BuildGate(rules, waivers, GatePolicy.DEFAULT)
        .only(Set.of("clean", "linf-small", "linf-large", "worst-class", "night", "l2", "legacy"))
        .judge(
            new GateSubject(model, measured(0.5, 90, Fixture.GARMENTS), PRINT),
            Optional.of(before),
            TODAY);
  }

  /** One rule that holds. */
  static GateReport passing(String model) {
    return new BuildGate(List.of(clean()), List.of(), GatePolicy.DEFAULT)
        .judge(
            new GateSubject(model, measured(0.35, N, Fixture.GARMENTS), PRINT),
            Optional.empty(),
            TODAY);
  }

  /** A build that only an unused waiver fails. */
  static GateReport failedByWaiver(String model) {
    return new BuildGate(
            List.of(clean()),
            List.of(new Waiver("clean", Optional.empty(), "old", "bob", TODAY)),
            GatePolicy.DEFAULT.withFailOnUnusedWaiver(true))
        .judge(
            new GateSubject(model, measured(0.35, N, Fixture.GARMENTS), PRINT),
            Optional.empty(),
            TODAY);
  }

  /** Every name is {@link #HOSTILE}: of the model, rules, classes, waivers. */
  static GateReport hostile() {
    List<String> classes = new ArrayList<>(Fixture.GARMENTS);
    classes.set(3, HOSTILE);
    Rule broken =
        Rule.builder(HOSTILE, Metric.ROBUST_ACCURACY)
            .norm(Norm.LINF)
            .epsilon(SMALL)
            .className(HOSTILE)
            .minimum(Limit.parse("99%"))
            .build();
    Rule waived =
        Rule.builder(HOSTILE + "2", Metric.CLEAN_ACCURACY)
            .className(HOSTILE)
            .minimum(Limit.parse("100%"))
            .build();
    return new BuildGate(
            List.of(broken, waived),
            List.of(
                new Waiver(HOSTILE + "2", Optional.empty(), HOSTILE, HOSTILE, TODAY),
                new Waiver(HOSTILE + "3", Optional.empty(), HOSTILE, HOSTILE, TODAY)),
            GatePolicy.DEFAULT.withFailOnUnusedWaiver(true))
        .judge(new GateSubject(HOSTILE, measured(0.5, N, classes), PRINT), Optional.empty(), TODAY);
  }

  private static Rule clean() {
    return Rule.cleanAccuracy("clean", "85%");
  }

  private static Rule small() {
    return Rule.builder("linf-small", Metric.ROBUST_ACCURACY)
        .norm(Norm.LINF)
        .epsilon(SMALL)
        .minimum(Limit.parse("40%"))
        .maxRegression(Limit.parse("2%"))
        .build();
  }

  private static Rule large() {
    return Rule.robustAccuracy("linf-large", "linf 8/255", "50%");
  }

  /**
   * An audit.
   *
   * @param broken share of examples that PGD breaks at the small radius
   * @param reached examples on which PGD was run at the large radius
   */
  private static Measurements measured(double broken, int reached, List<String> classes) {
    Random random = new Random(11);
    List<Aggregates.CleanPrediction> clean = new ArrayList<>();
    List<SampleRow> rows = new ArrayList<>();
    for (int sample = 0; sample < N; sample++) {
      int label = sample % classes.size();
      int predicted = random.nextDouble() < 0.93 ? label : (label + 1) % classes.size();
      clean.add(new Aggregates.CleanPrediction(sample, label, predicted));
      double toughness = random.nextDouble();
      rows.add(row(sample, label, predicted, SMALL, "fgsm", toughness < broken / 2));
      rows.add(row(sample, label, predicted, SMALL, "pgd", toughness < broken));
      rows.add(row(sample, label, predicted, LARGE, "fgsm", toughness < broken));
      if (sample < reached || predicted != label) {
        rows.add(row(sample, label, predicted, LARGE, "pgd", toughness < broken * 1.4));
      }
    }
    SampleTable table =
        new SampleTable(
            clean,
            rows,
            Grid.of(THREATS, ATTACKS),
            List.of(Slice.of("night", IntStream.range(80, 130).boxed().toList())));
    return Measurements.of(classes, table);
  }

  private static SampleRow row(
      int sample, int label, int predicted, Epsilon epsilon, String attack, boolean broken) {
    Outcome outcome =
        label != predicted ? Outcome.ALREADY_WRONG : broken ? Outcome.BROKEN : Outcome.HELD;
    return new SampleRow(
        sample,
        label,
        predicted,
        new Cell(Norm.LINF.within(epsilon), attack),
        outcome,
        outcome == Outcome.BROKEN ? OptionalDouble.of(epsilon.value()) : OptionalDouble.empty(),
        1,
        1);
  }
}
