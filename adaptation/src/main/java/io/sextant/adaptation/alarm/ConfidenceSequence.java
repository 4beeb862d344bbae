package io.sextant.adaptation.alarm;

import org.apiguardian.api.API;

/**
 * A lower bound on the mean of numbers in [0, 1] that come one after another, valid at all times at
 * once: if each has, given those before it, an expectation of at most m, the bound ever exceeds m
 * with probability at most {@code level}. An immutable value.
 *
 * <p>The empirical-Bernstein confidence sequence with predictable weights, its lower side alone:
 *
 * <pre>
 * lower_t = (sum of l_i x_i - ln(1 / level) - sum of 4 (x_i - m_(i-1))² psi(l_i)) / sum of l_i
 * psi(l) = (-ln(1 - l) - l) / 4,  l_i = min(1/2, sqrt(2 ln(1 / level) / (v_(i-1) i ln(1 + i))))
 * </pre>
 *
 * with m and v the running mean and variance, begun at 1/2 and 1/4.
 *
 * <p>Waudby-Smith, Ramdas, "Estimating means of bounded random variables by betting", JRSS B 2024,
 * arXiv:2010.09686, theorem 2.
 *
 * @param level probability of a wrong bound, above 0 and below 1
 * @param count numbers so far
 * @param sum of them
 * @param squares sum of their squared deviations, each from the mean after it
 * @param weights sum of the weights
 * @param weighted sum of the weighted numbers
 * @param cost sum of the weighted squared deviations
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record ConfidenceSequence(
    double level,
    long count,
    double sum,
    double squares,
    double weights,
    double weighted,
    double cost) {
  private static final double LARGEST = 0.5;

  public ConfidenceSequence {
    if (!(level > 0 && level < 1)) {
      throw new IllegalArgumentException(
          "the level of a confidence sequence must be above 0 and below 1 but was " + level);
    }
  }

  /** Before the first number. */
  public static ConfidenceSequence of(double level) {
    return new ConfidenceSequence(level, 0, 0, 0, 0, 0, 0);
  }

  /** After one more number. */
  public ConfidenceSequence with(double x) {
    if (!(x >= 0 && x <= 1)) {
      throw new IllegalArgumentException("x must be in [0, 1] but was " + x);
    }
    double before = (0.5 + sum) / (count + 1);
    double variance = (0.25 + squares) / (count + 1);
    long t = count + 1;
    double weight =
        Math.min(
            LARGEST, Math.sqrt(2 * -Math.log(level) / (variance * t * Math.log1p((double) t))));
    double psi = (-Math.log1p(-weight) - weight) / 4;
    double after = (0.5 + sum + x) / (t + 1);
    return new ConfidenceSequence(
        level,
        t,
        sum + x,
        squares + (x - after) * (x - after),
        weights + weight,
        weighted + weight * x,
        cost + 4 * (x - before) * (x - before) * psi);
  }

  /** The lower bound, at least 0. */
  public double lower() {
    return count == 0 ? 0 : Math.max(0, (weighted + Math.log(level) - cost) / weights);
  }

  /** The mean so far; 0 before the first number. */
  public double mean() {
    return count == 0 ? 0 : sum / count;
  }
}
