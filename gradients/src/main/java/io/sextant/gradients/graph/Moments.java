package io.sextant.gradients.graph;

import org.apiguardian.api.API;

/**
 * The mean and the variance of the values that a batch normalisation reads, over a batch, per
 * channel.
 *
 * @param mean {@code [channels]}
 * @param variance {@code [channels]}
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Moments(double[] mean, double[] variance) {
  /**
   * The mean and variance of values by rows, the variance divided by their number.
   *
   * @param rows {@code [rows][channels * positions]}, at least one
   * @param channels how many
   * @return two arrays of as many
   */
  public static Moments of(double[][] rows, int channels) {
    int positions = rows[0].length / channels;
    double count = (double) rows.length * positions;
    double[] mean = new double[channels];
    double[] variance = new double[channels];
    for (double[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        mean[i / positions] += row[i] / count;
      }
    }
    for (double[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        double deviation = row[i] - mean[i / positions];
        variance[i / positions] += deviation * deviation / count;
      }
    }
    return new Moments(mean, variance);
  }
}
