package io.sextant.attacks.blackbox;

/**
 * The direction in which a value rises around a point, from its values at random offsets: the mean
 * of (value - mean value) u. Subtracting the mean takes the part of the noise away that all offsets
 * share, also where the box has cut some of them short.
 */
final class Correlation {
  private final double[] values;
  private final double[] offsets;
  private double sum;
  private int count;
  private double lowest = Double.POSITIVE_INFINITY;
  private double highest = Double.NEGATIVE_INFINITY;

  Correlation(int features) {
    values = new double[features];
    offsets = new double[features];
  }

  /**
   * Takes in a value.
   *
   * @param value there
   * @param from where offsets begin
   * @param to where the value was found
   */
  void add(double value, double[] from, double[] to) {
    for (int i = 0; i < values.length; i++) {
      double offset = to[i] - from[i];
      values[i] += value * offset;
      offsets[i] += offset;
    }
    sum += value;
    count++;
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
  }

  /** Whether all values are the same, so that they show no direction. */
  boolean isFlat() {
    return lowest == highest;
  }

  /** The mean of (value - mean value) u. */
  double[] direction() {
    double mean = sum / count;
    double[] direction = new double[values.length];
    for (int i = 0; i < direction.length; i++) {
      direction[i] = (values[i] - mean * offsets[i]) / count;
    }
    return direction;
  }

  /** The mean of value u. */
  double[] uncentred() {
    double[] direction = new double[values.length];
    for (int i = 0; i < direction.length; i++) {
      direction[i] = values[i] / count;
    }
    return direction;
  }
}
