package io.sextant.explainers;

import org.apiguardian.api.API;

/**
 * Mean and variance of vectors, element by element, in one pass and without cancellation.
 *
 * <p>Welford, "Note on a Method for Calculating Corrected Sums of Squares and Products",
 * Technometrics 4(3), 1962.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Moments {
  private final double[] mean;
  private final double[] squares;
  private long count;

  /**
   * No vectors yet.
   *
   * @param size elements of each vector
   */
  public Moments(int size) {
    mean = new double[size];
    squares = new double[size];
  }

  /** Takes a vector; it is not kept. */
  public void add(double[] values) {
    count++;
    for (int i = 0; i < mean.length; i++) {
      double before = values[i] - mean[i];
      mean[i] += before / count;
      squares[i] += before * (values[i] - mean[i]);
    }
  }

  /** How many vectors were taken. */
  public long count() {
    return count;
  }

  /** The mean of one element. */
  public double mean(int element) {
    return mean[element];
  }

  /** The unbiased variance; needs at least two vectors. */
  public double variance(int element) {
    return squares[element] / (count - 1);
  }

  /** The means, a copy. */
  public double[] means() {
    return mean.clone();
  }

  /** The standard errors of the means; needs at least two vectors. */
  public double[] standardErrors() {
    double[] errors = new double[mean.length];
    for (int i = 0; i < errors.length; i++) {
      errors[i] = Math.sqrt(variance(i) / count);
    }
    return errors;
  }
}
