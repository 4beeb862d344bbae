package io.sextant.evaluation;

import static io.sextant.evaluation.EscalationTest.LARGER;
import static io.sextant.evaluation.EscalationTest.STANDARD;
import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.attacks.gradient.Fgsm;
import io.sextant.results.SampleRow;
import io.sextant.results.ValidityCheck;
import io.sextant.results.ValidityCheck.Status;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class UnsearchedTest {
  private static final List<SampleRow> ROWS =
      Stream.of(
              EscalationTest.part(STANDARD, 0, "hhhb", true),
              EscalationTest.part(LARGER, 0, "hbhb", true))
          .flatMap(part -> part.rows().stream())
          .toList();

  private static ValidityCheck check(Status status) {
    return ValidityChecks.check(
        ValidityChecks.MONOTONE,
        "title",
        status,
        0,
        0,
        "what it is",
        List.of(),
        List.of(),
        List.of());
  }

  @Test
  void what_held_at_a_larger_radius_too_was_not_searched() {
    Map<AttackStage.Planned, List<SampleRow>> all = Unsearched.of(List.of(STANDARD, LARGER), ROWS);
    assertThat(all).containsOnlyKeys(STANDARD);
    assertThat(all.get(STANDARD)).extracting(SampleRow::sample).containsExactly(0, 2);
    assertThat(Unsearched.of(List.of(STANDARD), ROWS)).isEmpty();
  }

  @Test
  void attacks_that_run_at_each_radius_alone_search_everything() {
    assertThat(
            Unsearched.of(
                List.of(
                    new AttackStage.Planned(STANDARD.threat(), "own", Fgsm.DEFAULT),
                    new AttackStage.Planned(LARGER.threat(), "own", Fgsm.DEFAULT)),
                ROWS))
        .isEmpty();
  }

  @Test
  void rows_that_cannot_contradict_each_other_pass_no_check() {
    Map<AttackStage.Planned, List<SampleRow>> some = Unsearched.of(List.of(STANDARD, LARGER), ROWS);
    ValidityCheck left = Unsearched.leftOut(check(Status.PASS), some, "the time was used up");
    assertThat(left.status()).isEqualTo(Status.NOT_RUN);
    assertThat(left.id()).isEqualTo(ValidityChecks.MONOTONE);
    assertThat(left.reason()).hasValue("the time was used up");
    ValidityCheck failed = check(Status.FAIL);
    assertThat(Unsearched.leftOut(failed, some, "no")).isEqualTo(failed);
    ValidityCheck passed = check(Status.PASS);
    assertThat(Unsearched.leftOut(passed, Map.of(), "no")).isEqualTo(passed);
  }
}
