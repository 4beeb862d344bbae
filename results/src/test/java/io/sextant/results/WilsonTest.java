package io.sextant.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WilsonTest {
  /** By hand, with z² = 3.841458820694124. */
  @ParameterizedTest
  @CsvSource({
    // p = 1/2: 1/2 ± z / (2 sqrt(n + z²))
    "5, 10, 0.236593090512564, 0.763406909487436",
    "50, 100, 0.403831530365760, 0.596168469634240",
    // p = 0: [0, z² / (n + z²)]
    "0, 10, 0, 0.277532799862889",
    "10, 10, 0.722467200137111, 1",
    // n = 1: z² / (1 + z²)
    "0, 1, 0, 0.793450685622763"
  })
  void agrees_with_the_closed_form(long count, long n, double low, double high) {
    Interval interval = Wilson.interval(count, n);
    assertThat(interval.low()).isCloseTo(low, within(1e-12));
    assertThat(interval.high()).isCloseTo(high, within(1e-12));
  }

  @Test
  void bounds_solve_the_score_equation() {
    // The bounds q are the roots of (p - q)² = z² q (1 - q) / n.
    double p = 81.0 / 263;
    Interval interval = Wilson.interval(81, 263);
    for (double q : new double[] {interval.low(), interval.high()}) {
      double z = Math.abs(p - q) / Math.sqrt(q * (1 - q) / 263);
      assertThat(z).isCloseTo(1.959963984540054, within(1e-12));
    }
    assertThat(interval.low()).isLessThan(p);
    assertThat(interval.high()).isGreaterThan(p);
  }

  @Test
  void is_symmetric_and_contains_the_share() {
    for (int k = 0; k <= 40; k++) {
      Interval one = Wilson.interval(k, 40);
      Interval other = Wilson.interval(40 - k, 40);
      assertThat(one.low()).isCloseTo(1 - other.high(), within(1e-12));
      assertThat(k / 40.0).isBetween(one.low(), one.high());
    }
  }

  @Test
  void knows_nothing_without_examples() {
    assertThat(Wilson.interval(0, 0)).isEqualTo(new Interval(0, 1));
  }

  @Test
  void refuses_impossible_counts() {
    assertThatIllegalArgumentException().isThrownBy(() -> Wilson.interval(3, 2));
    assertThatIllegalArgumentException().isThrownBy(() -> Wilson.interval(-1, 2));
  }
}
