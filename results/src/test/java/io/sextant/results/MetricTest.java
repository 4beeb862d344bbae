package io.sextant.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sextant.results.rules.Figure;
import io.sextant.results.rules.Figures;
import io.sextant.results.rules.Gap;
import io.sextant.results.rules.Measurements;
import io.sextant.results.rules.RuleJudge;
import io.sextant.results.rules.Tally;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class MetricTest {
  /** Even: 100 holds, 102 breaks, 104 wrong. Odd: 101 holds, 103 breaks far, 105 holds. */
  private static final Trial TRIAL =
      new Trial("ggggwg").run("fgsm", "0.1", "hh3hwh").run("pgd", "0.1", "hhh9wi");

  private static Tally tally(Figure figure) {
    return (Tally) figure.value();
  }

  private static Figure only(Rule rule, Measurements measured) {
    List<Figure> figures = Figures.of(rule, measured);
    assertThat(figures).hasSize(1);
    return figures.get(0);
  }

  private static Rule.Builder half(Rule.Builder rule) {
    return rule.minimum(Limit.parse("50%"));
  }

  @Test
  void unknown_names_are_refused_with_the_known_ones() {
    assertThat(Metric.values()).extracting(Metric::key).doesNotHaveDuplicates();
    for (Metric metric : Metric.values()) {
      assertThat(Metric.parse(" " + metric.key())).isSameAs(metric);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Metric.parse("accuracy"))
        .withMessage(
            "metric must be one of clean-accuracy, robust-accuracy, corrupted-accuracy,"
                + " completeness-gap, attribution-drift but was 'accuracy'");
  }

  @Test
  void only_robust_accuracy_is_an_upper_bound() {
    assertThat(Metric.values())
        .filteredOn(Metric::isUpperBound)
        .containsExactly(Metric.ROBUST_ACCURACY);
    assertThat(Metric.values())
        .filteredOn(metric -> !metric.isShare())
        .containsExactly(Metric.COMPLETENESS_GAP, Metric.ATTRIBUTION_DRIFT);
  }

  @Test
  void the_worst_case_counts_each_example_once() {
    Figure figure = only(half(Trial.robust("r")).build(), TRIAL.measured());
    assertThat(figure.scope()).isEqualTo(Scope.at(Cell.worstCase(Condition.parse("linf 0.1"))));
    assertThat(tally(figure).share()).contains(new Proportion(3, 6));
    assertThat(tally(figure).paired()).isTrue();
    assertThat(figure.value().worst())
        .as("nearest first, wrong last")
        .containsExactly(102, 103, 104);
  }

  @Test
  void one_attack_stands_for_itself() {
    Figure fgsm = only(half(Trial.robust("r")).attack("fgsm").build(), TRIAL.measured());
    assertThat(fgsm.scope().attack()).contains("fgsm");
    assertThat(tally(fgsm).share()).contains(new Proportion(4, 6));
    assertThat(fgsm.value().worst()).containsExactly(102, 104);
    Rule unknown = half(Trial.robust("r")).attack("cw").build();
    assertThat(Figures.of(unknown, TRIAL.measured())).isEmpty();
  }

  @Test
  void one_class_and_each_class() {
    Figure odd = only(half(Trial.robust("r")).className("odd").build(), TRIAL.measured());
    assertThat(odd.scope().className()).contains("odd");
    assertThat(tally(odd).share()).contains(new Proportion(2, 3));
    Rule each = half(Trial.robust("r")).className(Rule.EVERY_CLASS).build();
    assertThat(Figures.of(each, TRIAL.measured()))
        .extracting(figure -> figure.scope().className().orElse(""), figure -> tally(figure).high())
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("even", 1),
            org.assertj.core.groups.Tuple.tuple("odd", 2));
    RuleVerdict verdict = RuleJudge.judge(each, TRIAL.measured());
    assertThat(verdict.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(verdict.scope().className()).as("the worst class").contains("even");
    Rule nobody = half(Trial.robust("r")).className("neither").build();
    assertThat(Figures.of(nobody, TRIAL.measured())).isEmpty();
  }

  @Test
  void a_slice_counts_its_examples() {
    Trial sliced =
        new Trial("ggggwg")
            .run("fgsm", "0.1", "hh3hwh")
            .slice("night", 102, 103, 104, 999)
            .slice("far", 7);
    Figure night = only(half(Trial.robust("r")).slice("night").build(), sliced.measured());
    assertThat(night.scope().slice()).contains("night");
    assertThat(tally(night).share()).contains(new Proportion(1, 3));
    Figure clean = only(half(Trial.clean("c")).slice("night").build(), sliced.measured());
    assertThat(tally(clean).share()).contains(new Proportion(2, 3));
    for (String name : List.of("far", "unknown")) {
      Rule rule = half(Trial.robust("r")).slice(name).build();
      assertThat(Figures.of(rule, sliced.measured())).as(name).isEmpty();
      Rule cleanRule = half(Trial.clean("r")).slice(name).build();
      assertThat(Figures.of(cleanRule, sliced.measured())).as(name).isEmpty();
    }
  }

  @Test
  void counts_alone_know_no_slice() {
    Trial trial = new Trial("gg").run("pgd", "0.1", "hh").slice("all", 100, 101);
    Measurements measured = trial.measured();
    Measurements counts = trial.counts();
    for (Rule.Builder rule : List.of(Trial.robust("r"), Trial.clean("c"))) {
      Rule sliced = half(rule).slice("all").build();
      assertThat(Figures.of(sliced, counts)).isEmpty();
      assertThat(Figures.of(sliced, measured)).hasSize(1);
    }
  }

  @Test
  void counts_and_rows_agree_where_everything_was_run() {
    Measurements measured = TRIAL.measured();
    Measurements counts = TRIAL.counts();
    for (Rule rule :
        List.of(
            half(Trial.robust("r")).build(),
            half(Trial.robust("r")).attack("pgd").build(),
            half(Trial.robust("r")).className("even").build(),
            half(Trial.clean("c")).build(),
            half(Trial.clean("c")).className("even").build())) {
      Tally one = tally(only(rule, measured));
      Tally other = tally(only(rule, counts));
      assertThat(other.share()).isEqualTo(one.share()).isPresent();
      assertThat(one.paired()).isTrue();
      assertThat(other.paired()).isFalse();
    }
  }

  @Test
  void counts_of_a_part_are_bounds() {
    Measurements counts =
        new Trial("ggggwg").run("fgsm", "0.1", "hh3hwh").run("pgd", "0.1", "h.").counts();
    Tally worst = tally(only(half(Trial.robust("r")).build(), counts));
    assertThat(worst.low()).isZero();
    assertThat(worst.high()).as("one broken and one wrong of 6").isEqualTo(4);
    Tally fgsm = tally(only(half(Trial.robust("r")).attack("fgsm").build(), counts));
    assertThat(fgsm.share()).contains(new Proportion(4, 6));
    Tally pgd = tally(only(half(Trial.robust("r")).attack("pgd").build(), counts));
    assertThat(pgd.complete()).isFalse();
    Tally even = tally(only(half(Trial.robust("r")).className("even").build(), counts));
    assertThat(List.of(even.low(), even.high(), even.n())).containsExactly(0, 1, 3);
  }

  @Test
  void what_lacks_an_attack_is_open_unless_it_is_bad_already() {
    Measurements part =
        new Trial("ggggwg").run("fgsm", "0.1", "hh3hwh").run("pgd", "0.1", "h5....").measured();
    Tally tally = tally(only(half(Trial.robust("r")).build(), part));
    assertThat(tally.scores())
        .extracting(Score::standing)
        .containsExactly(
            Score.Standing.GOOD,
            Score.Standing.BROKEN,
            Score.Standing.BROKEN,
            Score.Standing.OPEN,
            Score.Standing.WRONG,
            Score.Standing.OPEN);
    assertThat(tally.scores().get(2).distance().orElseThrow()).isEqualTo(0.1 * 3 / 10);
    assertThat(tally.low()).isEqualTo(1);
    assertThat(tally.high()).isEqualTo(3);
  }

  @Test
  void a_smaller_radius_breaks_in_the_worst_case_only() {
    Trial two = new Trial("ggg").run("pgd", "0.05", "9hh").run("pgd", "0.1", "hh9");
    assertThat(tally(only(half(Trial.robust("r")).build(), two.measured())).high()).isEqualTo(1);
    assertThat(tally(only(half(Trial.robust("r")).attack("pgd").build(), two.measured())).high())
        .isEqualTo(2);
    Rule small = Rule.robustAccuracy("s", "linf 0.050", "50%");
    assertThat(tally(only(small, two.measured())).high()).as("not the other way").isEqualTo(2);
    Rule any = Rule.builder("a", Metric.ROBUST_ACCURACY).minimum(Limit.parse("50%")).build();
    assertThat(Figures.of(any, two.measured())).hasSize(2);
    assertThat(RuleJudge.judge(any, two.measured()).scope().condition())
        .contains(Condition.parse("linf 0.1"));
    Rule otherNorm =
        Rule.builder("o", Metric.ROBUST_ACCURACY).norm(Norm.L2).minimum(Limit.parse("0")).build();
    assertThat(Figures.of(otherNorm, two.measured())).isEmpty();
  }

  @Test
  void replayed_inputs_break_and_are_not_waited_for() {
    Trial replayed = new Trial("ggg").run("pgd", "0.1", "hhh").run(SampleRow.REPLAY, "0.1", "5..");
    Tally tally = tally(only(half(Trial.robust("r")).build(), replayed.measured()));
    assertThat(tally.share()).contains(new Proportion(2, 3));
    Trial early = new Trial("ggg").run("pgd", "0.1", "...").run(SampleRow.REPLAY, "0.1", "5h.");
    Tally open = tally(only(half(Trial.robust("r")).build(), early.measured()));
    assertThat(open.low()).isZero();
    assertThat(open.high()).isEqualTo(2);
  }

  @Test
  void rows_alone_leave_unseen_examples_open() {
    Trial trial = new Trial("gggg").run("pgd", "0.1", "h9").slice("s", 101, 102);
    Accuracy accuracy = new Accuracy(new Proportion(4, 4), List.of(), List.of());
    SampleTable table =
        new SampleTable(
            trial.table().clean().subList(0, 2),
            trial.rows(),
            trial.grid(),
            trial.table().slices());
    Measurements part =
        new Measurements(
            Trial.CLASSES, accuracy, List.of(), Validity.of(List.of()), Optional.of(table));
    Tally all = tally(only(half(Trial.robust("r")).build(), part));
    assertThat(List.of(all.low(), all.high(), all.n())).containsExactly(1, 3, 4);
    assertThat(all.scores()).hasSize(2);
    Tally slice = tally(only(half(Trial.robust("r")).slice("s").build(), part));
    assertThat(List.of(slice.low(), slice.high(), slice.n())).containsExactly(0, 1, 2);
    Tally clean = tally(only(half(Trial.clean("c")).build(), part));
    assertThat(clean.share()).as("counted, not paired").contains(new Proportion(4, 4));
    assertThat(clean.paired()).isFalse();
  }

  @Test
  void an_output_that_is_not_finite_is_held_and_not_right() {
    SampleRow row =
        new SampleRow(
            5,
            0,
            SampleRow.NO_CLASS,
            new Cell(Norm.LINF.within(Epsilon.parse("0.1")), "pgd"),
            Outcome.INCONCLUSIVE,
            OptionalDouble.empty(),
            1,
            1);
    SampleTable table =
        new SampleTable(
            List.of(new Aggregates.CleanPrediction(5, 0, SampleRow.NO_CLASS)),
            List.of(row),
            new Trial("g").run("pgd", "0.1", "h").grid(),
            List.of());
    Measurements measured = Measurements.of(Trial.CLASSES, table);
    assertThat(tally(only(half(Trial.robust("r")).build(), measured)).high()).isEqualTo(1);
    assertThat(tally(only(half(Trial.clean("c")).build(), measured)).high()).isZero();
  }

  @Test
  void the_worst_explanations_are_named() {
    ExplainerResult result =
        new ExplainerResult(
            "ig", Map.of(), List.of(gap(3, 0.1), gap(1, -0.5), gap(2, 0), gap(0, 0.1)), List.of());
    Rule rule = Rule.builder("g", Metric.COMPLETENESS_GAP).maximum(Limit.parse("49.9%")).build();
    Measurements measured =
        new Measurements(
            Trial.CLASSES,
            new Accuracy(new Proportion(1, 1), List.of(), List.of()),
            List.of(result),
            Validity.of(List.of()),
            Optional.empty());
    Figure figure = only(rule, measured);
    assertThat(figure.scope()).isEqualTo(Scope.ALL);
    assertThat(figure.value().value()).isEqualTo(0.5);
    assertThat(figure.value().worst()).containsExactly(1, 0, 3);
    assertThat(figure.judge(rule)).isEqualTo(Certainty.FAILS);
    Gap open = new Gap(0.2, false, List.of());
    assertThat(open.atMost(Limit.parse("0.5"), Statistic.POINT)).isEqualTo(Certainty.OPEN);
    assertThat(open.atMost(Limit.parse("0.1"), Statistic.POINT)).isEqualTo(Certainty.FAILS);
    assertThat(open.atLeast(Limit.parse("0.5"), Statistic.POINT)).isEqualTo(Certainty.OPEN);
    assertThat(open.atLeast(Limit.parse("0.1"), Statistic.POINT)).isEqualTo(Certainty.HOLDS);
    Gap whole = new Gap(0.25, true, List.of());
    assertThat(whole.atLeast(Limit.parse("0.26"), Statistic.POINT)).isEqualTo(Certainty.FAILS);
    assertThat(whole.atLeast(Limit.parse("0.25"), Statistic.POINT)).isEqualTo(Certainty.HOLDS);
    assertThat(whole.atMost(Limit.parse("0.25"), Statistic.POINT)).isEqualTo(Certainty.HOLDS);
  }

  @Test
  void an_explainer_without_a_proportion_takes_the_green_from_the_others() {
    Certificate flat =
        new Certificate(
            5,
            0,
            "logit",
            1,
            2,
            OptionalDouble.of(2),
            OptionalDouble.of(0.7),
            Optional.of(false),
            OptionalDouble.empty(),
            1,
            1);
    Rule rule = Rule.builder("g", Metric.COMPLETENESS_GAP).maximum(Limit.parse("5%")).build();
    Measurements measured =
        new Measurements(
            Trial.CLASSES,
            new Accuracy(new Proportion(1, 1), List.of(), List.of()),
            List.of(
                new ExplainerResult("fine", Map.of(), List.of(gap(1, 0.01)), List.of()),
                new ExplainerResult("flat", Map.of(), List.of(flat), List.of())),
            Validity.of(List.of()),
            Optional.empty());
    assertThat(RuleJudge.judge(rule, measured).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
  }

  private static Certificate gap(int sample, double gap) {
    return new Certificate(
        sample,
        0,
        "logit",
        1,
        2,
        OptionalDouble.of(1),
        OptionalDouble.of(gap),
        Optional.of(true),
        OptionalDouble.empty(),
        1,
        1);
  }

  @Test
  void tables_must_be_consistent() {
    Trial trial = new Trial("gg").run("pgd", "0.1", "hh");
    List<Aggregates.CleanPrediction> clean = trial.table().clean();
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new SampleTable(
                    List.of(clean.get(0), clean.get(0)), List.of(), new Grid(List.of()), List.of()))
        .withMessage("sample 100 must have one clean prediction but has two");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new SampleTable(List.of(clean.get(0)), trial.rows(), trial.grid(), List.of()))
        .withMessage("sample 101 has rows of attacks but no clean prediction");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> trial.slice("s", 100).slice("s", 101).table())
        .withMessage("slice s is given twice");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Slice.of("s", List.of()))
        .withMessage("slice s must have at least one example but has none");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Slice.of("s", List.of(2, -1)))
        .withMessage("slice s: sample must not be negative but was -1");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new Measurements(
                    Trial.CLASSES,
                    new Accuracy(new Proportion(1, 1), List.of(), List.of()),
                    List.of(),
                    Validity.of(List.of()),
                    Optional.of(new Trial("gg").table())))
        .withMessage("samples must be at most the 1 examples of the audit but were 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Tally(2, 1, 3, List.of()))
        .withMessage(
            "a tally must have 0 <= low <= high <= n and n >= 1 but had low 2, high 1, n 3");
    assertThatIllegalArgumentException().isThrownBy(() -> new Tally(0, 0, 0, List.of()));
    assertThatIllegalArgumentException().isThrownBy(() -> new Tally(-1, 0, 1, List.of()));
    assertThatIllegalArgumentException().isThrownBy(() -> new Tally(1, 2, 1, List.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Score(1, Score.Standing.GOOD, OptionalDouble.of(1)))
        .withMessageStartingWith("sample 1: distance must be given only when broken");
  }
}
