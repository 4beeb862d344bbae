package io.sextant.explainers.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BilinearTest {
  @Test
  void centres_are_half_pixels_and_the_outermost_values_go_on() {
    // Old centres at 0.5 and 1.5 of 2, new ones at 0.25, 0.75, 1.25, 1.75.
    assertThat(new Bilinear(1, 2, 1, 4).apply(new double[] {0, 4}))
        .containsExactly(new double[] {0, 1, 3, 4}, within(1e-12));
    assertThat(new Bilinear(2, 1, 4, 1).apply(new double[] {0, 4}))
        .containsExactly(new double[] {0, 1, 3, 4}, within(1e-12));
    assertThat(new Bilinear(1, 3, 1, 2).apply(new double[] {0, 4, 8}))
        .containsExactly(new double[] {1, 7}, within(1e-12));
  }

  @Test
  void rows_and_columns_are_told_apart() {
    double[] map = {1, 2, 3, 4, 5, 6};
    assertThat(new Bilinear(2, 3, 2, 3).apply(map)).containsExactly(map);
    // Twice as wide alone: each row is on its own.
    assertThat(new Bilinear(2, 3, 2, 6).apply(map))
        .containsExactly(
            new double[] {1, 1.25, 1.75, 2.25, 2.75, 3, 4, 4.25, 4.75, 5.25, 5.75, 6},
            within(1e-12));
    assertThat(new Bilinear(2, 2, 3, 3).apply(new double[] {0, 2, 4, 6}))
        .containsExactly(new double[] {0, 1, 2, 2, 3, 4, 4, 5, 6}, within(1e-12));
  }

  @Test
  void a_constant_stays_and_no_value_leaves_the_range() {
    assertThat(new Bilinear(3, 2, 7, 9).apply(new double[] {5, 5, 5, 5, 5, 5})).containsOnly(5);
    double[] peak = new double[49];
    peak[24] = 3;
    assertThat(Arrays.stream(new Bilinear(7, 7, 28, 28).apply(peak)).boxed())
        .allMatch(v -> v >= 0 && v <= 3);
    assertThat(new Bilinear(1, 1, 2, 2).apply(new double[] {-7})).containsOnly(-7);
  }

  @Test
  void sizes_that_do_not_fit_are_refused() {
    assertThatThrownBy(() -> new Bilinear(0, 1, 2, 2)).hasMessageContaining("at least 1");
    assertThatThrownBy(() -> new Bilinear(2, 2, 4, 4).apply(new double[3]))
        .hasMessageContaining("2 x 2 must have 4 values but had 3");
  }
}
