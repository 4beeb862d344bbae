package io.sextant.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MeanEstimateTest {
  @Test
  void equal_values_have_no_spread() {
    assertThat(MeanEstimate.of(0.25, 0.25, 0.25)).isEqualTo(new MeanEstimate(0.25, 0.25, 0.25, 3));
    assertThat(MeanEstimate.of(2)).isEqualTo(new MeanEstimate(2, 2, 2, 1));
  }

  @Test
  void the_interval_of_many_values_is_that_of_the_normal_distribution() {
    double[] values = IntStream.range(0, 400).mapToDouble(i -> i % 2).toArray();
    MeanEstimate mean = MeanEstimate.of(values);
    assertThat(mean.mean()).isEqualTo(0.5);
    double reach = 1.96 * 0.5 / 20;
    assertThat(mean.low()).isCloseTo(0.5 - reach, within(0.005));
    assertThat(mean.high()).isCloseTo(0.5 + reach, within(0.005));
    assertThat(MeanEstimate.of(values)).isEqualTo(mean);
  }

  @Test
  void about_nineteen_of_twenty_intervals_hold_the_true_mean() {
    Random random = new Random(5);
    int held = 0;
    for (int trial = 0; trial < 300; trial++) {
      double[] values = random.doubles(40).toArray();
      MeanEstimate mean = MeanEstimate.of(values);
      held += mean.low() <= 0.5 && 0.5 <= mean.high() ? 1 : 0;
    }
    assertThat(held).isBetween(270, 297);
  }

  @Test
  void a_mean_outside_its_interval_is_refused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new MeanEstimate(2, 0, 1, 3));
    assertThatIllegalArgumentException().isThrownBy(() -> new MeanEstimate(0, 0, 1, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new MeanEstimate(Double.NaN, 0, 1, 3));
  }
}
