package io.sextant.attacks.minimumnorm;

import io.sextant.results.Norm;

/**
 * Makes perturbations smaller in a norm, at a price for each coordinate: the point d that is best
 * in weight |d| + sum of h (d - u)² / 2, exactly.
 *
 * <p>Parikh, Boyd, "Proximal Algorithms", Foundations and Trends in Optimization 1(3), 2014.
 */
final class Proximal {
  private Proximal() {}

  /**
   * Replaces u.
   *
   * @param norm L1, where each coordinate loses weight / h, or L∞, where the largest ones are cut
   *     to one level
   * @param weight above 0
   * @param h what it costs to move a coordinate, above 0
   */
  static void shrink(Norm norm, double[] u, double weight, double[] h) {
    if (norm == Norm.L1) {
      for (int i = 0; i < u.length; i++) {
        u[i] = Math.copySign(Math.max(0, Math.abs(u[i]) - weight / h[i]), u[i]);
      }
    } else if (norm == Norm.LINF) {
      double level = level(u, weight, h);
      for (int i = 0; i < u.length; i++) {
        u[i] = Math.max(-level, Math.min(level, u[i]));
      }
    } else {
      throw new IllegalArgumentException("norm must be linf or l1 but was " + norm.key());
    }
  }

  /**
   * The level at which the sum of h (|u| - level) over what is above it is the weight; 0 when the
   * sum is less even there. What is not above one level is not above any higher one, so the search
   * goes up from 0.
   */
  private static double level(double[] u, double weight, double[] h) {
    double level = 0;
    while (true) {
      double sum = -weight;
      double cost = 0;
      for (int i = 0; i < u.length; i++) {
        if (Math.abs(u[i]) > level) {
          sum += h[i] * Math.abs(u[i]);
          cost += h[i];
        }
      }
      double next = sum / cost;
      if (!(next > level)) {
        return level;
      }
      level = next;
    }
  }
}
