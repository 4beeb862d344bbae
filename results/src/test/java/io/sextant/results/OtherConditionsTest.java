package io.sextant.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sextant.results.baseline.Baseline;
import io.sextant.results.baseline.Fingerprint;
import io.sextant.results.curtail.Curtailment;
import io.sextant.results.rules.Figures;
import io.sextant.results.rules.Measurements;
import io.sextant.results.rules.RuleJudge;
import io.sextant.results.rules.Tally;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that no radius limits: those of minimum-norm attacks, and of corruptions. */
class OtherConditionsTest {
  private static final Condition NEAREST = Condition.parse("nearest l2");
  private static final Condition FOG = Condition.parse("corrupted fog 3");
  private static final Grid FOGGY = new Grid(List.of(new Cell(FOG, "fog")));
  private static final Plan PLAN =
      new Plan(
          List.of(
              new Threat(
                  Norm.L2,
                  List.of(Epsilon.parse("0.5"), Epsilon.parse("1")),
                  "untargeted",
                  List.of())),
          List.of(new AttackInfo("fmn", List.of(Norm.L2), Map.of())),
          7,
          "");

  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path folder;

  /** Example 0 falls at 0.4, 1 at 0.8, 2 at 3, 3 never, and 4 is wrong from the start. */
  private static List<SampleRow> nearest() {
    List<SampleRow> rows = new ArrayList<>();
    double[] distances = {0.4, 0.8, 3};
    for (int sample = 0; sample < 5; sample++) {
      boolean broken = sample < distances.length;
      rows.add(
          new SampleRow(
              sample,
              sample % 2,
              sample == 4 ? 1 : sample % 2,
              new Cell(NEAREST, "fmn"),
              broken ? Outcome.BROKEN : sample == 4 ? Outcome.ALREADY_WRONG : Outcome.HELD,
              broken ? OptionalDouble.of(distances[sample]) : OptionalDouble.empty(),
              100,
              50));
    }
    return rows;
  }

  private static List<Aggregates.CleanPrediction> clean(List<SampleRow> rows) {
    return rows.stream()
        .map(row -> new Aggregates.CleanPrediction(row.sample(), row.label(), row.predicted()))
        .toList();
  }

  private static Measurements measured(List<SampleRow> rows) {
    return Measurements.of(
        Trial.CLASSES, new SampleTable(clean(rows), rows, PLAN.grid(), List.of()));
  }

  @Test
  void one_minimum_norm_run_gives_the_accuracy_at_each_radius_of_the_plan() {
    Accuracy accuracy = Aggregates.of(nearest(), clean(nearest()), List.of(), PLAN.grid(), 2);
    for (String attack : List.of("fmn", SampleRow.WORST_CASE)) {
      AttackCounts small =
          accuracy.at(Condition.parse("l2 0.5")).orElseThrow().of(attack).orElseThrow();
      AttackCounts large =
          accuracy.at(Condition.parse("l2 1")).orElseThrow().of(attack).orElseThrow();
      assertThat(small.accuracy()).as(attack).isEqualTo(new Proportion(3, 5));
      assertThat(large.accuracy()).as(attack).isEqualTo(new Proportion(2, 5));
      assertThat(large.broken()).as(attack).isEqualTo(2);
      assertThat(large.alreadyWrong()).as(attack).isEqualTo(1);
      assertThat(large.notRun()).as(attack).isZero();
    }
    assertThat(accuracy.classes().get(0).robust(Condition.parse("l2 1")))
        .contains(new Proportion(1, 3));
  }

  @Test
  void one_minimum_norm_run_answers_rules_at_radii_that_nobody_planned() {
    Measurements measured = measured(nearest());
    for (String[] expected :
        new String[][] {{"l2 0.3", "4"}, {"l2 0.8", "2"}, {"l2 1", "2"}, {"l2 3", "1"}}) {
      Rule rule = Rule.robustAccuracy("r", expected[0], "50%");
      Tally tally = (Tally) Figures.of(rule, measured).get(0).value();
      assertThat(tally.share())
          .as(expected[0])
          .contains(new Proportion(Integer.parseInt(expected[1]), 5));
    }
    assertThat(RuleJudge.judge(Rule.robustAccuracy("r", "l2 0.4", "50%"), measured).verdict())
        .isEqualTo(Verdict.PASS);
    assertThat(RuleJudge.judge(Rule.robustAccuracy("r", "l2 0.9", "50%"), measured).verdict())
        .isEqualTo(Verdict.FAIL);
    assertThat(RuleJudge.judge(Rule.robustAccuracy("r", "linf 0.4", "50%"), measured).verdict())
        .isEqualTo(Verdict.NOT_MEASURED);
  }

