package io.sextant.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.groups.Tuple.tuple;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AggregatesTest {
  private static final Epsilon E1 = Epsilon.parse("0.1");
  private static final Epsilon E2 = Epsilon.parse("0.2");
  private static final List<Threat> THREATS =
      List.of(
          new Threat(Norm.LINF, List.of(E2, E1), "untargeted", List.of()),
          new Threat(Norm.L2, List.of(E1), "untargeted", List.of()));
  private static final List<AttackInfo> ATTACKS =
      List.of(
          new AttackInfo("pgd", List.of(Norm.LINF, Norm.L2), Map.of()),
          new AttackInfo("fgsm", List.of(Norm.LINF), Map.of()));
  private static final Grid GRID = Grid.of(THREATS, ATTACKS);
  private static final Condition SMALL = Condition.parse("linf 0.1");
  private static final Condition LARGE = Condition.parse("linf 0.2");

  private static SampleRow row(
      int sample, int label, int predicted, Norm norm, Epsilon e, String attack, Outcome outcome) {
    return new SampleRow(
        sample,
        label,
        predicted,
        new Cell(norm.within(e), attack),
        outcome,
        outcome == Outcome.BROKEN
            ? OptionalDouble.of(e.value() / (attack.equals("pgd") ? 2 : 1))
            : OptionalDouble.empty(),
        attack.equals("pgd") ? 40 : 1,
        attack.equals("pgd") ? 39 : 1);
  }

  private static SampleRow linf(int sample, Epsilon e, String attack, Outcome outcome) {
    return row(sample, sample % 2, sample % 2, Norm.LINF, e, attack, outcome);
  }

  /**
   * Sample 0 falls to FGSM at the smaller radius only, 1 holds, 2 is wrong from the start, 3 is
   * inconclusive under PGD at the larger radius.
   */
  private static List<SampleRow> rows() {
    return List.of(
        linf(0, E1, "fgsm", Outcome.BROKEN),
        linf(0, E1, "pgd", Outcome.HELD),
        linf(0, E2, "fgsm", Outcome.HELD),
        linf(0, E2, "pgd", Outcome.HELD),
        linf(1, E1, "fgsm", Outcome.HELD),
        linf(1, E1, "pgd", Outcome.HELD),
        linf(1, E2, "fgsm", Outcome.HELD),
        linf(1, E2, "pgd", Outcome.HELD),
        row(2, 0, 1, Norm.LINF, E1, "fgsm", Outcome.ALREADY_WRONG),
        row(2, 0, 1, Norm.LINF, E1, "pgd", Outcome.ALREADY_WRONG),
        row(2, 0, 1, Norm.LINF, E2, "fgsm", Outcome.ALREADY_WRONG),
        row(2, 0, 1, Norm.LINF, E2, "pgd", Outcome.ALREADY_WRONG),
        linf(3, E1, "fgsm", Outcome.HELD),
        linf(3, E1, "pgd", Outcome.HELD),
        linf(3, E2, "fgsm", Outcome.HELD),
        linf(3, E2, "pgd", Outcome.INCONCLUSIVE),
        row(0, 0, 0, Norm.L2, E1, "pgd", Outcome.HELD),
        row(1, 1, 1, Norm.L2, E1, "pgd", Outcome.BROKEN),
        row(2, 0, 1, Norm.L2, E1, "pgd", Outcome.ALREADY_WRONG),
        row(3, 1, 1, Norm.L2, E1, "pgd", Outcome.HELD));
  }

  private static final List<Aggregates.CleanPrediction> CLEAN =
      List.of(
          new Aggregates.CleanPrediction(0, 0, 0),
          new Aggregates.CleanPrediction(1, 1, 1),
          new Aggregates.CleanPrediction(2, 0, 1),
          new Aggregates.CleanPrediction(3, 1, 1));

  private static Accuracy aggregate(List<SampleRow> rows) {
    return Aggregates.of(rows, CLEAN, List.of(), GRID, 3);
  }

  @Test
  void a_break_at_a_smaller_radius_counts_at_the_larger_one() {
    SampleRow worst =
        Aggregates.withWorstCase(rows(), GRID).stream()
            .filter(r -> r.sample() == 0 && r.cell().equals(Cell.worstCase(LARGE)))
            .findFirst()
            .orElseThrow();
    assertThat(worst.outcome()).isEqualTo(Outcome.BROKEN);
    assertThat(worst.distance()).hasValue(0.1);
    assertThat(worst.forwards()).isEqualTo(41);
    assertThat(worst.backwards()).isEqualTo(40);
  }

  @Test
  void a_break_at_a_larger_radius_does_not_count_at_the_smaller_one() {
    List<SampleRow> rows =
        List.of(linf(0, E1, "pgd", Outcome.HELD), linf(0, E2, "pgd", Outcome.BROKEN));
    assertThat(Aggregates.withWorstCase(rows, Grid.of(THREATS, ATTACKS.subList(0, 1))))
        .filteredOn(SampleRow::isWorstCase)
        .extracting(r -> r.condition().text(), SampleRow::outcome)
        .containsExactly(tuple("linf 0.2", Outcome.BROKEN), tuple("linf 0.1", Outcome.HELD));
  }

  @Test
  void what_was_not_run_counts_as_held_and_is_told() {
    List<SampleRow> part =
        rows().stream().filter(r -> !(r.sample() == 1 && r.attack().equals("pgd"))).toList();
    assertThat(Aggregates.withWorstCase(part, GRID))
        .filteredOn(r -> r.cell().equals(Cell.worstCase(SMALL)))
        .extracting(SampleRow::sample)
        .as("nobody knows the worst case of sample 1")
        .containsExactly(0, 2, 3);
    RobustAccuracy small = aggregate(part).at(SMALL).orElseThrow();
    assertThat(small.of("pgd").orElseThrow().notRun()).isEqualTo(1);
    assertThat(small.of("fgsm").orElseThrow().notRun()).isZero();
    assertThat(small.worstCase().notRun()).isEqualTo(1);
    assertThat(small.worstCase().accuracy())
        .isEqualTo(aggregate(rows()).at(SMALL).orElseThrow().worstCase().accuracy());
    assertThat(aggregate(part).classes().get(1).robust(SMALL))
        .isEqualTo(aggregate(rows()).classes().get(1).robust(SMALL));
  }

  @Test
  void a_planned_attack_that_never_ran_is_told() {
    List<SampleRow> part =
        rows().stream().filter(r -> !r.condition().text().startsWith("l2")).toList();
    RobustAccuracy l2 = aggregate(part).at(Norm.L2.within(E1)).orElseThrow();
    assertThat(l2.worstCase().notRun()).isEqualTo(4);
    assertThat(l2.of("pgd").orElseThrow().notRun()).isEqualTo(4);
    assertThat(l2.worstCase().accuracy()).isEqualTo(new Proportion(4, 4));
  }

  @Test
  void a_break_in_another_norm_does_not_count() {
    RobustAccuracy l2 = aggregate(rows()).at(Norm.L2.within(E1)).orElseThrow();
    assertThat(l2.worstCase().broken()).isEqualTo(1);
    assertThat(l2.attacks()).extracting(AttackCounts::attack).containsExactly("pgd");
  }

  @Test
  void rows_come_by_sample_threat_radius_and_attack_as_listed() {
    assertThat(Aggregates.withWorstCase(rows(), GRID).subList(0, 9))
        .extracting(r -> r.sample() + " " + r.condition().text() + " " + r.attack())
        .containsExactly(
            "0 linf 0.2 pgd",
            "0 linf 0.2 fgsm",
            "0 linf 0.2 worst-case",
            "0 linf 0.1 pgd",
            "0 linf 0.1 fgsm",
            "0 linf 0.1 worst-case",
            "0 l2 0.1 pgd",
            "0 l2 0.1 worst-case",
            "1 linf 0.2 pgd");
  }

  @Test
  void counts_by_hand() {
    Accuracy accuracy = aggregate(rows());
    assertThat(accuracy.clean()).isEqualTo(new Proportion(3, 4));
    RobustAccuracy small = accuracy.at(SMALL).orElseThrow();
    assertThat(small.of("fgsm")).contains(new AttackCounts("fgsm", 4, 1, 2, 1, 0, 0, 0, 4, 4));
    assertThat(small.of("pgd")).contains(new AttackCounts("pgd", 4, 0, 3, 1, 0, 0, 0, 160, 156));
    assertThat(small.worstCase())
        .isEqualTo(new AttackCounts("worst-case", 4, 1, 2, 1, 0, 0, 0, 164, 160));
    RobustAccuracy large = accuracy.at(LARGE).orElseThrow();
    assertThat(large.worstCase())
        .isEqualTo(new AttackCounts("worst-case", 4, 1, 1, 1, 1, 0, 0, 164, 160));
    assertThat(large.worstCase().accuracy()).isEqualTo(new Proportion(2, 4));
    assertThat(accuracy.classes())
        .extracting(ClassAccuracy::n, ClassAccuracy::cleanCorrect)
        .containsExactly(tuple(2, 1), tuple(2, 2), tuple(0, 0));
    assertThat(accuracy.classes().get(0).robust(LARGE)).contains(new Proportion(0, 2));
    assertThat(accuracy.classes().get(1).robust(LARGE)).contains(new Proportion(2, 2));
  }

  @Test
  void rejected_examples_are_told_apart_from_inconclusive_ones() {
    Accuracy accuracy =
        Aggregates.of(
            rows(),
            CLEAN,
            List.of(new Reverification.Rejection(3, new Cell(LARGE, "pgd"), "outside")),
            GRID,
            2);
    AttackCounts pgd = accuracy.at(LARGE).orElseThrow().of("pgd").orElseThrow();
    assertThat(pgd.unverified()).isEqualTo(1);
    assertThat(pgd.inconclusive()).isZero();
    assertThat(pgd.accuracy()).isEqualTo(new Proportion(3, 4));
  }

  @Test
  void order_and_shards_do_not_matter_and_worst_cases_are_not_counted_twice() {
    Accuracy whole = aggregate(rows());
    List<SampleRow> shuffled = new ArrayList<>(rows());
    Collections.shuffle(shuffled, new Random(7));
    assertThat(aggregate(shuffled)).isEqualTo(whole);
    List<SampleRow> merged = new ArrayList<>();
    for (int shard = 0; shard < 2; shard++) {
      int own = shard;
      List<SampleRow> part = rows().stream().filter(r -> r.sample() % 2 == own).toList();
      merged.addAll(Aggregates.withWorstCase(part, GRID));
    }
    assertThat(aggregate(merged)).isEqualTo(whole);
    assertThat(Aggregates.withWorstCase(merged, GRID))
        .isEqualTo(Aggregates.withWorstCase(rows(), GRID));
  }

  @Test
  void a_minimum_norm_attack_breaks_within_its_distance() {
    SampleRow free =
        new SampleRow(
            0,
            0,
            0,
            new Cell(new Condition.Nearest(Norm.LINF), "pgd"),
            Outcome.BROKEN,
            OptionalDouble.of(0.15),
            5,
            5);
    Accuracy accuracy =
        Aggregates.of(
            List.of(free),
            CLEAN.subList(0, 1),
            List.of(),
            Grid.of(THREATS, ATTACKS.subList(0, 1)),
            2);
    assertThat(accuracy.at(SMALL).orElseThrow().worstCase().held()).isEqualTo(1);
    assertThat(accuracy.at(LARGE).orElseThrow().worstCase().broken()).isEqualTo(1);
    assertThat(accuracy.at(SMALL).orElseThrow().of("pgd").orElseThrow().held()).isEqualTo(1);
  }

  @Test
  void refuses_rows_that_do_not_fit() {
    List<SampleRow> twice = new ArrayList<>(rows());
    twice.add(rows().get(0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> aggregate(twice))
        .withMessageContaining("must occur once");
    List<SampleRow> disagree = new ArrayList<>(rows());
    disagree.add(row(9, 0, 0, Norm.LINF, E1, "pgd", Outcome.HELD));
    disagree.add(row(9, 1, 1, Norm.LINF, E2, "pgd", Outcome.HELD));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> aggregate(disagree))
        .withMessageContaining("must agree");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> aggregate(List.of(linf(0, Epsilon.parse("0.7"), "pgd", Outcome.HELD))))
        .withMessageContaining("not among the listed");
  }
}
