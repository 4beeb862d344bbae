package io.sextant.adaptation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Covariance matrix adaptation with a diagonal covariance, a generation at a time: an immutable
 * value. Commons Math's runs to its end in one call, and here each generation meets other data.
 *
 * <p>Ros, Hansen, "A Simple Modification in CMA-ES Achieving Linear Time and Space Complexity",
 * PPSN 2008 (sep-CMA-ES); constants of Hansen, "The CMA Evolution Strategy: A Tutorial", 2016,
 * arXiv:1604.00772, the learning rates of the covariance times (n + 2) / 3 as the former has it.
 *
 * @param mean where the next generation is drawn about
 * @param sigma step size
 * @param variances of the coordinates
 * @param pathSigma evolution path of the step size
 * @param path evolution path of the covariance
 * @param generation number of generations so far
 */
record EvolutionStrategy(
    double[] mean,
    double sigma,
    double[] variances,
    double[] pathSigma,
    double[] path,
    int generation) {

  /** Before the first generation. */
  static EvolutionStrategy at(double[] mean, double sigma) {
    int n = mean.length;
    double[] ones = new double[n];
    Arrays.fill(ones, 1);
    return new EvolutionStrategy(mean.clone(), sigma, ones, new double[n], new double[n], 0);
  }

  /** Points of a generation. */
  double[][] ask(int population, RandomGenerator random) {
    double[][] points = new double[population][mean.length];
    for (double[] point : points) {
      for (int i = 0; i < point.length; i++) {
        point[i] = mean[i] + sigma * Math.sqrt(variances[i]) * random.nextGaussian();
      }
    }
    return points;
  }

  /**
   * After a generation.
   *
   * @param points where it was
   * @param losses of the points, less is better
   */
  EvolutionStrategy tell(double[][] points, double[] losses) {
    int n = mean.length;
    int parents = points.length / 2;
    double[] weights =
        IntStream.range(0, parents)
            .mapToDouble(i -> Math.log((points.length + 1) / 2.0) - Math.log(i + 1.0))
            .toArray();
    double sum = Arrays.stream(weights).sum();
    double effective = sum * sum / Arrays.stream(weights).map(w -> w * w).sum();
    double keepSigma = (effective + 2) / (n + effective + 5);
    double damping = 1 + 2 * Math.max(0, Math.sqrt((effective - 1) / (n + 1)) - 1) + keepSigma;
    double keepPath = (4 + effective / n) / (n + 4 + 2 * effective / n);
    double rankOne = 2 / ((n + 1.3) * (n + 1.3) + effective);
    double rankMany =
        Math.min(
            1 - rankOne, 2 * (effective - 2 + 1 / effective) / ((n + 2) * (n + 2) + effective));
    double faster = Math.min((n + 2) / 3.0, 1 / (rankOne + rankMany));
    rankOne *= faster;
    rankMany *= faster;
    double expected = Math.sqrt(n) * (1 - 1.0 / (4 * n) + 1.0 / (21.0 * n * n));

    int[] best =
        IntStream.range(0, points.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> losses[i]))
            .mapToInt(i -> i)
            .toArray();
    double[] next = new double[n];
    double[] spread = new double[n];
    for (int i = 0; i < parents; i++) {
      for (int k = 0; k < n; k++) {
        double step = (points[best[i]][k] - mean[k]) / sigma;
        next[k] += weights[i] / sum * points[best[i]][k];
        spread[k] += weights[i] / sum * step * step;
      }
    }
    double[] sigmaPath = new double[n];
    double length = 0;
    for (int k = 0; k < n; k++) {
      double step = (next[k] - mean[k]) / sigma;
      sigmaPath[k] =
          (1 - keepSigma) * pathSigma[k]
              + Math.sqrt(keepSigma * (2 - keepSigma) * effective) * step / Math.sqrt(variances[k]);
      length += sigmaPath[k] * sigmaPath[k];
    }
    length = Math.sqrt(length);
    boolean steady =
        length / Math.sqrt(1 - Math.pow(1 - keepSigma, 2.0 * (generation + 1)))
            < (1.4 + 2.0 / (n + 1)) * expected;
    double[] covariancePath = new double[n];
    double[] covariance = new double[n];
    for (int k = 0; k < n; k++) {
      double step = (next[k] - mean[k]) / sigma;
      covariancePath[k] =
          (1 - keepPath) * path[k]
              + (steady ? Math.sqrt(keepPath * (2 - keepPath) * effective) * step : 0);
      covariance[k] =
          (1 - rankOne - rankMany) * variances[k]
              + rankOne * covariancePath[k] * covariancePath[k]
              + rankMany * spread[k]
              + (steady ? 0 : rankOne * keepPath * (2 - keepPath) * variances[k]);
    }
    return new EvolutionStrategy(
        next,
        sigma * Math.exp(keepSigma / damping * (length / expected - 1)),
        covariance,
        sigmaPath,
        covariancePath,
        generation + 1);
  }
}
