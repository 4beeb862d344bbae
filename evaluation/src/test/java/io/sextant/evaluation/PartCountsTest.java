package io.sextant.evaluation;

import static io.sextant.evaluation.EscalationTest.LARGER;
import static io.sextant.evaluation.EscalationTest.STANDARD;
import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.attacks.StageResult;
import io.sextant.results.Outcome;
import io.sextant.results.StageCounts;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PartCountsTest {
  private static List<StageCounts> counts(AttackStage.Part... parts) {
    return PartCounts.of(List.of(parts));
  }

  /** A part in which Square claims the first example, and verification does not find it. */
  private static AttackStage.Part rejected() {
    AttackStage.Part held = EscalationTest.part(STANDARD, 0, "hh", true);
    List<StageResult> claim = List.of(new StageResult("black-box", true, true, true, 90, 0));
    Attempt rejected =
        new Attempt(
            0,
            0,
            0,
            Outcome.INCONCLUSIVE,
            null,
            "the network itself decides for class 0 on it",
            true,
            100,
            10,
            0,
            0.5,
            1,
            Set.of(),
            claim);
    return new AttackStage.Part(
        held.unit(),
        new Unit.Done(List.of(rejected, held.done().attempts().get(1)), new float[2][2]));
  }

  @Test
  void a_part_is_counted_where_it_was_tried_and_its_samples_are_bounded() {
    List<StageCounts> counts =
        counts(
            EscalationTest.part(LARGER, 0, "hbh", true),
            EscalationTest.part(STANDARD, 0, "hb", true),
            EscalationTest.part(STANDARD, 1, "sh", true));
    assertThat(counts)
        .containsExactly(
            new StageCounts(LARGER.cell(), "black-box", 2, 0, 180, 0, true),
            new StageCounts(STANDARD.cell(), "black-box", 3, 1, 270, 0, true));
    assertThat(counts.get(0).bound()).isPresent();
    assertThat(counts.get(1).bound()).isEmpty();
  }

  @Test
  void a_find_that_does_not_verify_leaves_no_bound() {
    StageCounts counts = counts(rejected()).get(0);
    assertThat(counts)
        .isEqualTo(new StageCounts(STANDARD.cell(), "black-box", 2, 0, 180, 0, false));
    assertThat(counts.bound()).isEmpty();
  }

  @Test
  void a_break_at_a_larger_radius_leaves_no_bound_at_smaller_ones() {
    List<StageCounts> counts =
        counts(
            EscalationTest.part(STANDARD, 0, "hh", true),
            EscalationTest.part(LARGER, 0, "sh", true));
    assertThat(counts).extracting(StageCounts::sampled).containsExactly(false, true);
    assertThat(counts).allMatch(own -> own.bound().isEmpty());
  }
}
