package io.sextant.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CalibrationBinsTest {
  private static double[] sure(double p) {
    return new double[] {Math.log(p), Math.log(1 - p)};
  }

  /** Four at 0.8, of which three are right; one at 0.99 that is wrong. */
  @Test
  void the_error_is_the_mean_distance_of_confidence_and_right_ones() {
    double[][] logits = {sure(0.8), sure(0.8), sure(0.8), sure(0.8), sure(0.99)};
    CalibrationBins bins = CalibrationBins.of(logits, new int[] {0, 0, 0, 1, 1});
    assertThat(bins.error()).isCloseTo((4 * 0.05 + 0.99) / 5, within(1e-12));
    assertThat(bins.plus(CalibrationBins.empty()).error()).isEqualTo(bins.error());
    assertThat(bins.plus(bins).error()).isCloseTo(bins.error(), within(1e-12));
  }

  @Test
  void certainty_that_is_right_has_no_error_and_nothing_has_none() {
    double[][] certain = {{1000, 0}, {0, 1000}};
    assertThat(CalibrationBins.of(certain, new int[] {0, 1}).error()).isZero();
    assertThat(CalibrationBins.of(certain, new int[] {1, 0}).error()).isEqualTo(1);
    assertThat(CalibrationBins.empty().error()).isZero();
    double[][] none = {{Double.NaN, 0}};
    assertThat(CalibrationBins.of(none, new int[] {0}).error()).isZero();
  }
}
