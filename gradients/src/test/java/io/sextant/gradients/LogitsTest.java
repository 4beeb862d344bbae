package io.sextant.gradients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LogitsTest {
  @Test
  void classes_are_ranked_by_their_logits_and_the_first_of_equal_ones_comes_first() {
    double[] logits = {1, 3, -2, 3, 0};
    int[] order = {1, 3, 0, 4, 2};
    for (int rank = 0; rank < order.length; rank++) {
      assertThat(Logits.ranked(logits, rank)).isEqualTo(order[rank]);
    }
    assertThat(Logits.ranked(logits, 0)).isEqualTo(Logits.decision(logits));
  }

  @Test
  void logits_that_are_not_finite_rank_nothing_and_ranks_must_exist() {
    assertThat(Logits.ranked(new double[] {1, Double.NaN}, 1)).isEqualTo(-1);
    assertThat(Logits.ranked(new double[] {1, Double.POSITIVE_INFINITY}, 0)).isEqualTo(-1);
    assertThatThrownBy(() -> Logits.ranked(new double[] {1, 2}, 2))
        .hasMessageContaining("0..1 but was 2");
  }
}
