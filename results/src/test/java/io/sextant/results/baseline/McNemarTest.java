package io.sextant.results.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class McNemarTest {
  @ParameterizedTest
  @CsvSource({
    // By hand: sums of binomial coefficients over 2^m.
    "0, 0, 1, 1",
    "5, 0, 0.03125, 0.0625",
    "0, 5, 1, 0.0625",
    "1, 1, 0.75, 1",
    "2, 1, 0.5, 1",
    "3, 1, 0.3125, 0.625",
    "8, 2, 0.0546875, 0.109375",
    "9, 1, 0.0107421875, 0.021484375",
    "1, 9, 0.9990234375, 0.021484375"
  })
  void probabilities_are_exact(int losses, int gains, BigDecimal oneSided, BigDecimal twoSided) {
    McNemar test = new McNemar(losses, gains);
    assertThat(test.oneSided()).isEqualByComparingTo(oneSided);
    assertThat(test.twoSided()).isEqualByComparingTo(twoSided);
  }

  @Test
  void both_tails_together_are_one_and_the_middle() {
    // P(X >= k) + P(X >= m - k) = 1 + P(X = k), as the distribution is symmetrical.
    BigDecimal middle =
        new BigDecimal(choose(30, 11)).divide(new BigDecimal(BigInteger.TWO.pow(30)));
    assertThat(new McNemar(11, 19).oneSided().add(new McNemar(19, 11).oneSided()).doubleValue())
        .isEqualTo(BigDecimal.ONE.add(middle).doubleValue());
  }

  private static BigInteger choose(int n, int k) {
    BigInteger ways = BigInteger.ONE;
    for (int i = 1; i <= k; i++) {
      ways = ways.multiply(BigInteger.valueOf(n - k + i)).divide(BigInteger.valueOf(i));
    }
    return ways;
  }

  @Test
  void a_level_is_met_exactly() {
    McNemar five = new McNemar(5, 0);
    assertThat(five.isLoss(new BigDecimal("0.03125"))).isTrue();
    assertThat(five.isLoss(new BigDecimal("0.031249999999999999999999"))).isFalse();
    assertThat(new McNemar(4, 0).isLoss(new BigDecimal("0.05"))).isFalse();
    assertThat(new McNemar(0, 5).isLoss(new BigDecimal("0.05"))).as("gains").isFalse();
  }

  @Test
  void large_counts_are_handled() {
    McNemar large = new McNemar(3000, 2000);
    assertThat(large.isLoss(new BigDecimal("1e-40"))).isTrue();
    assertThat(large.oneSided()).isPositive();
    assertThat(new McNemar(2500, 2500).isLoss(new BigDecimal("0.5"))).isFalse();
  }

  @Test
  void counts_are_not_negative() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new McNemar(-1, 2))
        .withMessage("losses and gains must not be negative but were -1 and 2");
    assertThatIllegalArgumentException().isThrownBy(() -> new McNemar(0, -1));
  }
}
