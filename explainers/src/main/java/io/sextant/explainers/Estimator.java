package io.sextant.explainers;

import java.util.Arrays;

/**
 * What is estimated from the attributions of noisy draws, with its standard error. A unit is what
 * is independent of the other units: one draw, or the pair of draws with opposite noise.
 */
abstract class Estimator {
  /** Takes one draw. */
  abstract void add(double[] draw);

  /** Takes a pair of draws with opposite noise. */
  abstract void add(double[] plus, double[] minus);

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
    void add(double[] draw) {
      moments.add(draw);
    }

    @Override
    void add(double[] plus, double[] minus) {
      moments.add(middle(plus, minus));
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
    void add(double[] draw) {
      moments.add(squared(draw));
    }

    @Override
    void add(double[] plus, double[] minus) {
      moments.add(middle(squared(plus), squared(minus)));
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
   * Var[a] = E[h^2] + Var[m], with m the middle and h half the difference of a pair (h = 0 for
   * single draws). The usual formula over all draws would be biased, as the draws of a pair are not
   * independent.
   *
   * <p>Its standard error is that of the mean of u = h^2 + (m - E[m])^2. As E[m] is known only at
   * the end, p = m - (first m) and q = h^2 + p^2 are followed instead: u = q - 2 E[p] p + E[p]^2.
   */
  static final class Variance extends Estimator {
    private final double[] first;
    private final Moments p;
    private final Moments q;
    private final Moments halfSquares;
    private final double[] products;
    private long count;

    Variance(int size) {
      first = new double[size];
      p = new Moments(size);
      q = new Moments(size);
      halfSquares = new Moments(size);
      products = new double[size];
    }

    @Override
    void add(double[] draw) {
      add(draw, draw);
    }

    @Override
    void add(double[] plus, double[] minus) {
      double[] shifted = middle(plus, minus);
      double[] half = new double[shifted.length];
      double[] square = new double[shifted.length];
      if (count++ == 0) {
        System.arraycopy(shifted, 0, first, 0, first.length);
      }
      for (int i = 0; i < shifted.length; i++) {
        shifted[i] -= first[i];
        double difference = (plus[i] - minus[i]) / 2;
        half[i] = difference * difference;
        square[i] = half[i] + shifted[i] * shifted[i];
        products[i] += (shifted[i] - p.mean(i)) * (square[i] - q.mean(i)) * (count - 1) / count;
      }
      p.add(shifted);
      q.add(square);
      halfSquares.add(half);
    }

    @Override
    double[] estimate() {
      double[] variance = new double[first.length];
      for (int i = 0; i < variance.length; i++) {
        variance[i] = halfSquares.mean(i) + p.variance(i);
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

  private static double[] middle(double[] plus, double[] minus) {
    double[] middle = new double[plus.length];
    for (int i = 0; i < middle.length; i++) {
      // Exact for equal values, so that no noise leaves the attribution as it is.
      middle[i] = plus[i] + (minus[i] - plus[i]) / 2;
    }
    return middle;
  }

  private static double[] squared(double[] values) {
    double[] squares = new double[values.length];
    for (int i = 0; i < squares.length; i++) {
      squares[i] = values[i] * values[i];
    }
    return squares;
  }
}