  @Test
  void an_example_without_its_minimum_norm_run_is_open_at_every_radius() {
    List<SampleRow> rows = nearest();
    List<Aggregates.CleanPrediction> all = clean(rows);
    SampleTable table = new SampleTable(all, rows.subList(0, 3), PLAN.grid(), List.of());
    for (String radius : List.of("l2 0.5", "l2 0.7")) {
      assertThat(table.scores(Cell.worstCase(Condition.parse(radius)), c -> true))
          .as(radius)
          .extracting(Score::standing)
          .containsExactly(
              Score.Standing.BROKEN,
              Score.Standing.GOOD,
              Score.Standing.GOOD,
              Score.Standing.OPEN,
              Score.Standing.WRONG);
    }
    assertThat(Curtailment.unrun(table))
        .extracting(unrun -> unrun.describe())
        .containsExactly(
            "fmn at L2 0.5: not run on 1 of 5 examples", "fmn at L2 1: not run on 1 of 5 examples");
  }

  @Test
  void minimum_norm_rows_come_back_from_the_file_after_the_radii_of_their_norm()
      throws IOException {
    List<SampleRow> rows = Aggregates.withWorstCase(nearest(), PLAN.grid());
    assertThat(rows.subList(0, 3))
        .extracting(row -> row.key().toString())
        .containsExactly(
            "sample 0, worst-case at l2 0.5",
            "sample 0, worst-case at l2 1",
            "sample 0, fmn at nearest l2");
    Path file = folder.resolve("samples.csv");
    SamplesCsv.write(file, rows);
    assertThat(SamplesCsv.read(file)).isEqualTo(rows);
    assertThat(Aggregates.withWorstCase(SamplesCsv.read(file), PLAN.grid())).isEqualTo(rows);
  }

  @Test
  void a_baseline_holds_a_minimum_norm_figure() {
    Rule rule = Rule.robustAccuracy("r", "l2 0.7", "0");
    Fingerprint same = new Fingerprint("s", "p");
    Baseline baseline = Baseline.of("m", same, List.of(rule), measured(nearest()));
    assertThat(Objects.requireNonNull(baseline.rules().get("r")).get(0).share())
        .isEqualTo(new Proportion(3, 5));
  }

  private static SampleRow foggy(int sample, int predicted, Outcome outcome) {
    return new SampleRow(
        sample, 0, predicted, new Cell(FOG, "fog"), outcome, OptionalDouble.empty(), 1, 0);
  }

  /** Right before and after, right then wrong, wrong then right, wrong both times, unknown. */
  private static final List<SampleRow> CORRUPTED =
      List.of(
          foggy(0, 0, Outcome.HELD),
          foggy(1, 0, Outcome.BROKEN),
          foggy(2, 1, Outcome.HELD),
          foggy(3, 1, Outcome.ALREADY_WRONG),
          foggy(4, 0, Outcome.INCONCLUSIVE));

  @Test
  void under_a_corruption_what_is_right_counts_whatever_the_clean_prediction_was() {
    Accuracy accuracy = Aggregates.of(CORRUPTED, clean(CORRUPTED), List.of(), FOGGY, 2);
    assertThat(accuracy.clean()).isEqualTo(new Proportion(3, 5));
    RobustAccuracy fog = accuracy.at(FOG).orElseThrow();
    assertThat(fog.worstCase())
        .isEqualTo(new AttackCounts(SampleRow.WORST_CASE, 5, 1, 2, 1, 1, 0, 0, 5, 0));
    assertThat(fog.of("fog").orElseThrow().accuracy()).isEqualTo(new Proportion(3, 5));
    SampleTable table = new SampleTable(clean(CORRUPTED), CORRUPTED, FOGGY, List.of());
    assertThat(table.scores(Cell.worstCase(FOG), c -> true))
        .extracting(Score::standing)
        .containsExactly(
            Score.Standing.GOOD,
            Score.Standing.BROKEN,
            Score.Standing.GOOD,
            Score.Standing.WRONG,
            Score.Standing.GOOD);
    assertThat(table.scores(Cell.worstCase(Condition.parse("corrupted fog 4")), c -> true))
        .as("not measured")
        .allMatch(score -> score.standing() == Score.Standing.OPEN);
  }

  @Test
  void corruptions_survive_the_file_and_have_no_distance() throws IOException {
    Path file = folder.resolve("samples.csv");
    SamplesCsv.write(file, CORRUPTED);
    assertThat(SamplesCsv.read(file)).isEqualTo(CORRUPTED);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new SampleRow(
                    0, 0, 0, new Cell(FOG, "fog"), Outcome.BROKEN, OptionalDouble.of(1), 1, 0))
        .withMessageContaining("distance must be given exactly when");
  }

  @Test
  void a_rule_on_robust_accuracy_is_not_about_corruptions() {
    Rule any = Rule.builder("r", Metric.ROBUST_ACCURACY).minimum(Limit.parse("0")).build();
    Measurements measured =
        Measurements.of(
            Trial.CLASSES, new SampleTable(clean(CORRUPTED), CORRUPTED, FOGGY, List.of()));
    assertThat(Figures.of(any, measured)).isEmpty();
  }

  @Test
  void a_cell_is_planned_once() {
    Cell cell = new Cell(FOG, "fog");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Grid(List.of(cell, cell)))
        .withMessageContaining("each cell must be planned once");
  }
}
