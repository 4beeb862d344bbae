package io.sextant.explainers;

/**
 * Mean and variance of vectors, element by element, in one pass and without cancellation.
 *
 * <p>Welford, "Note on a Method for Calculating Corrected Sums of Squares and Products",
 * Technometrics 4(3), 1962.
 */
final class Moments {
  private final double[] mean;
  private final double[] squares;
  private long count;

  Moments(int size) {
    mean = new double[size];
    squares = new double[size];
  }

  void add(double[] values) {
    count++;
    for (int i = 0; i < mean.length; i++) {
      double before = values[i] - mean[i];
      mean[i] += before / count;
      squares[i] += before * (values[i] - mean[i]);
    }
  }

  double mean(int element) {
    return mean[element];
  }

  /** The unbiased variance; needs at least two vectors. */
  double variance(int element) {
    return squares[element] / (count - 1);
  }

  double[] means() {
    return mean.clone();
  }

  /** The standard errors of the means; needs at least two vectors. */
  double[] standardErrors() {
    double[] errors = new double[mean.length];
    for (int i = 0; i < errors.length; i++) {
      errors[i] = Math.sqrt(variance(i) / count);
    }
    return errors;
  }
}
