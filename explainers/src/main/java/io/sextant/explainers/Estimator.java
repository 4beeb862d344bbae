package io.sextant.explainers;

import java.util.Arrays;
import java.util.List;

/**
 * What is estimated from the attributions of noisy draws, with its standard error. A unit is what
 * is independent of the other units: one draw, or several that were drawn together, equally many in
 * each.
 */
abstract class Estimator {
  /** Takes the draws of a unit. */
  abstract void add(List<double[]> unit);

  /** The estimate, a new array. */
  abstract double[] estimate();

  /** Its standard error, a new array. */
  abstract double[] standardErrors();

  /** The mean standard error over the mean size of the estimate; 0 where there is no error. */
  final double relativeError() {
    double error = Arrays.stream(standardErrors()).sum();
    double size = Arrays.stream(estimate()).map(Math::abs).sum();
    return error == 0 ? 0 : error / size;
  }

  /** E[a]. */
  static final class Mean extends Estimator {
    private final Moments moments;

    Mean(int size) {
      moments = new Moments(size);
    }

    @Override
    void add(List<double[]> unit) {
      moments.add(mean(unit));
    }

    @Override
    double[] estimate() {
      return moments.means();
    }

    @Override
    double[] standardErrors() {
      return moments.standardErrors();
    }
  }

  /** E[a^2]. */
  static final class MeanSquare extends Estimator {
    private final Moments moments;

    MeanSquare(int size) {
      moments = new Moments(size);
    }

    @Override
    void add(List<double[]> unit) {
      moments.add(meanSquare(unit, new double[unit.get(0).length]));
    }

    @Override
    double[] estimate() {
      return moments.means();
    }

    @Override
    double[] standardErrors() {
      return moments.standardErrors();
    }
  }

  /**
   * Var[a] = E[w] + Var[m], with m the mean of a unit and w the mean squared distance of its draws
   * from m (w = 0 for single draws). The usual formula over all draws would be biased, as the draws
   * of a unit are not independent.
   *
   * <p>Its standard error is that of the mean of u = w + (m - E[m])^2. As E[m] is known only at the
   * end, p = m - (first m) and q = w + p^2 are followed instead: u = q - 2 E[p] p + E[p]^2.
   */
  static final class Variance extends Estimator {
    private final double[] first;
    private final Moments p;
    private final Moments q;
    private final Moments within;
    private final double[] products;
    private long count;

    Variance(int size) {
      first = new double[size];
      p = new Moments(size);
      q = new Moments(size);
      within = new Moments(size);
      products = new double[size];
    }

    @Override
    void add(List<double[]> unit) {
      double[] shifted = mean(unit);
      double[] inside = meanSquare(unit, shifted);
      double[] square = new double[shifted.length];
      if (count++ == 0) {
        System.arraycopy(shifted, 0, first, 0, first.length);
      }
      for (int i = 0; i < shifted.length; i++) {
        shifted[i] -= first[i];
        square[i] = inside[i] + shifted[i] * shifted[i];
        products[i] += (shifted[i] - p.mean(i)) * (square[i] - q.mean(i)) * (count - 1) / count;
      }
      p.add(shifted);
      q.add(square);
      within.add(inside);
    }

    @Override
    double[] estimate() {
      double[] variance = new double[first.length];
      for (int i = 0; i < variance.length; i++) {
        variance[i] = within.mean(i) + p.variance(i);
      }
      return variance;
    }

    @Override
    double[] standardErrors() {
      double[] errors = new double[first.length];
      for (int i = 0; i < errors.length; i++) {
        double mean = p.mean(i);
        double covariance = products[i] / (count - 1);
        double ofUnits = q.variance(i) - 4 * mean * covariance + 4 * mean * mean * p.variance(i);
        errors[i] = Math.sqrt(Math.max(0, ofUnits) / count);
      }
      return errors;
    }
  }

  /** Exact for equal values, so that no noise leaves the attribution as it is. */
  private static double[] mean(List<double[]> unit) {
    double[] mean = new double[unit.get(0).length];
    for (int k = 0; k < unit.size(); k++) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += (unit.get(k)[i] - mean[i]) / (k + 1);
      }
    }
    return mean;
  }

  private static double[] meanSquare(List<double[]> unit, double[] around) {
    double[] mean = new double[around.length];
    for (double[] draw : unit) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += (draw[i] - around[i]) * (draw[i] - around[i]) / unit.size();
      }
    }
    return mean;
  }
}
