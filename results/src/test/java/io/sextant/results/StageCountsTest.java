package io.sextant.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class StageCountsTest {
  private static StageCounts counts(int tried, int broken, boolean sampled) {
    return new StageCounts(
        new Cell(Norm.LINF.within(Epsilon.parse("0.1")), "standard"),
        "black-box",
        tried,
        broken,
        tried * 1000L,
        0,
        sampled);
  }

  @Test
  void a_sample_in_which_nothing_broke_bounds_the_rest() {
    // The chance that none of 60 breaks is 0.05 where one in 20.5 does.
    assertThat(counts(60, 0, true).bound().orElseThrow()).isCloseTo(0.0487, within(1e-4));
    assertThat(Math.pow(1 - counts(7, 0, true).bound().orElseThrow(), 7))
        .isCloseTo(0.05, within(1e-12));
    assertThat(counts(20, 0, true).plus(counts(40, 0, true))).isEqualTo(counts(60, 0, true));
  }

  @Test
  void there_is_no_bound_where_all_were_tried_or_any_broke() {
    assertThat(counts(60, 0, false).bound()).isEmpty();
    assertThat(counts(60, 1, true).bound()).isEmpty();
    assertThat(counts(0, 0, true).bound()).isEmpty();
  }
}
