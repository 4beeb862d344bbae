package io.sextant.results.baseline;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import org.apiguardian.api.API;

/**
 * The exact McNemar test on examples that changed sides between two models.
 *
 * <p>If neither model is better, each of the {@code m = losses + gains} changed examples is a loss
 * with probability 1/2, so the number of losses is binomial:
 *
 * <pre>
 * P(at least k losses) = 2^-m sum over i in k..m of (m choose i)
 * </pre>
 *
 * <p>Examples on which both models agree say nothing about the difference. The exact form keeps its
 * level at the small counts that a build sees, where the chi-squared one does not. Comparisons with
 * a level are made in whole numbers.
 *
 * @param losses examples that were good and are not any more, at least 0
 * @param gains examples that were not good and are now, at least 0
 * @see "McNemar, Q.: Note on the sampling error of the difference between correlated proportions or
 *     percentages. Psychometrika 12, 1947"
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record McNemar(int losses, int gains) {
  public McNemar {
    if (losses < 0 || gains < 0) {
      throw new IllegalArgumentException(
          "losses and gains must not be negative but were %s and %s".formatted(losses, gains));
    }
  }

  /** The probability of at least so many losses by chance, in (0, 1]: small for a real loss. */
  public BigDecimal oneSided() {
    return probability(tail(losses));
  }

  /** The probability of a difference of at least this size in either direction, in (0, 1]. */
  public BigDecimal twoSided() {
    return probability(tail(Math.max(losses, gains)).shiftLeft(1)).min(BigDecimal.ONE);
  }

  /**
   * Whether the losses are significant, one-sided.
   *
   * @param level in (0, 1), for example 0.05
   */
  public boolean isLoss(BigDecimal level) {
    BigDecimal all = new BigDecimal(BigInteger.ONE.shiftLeft(losses + gains));
    return new BigDecimal(tail(losses)).compareTo(level.multiply(all)) <= 0;
  }

  /** How many of the 2^m outcomes have at least so many losses. */
  private BigInteger tail(int from) {
    int m = losses + gains;
    BigInteger sum = BigInteger.ZERO;
    BigInteger ways = BigInteger.ONE;
    // (m choose m), (m choose m - 1), ... down to (m choose from).
    for (int i = m; i >= from; i--) {
      sum = sum.add(ways);
      ways = ways.multiply(BigInteger.valueOf(i)).divide(BigInteger.valueOf(m - i + 1L));
    }
    return sum;
  }

  private BigDecimal probability(BigInteger ways) {
    return new BigDecimal(ways)
        .divide(
            new BigDecimal(BigInteger.ONE.shiftLeft(losses + gains)),
            new MathContext(20, RoundingMode.UP));
  }
}
