package io.sextant.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class StatisticTest {
  private static final BigDecimal NEAR = new BigDecimal("1e-9");

  @Test
  void the_point_is_compared_exactly() {
    BigDecimal third = new BigDecimal("0.33333333333333333333");
    assertThat(Statistic.POINT.reaches(1, 3, third)).isTrue();
    assertThat(Statistic.POINT.staysWithin(1, 3, third)).isFalse();
    assertThat(Statistic.POINT.reaches(1, 4, new BigDecimal("0.25"))).isTrue();
    assertThat(Statistic.POINT.staysWithin(1, 4, new BigDecimal("0.25"))).isTrue();
    assertThat(Statistic.POINT.reaches(1, 4, new BigDecimal("0.2500001"))).isFalse();
    assertThat(Statistic.POINT.staysWithin(1, 4, new BigDecimal("0.2499999"))).isFalse();
  }

  @Test
  void the_bound_is_the_end_of_the_wilson_interval() {
    for (int n : new int[] {1, 2, 7, 256}) {
      for (int count = 0; count <= n; count += Math.max(1, n / 5)) {
        Interval interval = Wilson.interval(count, n);
        BigDecimal low = new BigDecimal(interval.low());
        BigDecimal high = new BigDecimal(interval.high());
        assertThat(Statistic.CONFIDENCE_BOUND.reaches(count, n, low.add(NEAR))).isFalse();
        assertThat(Statistic.CONFIDENCE_BOUND.staysWithin(count, n, high.subtract(NEAR))).isFalse();
        if (count > 0) {
          assertThat(Statistic.CONFIDENCE_BOUND.reaches(count, n, low.subtract(NEAR))).isTrue();
        }
        if (count < n) {
          assertThat(Statistic.CONFIDENCE_BOUND.staysWithin(count, n, high.add(NEAR))).isTrue();
        }
      }
    }
  }

  @Test
  void no_bound_reaches_what_only_certainty_would() {
    assertThat(Statistic.CONFIDENCE_BOUND.reaches(10, 10, BigDecimal.ONE)).isFalse();
    assertThat(Statistic.CONFIDENCE_BOUND.staysWithin(0, 10, BigDecimal.ZERO)).isFalse();
    assertThat(Statistic.CONFIDENCE_BOUND.reaches(0, 10, BigDecimal.ZERO)).isTrue();
    assertThat(Statistic.CONFIDENCE_BOUND.staysWithin(10, 10, BigDecimal.ONE)).isTrue();
    // The share itself lies inside its interval.
    assertThat(Statistic.CONFIDENCE_BOUND.reaches(5, 10, new BigDecimal("0.5"))).isFalse();
    assertThat(Statistic.CONFIDENCE_BOUND.staysWithin(5, 10, new BigDecimal("0.5"))).isFalse();
  }

  @Test
  void names_are_read() {
    assertThat(Statistic.parse(" Point ")).isEqualTo(Statistic.POINT);
    assertThat(Statistic.parse("confidence-bound")).isEqualTo(Statistic.CONFIDENCE_BOUND);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Statistic.parse("mean"))
        .withMessage("statistic must be one of point, confidence-bound but was 'mean'");
  }
}
