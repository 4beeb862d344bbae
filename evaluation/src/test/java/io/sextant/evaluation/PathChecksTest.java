package io.sextant.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.attacks.Sign;
import io.sextant.attacks.ThreatModel;
import io.sextant.attacks.gradient.Pgd;
import io.sextant.gradients.Examples;
import io.sextant.results.Norm;
import io.sextant.results.Outcome;
import io.sextant.results.ValidityCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PathChecksTest {
  private static final AttackStage.Planned SMALL = planned("0.1");
  private static final AttackStage.Planned LARGE = planned("0.2");

  private static AttackStage.Planned planned(String radius) {
    return new AttackStage.Planned(ThreatModel.of(Norm.LINF, radius), "pgd", Pgd.DEFAULT);
  }

  /** Letters by example: b broken, h held, u held and unfinished. */
  private static AttackStage.Part part(AttackStage.Planned cell, String outcomes) {
    List<Attempt> attempts = new ArrayList<>();
    for (int i = 0; i < outcomes.length(); i++) {
      char letter = outcomes.charAt(i);
      boolean broken = letter == 'b';
      attempts.add(
          new Attempt(
              i,
              0,
              0,
              broken ? Outcome.BROKEN : Outcome.HELD,
              broken ? 0.1 : null,
              null,
              false,
              9,
              9,
              broken ? 1 : 0,
              0.5,
              1,
              letter == 'u' ? Set.of(Sign.UNFINISHED) : Set.of(),
              List.of()));
    }
    int n = outcomes.length();
    long[] ids = IntStream.range(0, n).asLongStream().toArray();
    return new AttackStage.Part(
        new Unit(cell.cell(), 0, Examples.of(new double[n][2], new int[n], ids)),
        new Unit.Done(attempts, new float[n][2]));
  }

  private static ValidityCheck check(String large, String small) {
    return PathChecks.incomplete(
        List.of(part(SMALL, small), part(LARGE, large)), List.of(SMALL, LARGE));
  }

  @Test
  void what_was_not_searched_at_a_radius_does_not_count_there() {
    // Of ten at the smaller radius two were searched, and one of them ended unfinished.
    ValidityCheck check = check("hhhhhhhhbb", "hhhhhhhhuh");
    assertThat(check.measured().orElseThrow()).isCloseTo(0.5, within(1e-12));
    assertThat(check.status()).isEqualTo(ValidityCheck.Status.WARN);
    assertThat(check.affected()).containsExactly(ValidityCheck.Affected.by(SMALL.cell()));
    assertThat(check.exceptions()).containsExactly(8);
  }

  @Test
  void all_that_was_searched_counts() {
    assertThat(check("hhhhhhhhhu", "hhhhhhhhhh").measured().orElseThrow())
        .isCloseTo(0.1, within(1e-12));
    assertThat(check("hhhhhhhhhu", "hhhhhhhhhh").status()).isEqualTo(ValidityCheck.Status.PASS);
    assertThat(check("bbbb", "bbbb").status()).isEqualTo(ValidityCheck.Status.SKIPPED);
  }
}
