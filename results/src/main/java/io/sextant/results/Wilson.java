package io.sextant.results;

import org.apiguardian.api.API;

/**
 * The Wilson score interval of a share, at 95%.
 *
 * <pre>
 * (p + z²/2n ± z sqrt(p(1 - p)/n + z²/4n²)) / (1 + z²/n)
 * </pre>
 *
 * <p>It keeps its coverage at small n and at shares near 0 and 1, where robust accuracies live.
 *
 * @see "Wilson, E. B.: Probable inference, the law of succession, and statistical inference.
 *     Journal of the American Statistical Association 22, 1927"
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Wilson {
  /** The 97.5% quantile of the standard normal distribution. */
  public static final double Z = 1.959963984540054;

  private Wilson() {}

  /**
   * The interval for {@code count} successes of {@code n}.
   *
   * @param count in [0, {@code n}]
   * @param n at least 0; nothing is known when it is 0, which gives [0, 1]
   * @throws IllegalArgumentException if the counts are out of range
   */
  public static Interval interval(long count, long n) {
    if (count < 0 || count > n) {
      throw new IllegalArgumentException("count must be in [0, %d] but was %d".formatted(n, count));
    }
    if (n == 0) {
      return new Interval(0, 1);
    }
    double p = (double) count / n;
    double zz = Z * Z / n;
    double centre = p + zz / 2;
    double half = Z * Math.sqrt(p * (1 - p) / n + zz / (4.0 * n));
    // The bounds at the ends are exactly 0 and 1; rounding must not say otherwise.
    double low = count == 0 ? 0 : Math.max(0, (centre - half) / (1 + zz));
    double high = count == n ? 1 : Math.min(1, (centre + half) / (1 + zz));
    return new Interval(low, high);
  }
}
