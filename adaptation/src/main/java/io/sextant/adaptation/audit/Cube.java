package io.sextant.adaptation.audit;

import io.sextant.gradients.InputDomain;
import java.util.Arrays;

/**
 * The inputs within an L∞ distance of a clean one and in the domain's box, and steps in it.
 *
 * @param clean {@code [input values]}
 * @param radius at least 0
 * @param domain whose bounds hold
 */
record Cube(double[] clean, double radius, InputDomain domain) {
  /** Whether a gradient says where to go: it is finite. */
  static boolean leads(double[] gradient) {
    return Arrays.stream(gradient).allMatch(Double::isFinite);
  }

  /** A step along the sign of a gradient, back into the cube where it leaves it. */
  double[] step(double[] from, double[] gradient, double size) {
    double[] to = new double[from.length];
    for (int i = 0; i < to.length; i++) {
      double low = Math.max(clean[i] - radius, domain.feature(i).minimum());
      double high = Math.min(clean[i] + radius, domain.feature(i).maximum());
      double moved = from[i] + size * Math.signum(gradient[i]);
      // A clean value out of the domain stays where it is.
      to[i] = low > high ? clean[i] : Math.max(low, Math.min(high, moved));
    }
    return to;
  }
}
