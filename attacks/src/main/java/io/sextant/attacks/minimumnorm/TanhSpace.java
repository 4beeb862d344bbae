package io.sextant.attacks.minimumnorm;

import io.sextant.attacks.Trial;

/**
 * Perturbations as a function of numbers without bounds, so that a search needs no projection: d =
 * low + (high - low)(tanh w + 1) / 2.
 *
 * @param low smallest perturbations
 * @param high largest perturbations
 */
record TanhSpace(double[] low, double[] high) {
  // Where the clean input lies on a bound, w would be infinite, and its slope 0 for ever.
  private static final double INSIDE = 0.999999;

  /** The box of an example. */
  static TanhSpace of(Trial trial) {
    return new TanhSpace(trial.low(), trial.high());
  }

  /** The numbers of the clean input, or of one next to it where it lies on a bound. */
  double[] clean() {
    double[] w = new double[low.length];
    for (int i = 0; i < w.length; i++) {
      if (low[i] < high[i]) {
        double share = INSIDE * (2 * -low[i] / (high[i] - low[i]) - 1);
        w[i] = Math.log((1 + share) / (1 - share)) / 2;
      }
    }
    return w;
  }

  /** The perturbation at w. */
  double[] perturbation(double[] w) {
    double[] d = new double[w.length];
    for (int i = 0; i < d.length; i++) {
      d[i] = low[i] + (high[i] - low[i]) * (Math.tanh(w[i]) + 1) / 2;
    }
    return d;
  }

  /** How fast the perturbation follows w, feature by feature. */
  double[] slope(double[] w) {
    double[] slope = new double[w.length];
    for (int i = 0; i < slope.length; i++) {
      double tanh = Math.tanh(w[i]);
      slope[i] = (high[i] - low[i]) * (1 - tanh * tanh) / 2;
    }
    return slope;
  }
}
