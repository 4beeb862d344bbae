package io.sextant.attacks;

import io.sextant.gradients.Feature;
import io.sextant.gradients.InputDomain;

/**
 * A domain's features in the units in which distance is measured: a perturbation is (x - clean) /
 * scale for real and integer features, and 0 for binaries, whose changes are counted instead.
 */
final class Coordinates {
  /** Roundings are mostly mended by one step. */
  private static final int FINE_STEPS = 4;

  private final InputDomain domain;
  private final double[] scale;
  private final double[] minimum;
  private final double[] maximum;
  private final boolean[] integer;

  Coordinates(InputDomain domain) {
    this.domain = domain;
    int size = domain.size();
    scale = new double[size];
    minimum = new double[size];
    maximum = new double[size];
    integer = new boolean[size];
    for (int i = 0; i < size; i++) {
      Feature feature = domain.feature(i);
      scale[i] = feature.scale();
      integer[i] = feature.kind() == Feature.Kind.INTEGER;
      // Rows are floats, so a bound such as 0.1 is the float next to it (as the domain has it).
      minimum[i] = (float) whole(feature, Math.ceil(feature.minimum()), feature.minimum());
      maximum[i] = (float) whole(feature, Math.floor(feature.maximum()), feature.maximum());
    }
  }

  private static double whole(Feature feature, double rounded, double exact) {
    return feature.kind() == Feature.Kind.REAL ? exact : rounded;
  }

  InputDomain domain() {
    return domain;
  }

  /** What may be reached from a clean row. */
  Reach reach(double[] clean) {
    double[] low = new double[clean.length];
    double[] high = new double[clean.length];
    for (int i = 0; i < clean.length; i++) {
      Feature feature = domain.feature(i);
      if (!feature.mutable() || feature.kind() == Feature.Kind.BINARY) {
        continue;
      }
      if (feature.direction() != Feature.Direction.INCREASE) {
        low[i] = Math.min(0, (minimum[i] - clean[i]) / scale[i]);
      }
      if (feature.direction() != Feature.Direction.DECREASE) {
        high[i] = Math.max(0, (maximum[i] - clean[i]) / scale[i]);
      }
    }
    return new Reach(this, clean, low, high);
  }

  /** The perturbation between two rows. */
  double[] difference(double[] clean, double[] row) {
    double[] difference = new double[clean.length];
    for (int i = 0; i < clean.length; i++) {
      if (domain.feature(i).kind() != Feature.Kind.BINARY) {
        difference[i] = (row[i] - clean[i]) / scale[i];
      }
    }
    return difference;
  }

  /** The gradient with respect to the perturbation. */
  double scaled(int feature, double gradient) {
    return gradient * scale[feature];
  }

  /**
   * The value that exists nearest to {@code clean + delta * scale} and no farther from the clean
   * value than delta: rounded towards it to a whole number where only those exist, and to a float.
   */
  double value(int feature, double clean, double delta) {
    if (delta == 0) {
      return clean;
    }
    double target = clean + delta * scale[feature];
    if (integer[feature]) {
      // 0.57 of a scale of 100 is 56.99... in binary; it must still reach 57.
      target = Math.rint(target);
      if (beyond(feature, clean, target, delta) != 0) {
        target -= Math.signum(delta);
      }
    }
    float value = (float) target;
    if (value != 0) {
      value = inwards(clean, value, beyond(feature, clean, value, delta));
    }
    for (int step = 0; beyond(feature, clean, value, delta) != 0; step++) {
      value = step < FINE_STEPS ? Math.nextAfter(value, clean) : leap(clean, value, step);
    }
    return Math.max(minimum[feature], Math.min(maximum[feature], value));
  }

  /**
   * A value nearer to the clean one by steps that double. Near 0 the steps of a float are millions
   * of times finer than those of its distance from a clean value far off.
   */
  private static float leap(double clean, float value, int step) {
    double size = Math.scalb(Math.ulp(Math.max(Math.abs(clean), Math.abs(value))), step);
    return (float) (value + Math.copySign(size, clean - value));
  }

  // Every second value is rounded outwards, which no processor foresees: so these two have no jump.

  /** 1 when a value is farther from the clean one than delta, else 0: the sign of what is left. */
  private int beyond(int feature, double clean, double value, double delta) {
    double left = Math.abs(delta) - Math.abs(value - clean) / scale[feature];
    return (int) (Double.doubleToRawLongBits(left) >>> 63);
  }

  /** The float that lies so many steps, 0 or 1, nearer to the clean value; not from 0. */
  private static float inwards(double clean, float value, int steps) {
    int bits = Float.floatToRawIntBits(value);
    // Its magnitude shrinks on the way where it has the sign of the way that it came, else grows.
    int grows = (bits ^ Float.floatToRawIntBits((float) (value - clean))) >>> 31;
    return Float.intBitsToFloat(bits + steps * (2 * grows - 1));
  }
}
