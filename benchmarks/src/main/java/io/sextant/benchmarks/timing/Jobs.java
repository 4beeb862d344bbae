package io.sextant.benchmarks.timing;

import io.sextant.gradients.Examples;

/**
 * What the end-to-end workloads are about.
 *
 * @param attacked the examples under attack
 * @param explained the examples that are explained
 */
record Jobs(Examples attacked, Examples explained) {
  static final int STEPS = 40;
  static final int APGD_STEPS = 100;
  static final String EPSILON = "0.1";
  static final String PRESET_EPSILON = "8/255";
  static final int NODES = 50;
  static final int DRAWS = 32;
  static final double NOISE = 0.15;
  static final int WINDOW = 4;
  static final int STRIDE = 2;
  static final int SEED = 42;

  static Jobs of(Examples all) {
    return of(all, 500);
  }

  /** Jobs that attack the first examples. */
  static Jobs of(Examples all, int attacked) {
    return new Jobs(all.slice(0, attacked), all.slice(0, 32));
  }

  /** The standard deviation of the noise on an input: a part of its range. */
  static double deviation(double[] row) {
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (double value : row) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    return NOISE * (most - least);
  }
}
