package io.sextant.gradients.graph;

/**
 * The error function to nearly the precision of a double: its series where that converges fast, the
 * continued fraction of the complement elsewhere.
 *
 * <p>Abramowitz, Stegun, "Handbook of Mathematical Functions", 1964, 7.1.6 and 7.1.14.
 */
final class ErrorFunction {
  private static final double SERIES_BELOW = 2.5;
  private static final double ROUNDING = 1e-17;
  private static final double UNDERFLOW = 27.3;

  private ErrorFunction() {}

  /** erf(x). */
  static double value(double x) {
    if (Math.abs(x) < SERIES_BELOW) {
      return series(x);
    }
    return x > 0 ? 1 - fraction(x) : x < 0 ? fraction(-x) - 1 : x;
  }

  /** erfc(x) = 1 - erf(x), without cancellation where it is small. */
  static double complement(double x) {
    if (x >= SERIES_BELOW) {
      return fraction(x);
    }
    return 1 - value(x);
  }

  /**
   * 2/sqrt(pi) exp(-x^2) sum of 2^n x^(2n+1) / (1 3 5 ... (2n+1)), whose terms are all positive.
   */
  private static double series(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > ROUNDING * Math.abs(sum); n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }

  /** exp(-x^2)/sqrt(pi) times 1/(x + (1/2)/(x + 1/(x + (3/2)/(x + ...)))), from the inside out. */
  private static double fraction(double x) {
    if (x > UNDERFLOW) {
      return 0;
    }
    int terms = (int) (20 + 600 / (x * x));
    double tail = x;
    for (int n = terms; n >= 1; n--) {
      tail = x + 0.5 * n / tail;
    }
    return Math.exp(-x * x) / (Math.sqrt(Math.PI) * tail);
  }
}
