package io.sextant.gradients.graph;

import java.util.Arrays;

/**
 * The values of one parameter. Nearly all networks are trained in single precision: where every
 * value is a float, half the memory holds them, and what comes back is the same.
 */
sealed interface Values {
  /** How many. */
  int length();

  /** Whether all of them are the same, NaN too. */
  default boolean same(Values other) {
    return this instanceof Singles one && other instanceof Singles two
        ? Arrays.equals(one.data(), two.data())
        : Arrays.equals(doubles(), other.doubles());
  }

  /** All of them, a copy. */
  double[] doubles();

  /** Values, copied. */
  static Values of(double[] data) {
    float[] singles = new float[data.length];
    for (int i = 0; i < data.length; i++) {
      singles[i] = (float) data[i];
      if (Double.compare(singles[i], data[i]) != 0) {
        return new Doubles(data.clone());
      }
    }
    return new Singles(singles);
  }

  /** Values in single precision, copied. */
  static Values of(float[] data) {
    return new Singles(data.clone());
  }

  /** Values that are floats. */
  record Singles(float[] data) implements Values {
    @Override
    public int length() {
      return data.length;
    }

    @Override
    public double[] doubles() {
      double[] copy = new double[data.length];
      Arrays.setAll(copy, i -> data[i]);
      return copy;
    }
  }

  /** Values that are not. */
  record Doubles(double[] data) implements Values {
    @Override
    public int length() {
      return data.length;
    }

    @Override
    public double[] doubles() {
      return data.clone();
    }
  }
}
