package io.sextant.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.results.Accuracy;
import io.sextant.results.Aggregates;
import io.sextant.results.AttackInfo;
import io.sextant.results.Cell;
import io.sextant.results.Epsilon;
import io.sextant.results.Grid;
import io.sextant.results.Metric;
import io.sextant.results.Norm;
import io.sextant.results.Outcome;
import io.sextant.results.Proportion;
import io.sextant.results.SampleRow;
import io.sextant.results.Threat;
import io.sextant.results.ValidityCheck;
import io.sextant.results.ValidityCheck.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValidityChecksTest {
  private static final Epsilon SMALL = Epsilon.parse("0.1");
  private static final Epsilon LARGE = Epsilon.parse("0.2");

  private final List<SampleRow> rows = new ArrayList<>();
  private int examples;

  /** Letters by example: b broken, h held, w wrong already, . not attacked. */
  private void attack(String name, Epsilon epsilon, String outcomes) {
    examples = Math.max(examples, outcomes.length());
    for (int i = 0; i < outcomes.length(); i++) {
      Outcome outcome =
          switch (outcomes.charAt(i)) {
            case 'b' -> Outcome.BROKEN;
            case 'h' -> Outcome.HELD;
            default -> Outcome.ALREADY_WRONG;
          };
      if (outcomes.charAt(i) != '.') {
        rows.add(
            new SampleRow(
                i,
                0,
                outcome == Outcome.ALREADY_WRONG ? 1 : 0,
                new Cell(Norm.LINF.within(epsilon), name),
                outcome,
                outcome == Outcome.BROKEN
                    ? OptionalDouble.of(epsilon.value())
                    : OptionalDouble.empty(),
                1,
                1));
      }
    }
  }

  private ValidityChecks checks() {
    List<Aggregates.CleanPrediction> clean =
        IntStream.range(0, examples)
            .mapToObj(
                i ->
                    new Aggregates.CleanPrediction(
                        i,
                        0,
                        rows.stream()
                            .filter(row -> row.sample() == i)
                            .findFirst()
                            .map(SampleRow::predicted)
                            .orElse(0)))
            .toList();
    Accuracy accuracy =
        Aggregates.of(
            rows,
            clean,
            List.of(),
            Grid.of(
                List.of(new Threat(Norm.LINF, List.of(SMALL, LARGE), "untargeted", List.of())),
                List.of(
                    new AttackInfo("fgsm", List.of(Norm.LINF), Map.of()),
                    new AttackInfo("pgd", List.of(Norm.LINF), Map.of()))),
            2);
    return new ValidityChecks(rows, accuracy);
  }

  private ValidityCheck strength() {
    return checks().atLeastAsStrong("id", "title", "pgd", "fgsm", "why");
  }

  @ParameterizedTest
  @CsvSource({
    // One example may be luck, however few there are; two are not.
    "bbhhhhhhhh, bhhhhhhhhh, PASS, 0.1",
    "bbbhhhhhhh, bhhhhhhhhh, FAIL, 0.2",
    // What counts is the aggregate: four one way and three the other are a lead of one.
    "bbbbhhhhhh, hhhhbbbhhh, PASS, 0.1",
    "bbbbbhhhhh, hhhhhbbbhh, FAIL, 0.2",
    "bhhhhhhhhh, bbbhhhhhhh, PASS, 0",
    // What was wrong already proves nothing.
    "bbbwwwwwww, bbbwwwwwww, PASS, 0",
    // Only what both attacked is compared: of the first six, PGD broke none that FGSM broke.
    "bbbbbhbbbb, hhhhhh...., FAIL, 0.8333333333333334",
    "bbbbhhhhhh, ....hhhhhh, PASS, 0"
  })
  void attacks_are_compared_on_what_both_attacked(
      String fgsm, String pgd, Status status, double lead) {
    attack("fgsm", SMALL, fgsm);
    attack("pgd", SMALL, pgd);
    ValidityCheck check = strength();
    assertThat(check.status()).isEqualTo(status);
    assertThat(check.measured().orElseThrow()).isEqualTo(lead);
    assertThat(check.affected()).hasSize(status == Status.FAIL ? 1 : 0);
  }

  @Test
  void with_many_examples_a_point_is_forgiven_and_no_more() {
    attack("fgsm", SMALL, "b".repeat(9) + "h".repeat(791));
    attack("pgd", SMALL, "b" + "h".repeat(799));
    assertThat(strength().status()).as("8 of 800").isEqualTo(Status.PASS);
    assertThat(strength().threshold()).hasValue(0.01);
    rows.clear();
    attack("fgsm", SMALL, "b".repeat(10) + "h".repeat(790));
    attack("pgd", SMALL, "b" + "h".repeat(799));
    assertThat(strength().status()).as("9 of 800").isEqualTo(Status.FAIL);
  }

  @ParameterizedTest
  @CsvSource({
    // Broken again of tried again; survivors of examples.
    "0, 64, 200, 256, PASS",
    "12, 64, 100, 300, FAIL",
    // All of these survivors are few among the examples.
    "5, 28, 28, 300, PASS",
    // One is luck.
    "1, 1, 1, 2, PASS",
    "2, 2, 2, 10, FAIL"
  })
  void an_attack_that_loses_a_point_to_twice_the_steps_has_not_converged(
      int broken, int tried, int held, int n, Status status) {
    ValidityCheck.Affected where =
        new ValidityCheck.Affected(Norm.LINF.within(SMALL), Optional.of("pgd"));
    ValidityCheck check =
        ValidityChecks.convergence(
            List.of(
                new ValidityChecks.Doubled(
                    where, new Proportion(broken, tried), new Proportion(held, n))),
            List.of(3));
    assertThat(check.status()).isEqualTo(status);
    assertThat(check.concerns()).containsExactly(Metric.ROBUST_ACCURACY);
    assertThat(check.affected()).isEqualTo(status == Status.FAIL ? List.of(where) : List.of());
  }

  @ParameterizedTest
  @CsvSource({"0.67, FAIL", "0.99, FAIL", "1, PASS", "2, PASS"})
  void steps_must_reach_across_the_ball(double share, Status status) {
    ValidityCheck.Affected where =
        new ValidityCheck.Affected(Norm.LINF.within(SMALL), Optional.of("pgd"));
    ValidityCheck check =
        ValidityChecks.reach(
            List.of(
                new ValidityChecks.Path(where, share),
                new ValidityChecks.Path(
                    new ValidityCheck.Affected(Norm.LINF.within(LARGE), Optional.of("pgd")), 5)));
    assertThat(check.status()).isEqualTo(status);
    assertThat(check.affected()).isEqualTo(status == Status.FAIL ? List.of(where) : List.of());
    assertThat(ValidityChecks.reach(List.of()).status()).isEqualTo(Status.SKIPPED);
  }

  @Test
  void an_attack_that_was_not_run_leaves_a_doubt() {
    attack("fgsm", SMALL, "bbhh");
    assertThat(strength().status()).isEqualTo(Status.NOT_RUN);
    assertThat(strength().reason()).contains("pgd and fgsm were not both run");
  }

  @Test
  void where_nothing_is_right_there_is_nothing_to_compare() {
    attack("fgsm", SMALL, "wwww");
    attack("pgd", SMALL, "wwww");
    assertThat(strength().status()).isEqualTo(Status.SKIPPED);
  }

  @ParameterizedTest
  @CsvSource({
    "bbhhhhhhhh, bbbhhhhhhh, PASS",
    "bbhhhhhhhh, bhhhhhhhhh, PASS",
    "bbbhhhhhhh, bhhhhhhhhh, FAIL",
    // The larger radius was run on what was not broken at the smaller one.
    "bbbhhhhhhh, ...bbbbbbb, PASS",
    "bbbhhhhhhh, .........., SKIPPED"
  })
  void more_room_must_not_help_the_model(String small, String large, Status status) {
    attack("pgd", SMALL, small);
    attack("pgd", LARGE, large);
    assertThat(checks().monotone(Set.of()).status()).isEqualTo(status);
  }
}
