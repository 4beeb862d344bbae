package io.sextant.gradients.contract;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Where random parameters and inputs come from. All are floats. */
enum Values {
  /**
   * Gaussians. Weights shrink with the number of values that they sum up, so that values keep their
   * magnitude through any number of layers.
   */
  ROUGH {
    @Override
    double input(RandomGenerator random) {
      return (float) random.nextDouble(-1, 1);
    }

    @Override
    double weight(RandomGenerator random, int fanIn) {
      return (float) (random.nextGaussian() * Math.sqrt(1.5 / fanIn));
    }

    @Override
    double bias(RandomGenerator random) {
      return (float) (random.nextGaussian() / 4);
    }

    @Override
    double variance(RandomGenerator random, double epsilon) {
      return (float) random.nextDouble(0.3, 2);
    }

    @Override
    double scale(RandomGenerator random) {
      return (float) (random.nextDouble(0.5, 1.5) * (random.nextInt(4) == 0 ? -1 : 1));
    }

    @Override
    double slope(RandomGenerator random) {
      return (float) random.nextDouble(-0.2, 0.6);
    }
  },
  /**
   * Small integers and halves, on which single precision makes no error. Zeros and ties abound, so
   * these tell which side of a kink an engine takes.
   */
  EXACT {
    @Override
    double input(RandomGenerator random) {
      return random.nextInt(-2, 3);
    }

    @Override
    double weight(RandomGenerator random, int fanIn) {
      return random.nextDouble() * fanIn < 2.5 ? random.nextBoolean() ? 1 : -1 : 0;
    }

    @Override
    double bias(RandomGenerator random) {
      return random.nextInt(-1, 2);
    }

    @Override
    double variance(RandomGenerator random, double epsilon) {
      return 1 - epsilon;
    }

    @Override
    double scale(RandomGenerator random) {
      return random.nextBoolean() ? 1 : -1;
    }

    @Override
    double slope(RandomGenerator random) {
      return random.nextBoolean() ? 0.5 : 0;
    }
  };

  /** A power of two, so that a float below 1 can complete it. */
  static final double EPSILON = 0x1p-16;

  /** Whether sums of a few such numbers need no more digits than a float has. */
  static boolean isShort(double[] numbers) {
    return Arrays.stream(numbers).allMatch(number -> Math.abs(number) < 1 << 14);
  }

  abstract double input(RandomGenerator random);

  abstract double weight(RandomGenerator random, int fanIn);

  /** An offset: a bias, a mean, a shift. */
  abstract double bias(RandomGenerator random);

  abstract double variance(RandomGenerator random, double epsilon);

  /** A factor of either sign. */
  abstract double scale(RandomGenerator random);

  /** A slope left of a kink. */
  abstract double slope(RandomGenerator random);
}
