package io.sextant.attacks.blackbox;

import io.sextant.results.Norm;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** What a walk along the boundary is made of in a norm. */
enum Walk {
  /** Straight lines and the sphere. */
  L2 {
    @Override
    double end(double distance) {
      return 1;
    }

    @Override
    double[] towards(double[] far, double s) {
      return scaled(far, s);
    }

    @Override
    double tolerance(int features) {
      return Math.pow(features, -1.5);
    }

    @Override
    double draw(RandomGenerator random) {
      return random.nextGaussian();
    }

    @Override
    double[] direction(double[] gradient) {
      return unit(gradient);
    }
  },
  /** Smaller and smaller cubes. */
  LINF {
    @Override
    double end(double distance) {
      return distance;
    }

    @Override
    double[] towards(double[] far, double s) {
      return Arrays.stream(far).map(x -> Math.max(-s, Math.min(s, x))).toArray();
    }

    @Override
    double tolerance(int features) {
      return Math.pow(features, -2);
    }

    @Override
    double draw(RandomGenerator random) {
      return 2 * random.nextDouble() - 1;
    }

    @Override
    double[] direction(double[] gradient) {
      return Arrays.stream(gradient).map(Math::signum).toArray();
    }
  };

  static Walk in(Norm norm) {
    return norm == Norm.L2 ? L2 : LINF;
  }

  /** Where the way from the clean input to a point at a distance ends. */
  abstract double end(double distance);

  /** The perturbation at s on the way from the clean input to a far one. */
  abstract double[] towards(double[] far, double s);

  /** When bisection on that way is fine enough. */
  abstract double tolerance(int features);

  abstract double draw(RandomGenerator random);

  /** The way in which a gradient is followed. */
  abstract double[] direction(double[] gradient);

  /** A point beside a perturbation: at radius r of it, in the features that may move. */
  double[] beside(double[] perturbation, double r, int[] movable, RandomGenerator random) {
    double[] u = new double[perturbation.length];
    for (int i : movable) {
      u[i] = draw(random);
    }
    double[] unit = unit(u);
    for (int i = 0; i < u.length; i++) {
      u[i] = perturbation[i] + r * unit[i];
    }
    return u;
  }

  private static double[] unit(double[] v) {
    double squares = 0;
    for (double value : v) {
      squares += value * value;
    }
    return scaled(v, squares > 0 ? 1 / Math.sqrt(squares) : 0);
  }

  private static double[] scaled(double[] v, double factor) {
    return Arrays.stream(v).map(value -> factor * value).toArray();
  }
}
