package io.sextant.explainers.attack;

import io.sextant.gradients.Feature;
import io.sextant.gradients.InputDomain;
import io.sextant.results.Norm;

/**
 * The inputs around one within a radius: mutable real values move, in units of their scale, within
 * their bounds and in their direction; all others stay.
 */
final class Ball {
  private final double[] centre;
  private final double[] lowest;
  private final double[] highest;
  private final double[] scale;
  private final Norm norm;
  private final double radius;

  Ball(double[] centre, InputDomain domain, Norm norm, double radius) {
    this.centre = centre;
    this.norm = norm;
    this.radius = radius;
    lowest = centre.clone();
    highest = centre.clone();
    scale = new double[centre.length];
    for (int i = 0; i < scale.length; i++) {
      Feature feature = domain.feature(i);
      if (!moves(feature)) {
        continue;
      }
      scale[i] = feature.scale();
      if (feature.direction() != Feature.Direction.INCREASE) {
        lowest[i] = Math.min(centre[i], feature.minimum());
      }
      if (feature.direction() != Feature.Direction.DECREASE) {
        highest[i] = Math.max(centre[i], feature.maximum());
      }
    }
  }

  /** Whether any value moves. */
  static boolean moves(InputDomain domain) {
    return domain.features().stream().anyMatch(Ball::moves);
  }

  private static boolean moves(Feature feature) {
    return feature.kind() == Feature.Kind.REAL && feature.mutable();
  }

  /** One unit of distance of each value; 0 where it stays. */
  double[] scale() {
    return scale;
  }

  /**
   * A point moved and brought back.
   *
   * @param from a point in here
   * @param stride in units of scale
   * @param direction by units of scale, of which the length in the ball's norm does not count
   */
  double[] moved(double[] from, double stride, double[] direction) {
    double length = 0;
    for (int i = 0; i < direction.length; i++) {
      double own = scale[i] == 0 ? 0 : Math.abs(direction[i]);
      length = norm == Norm.LINF ? Math.max(length, own) : Math.hypot(length, own);
    }
    double[] point = from.clone();
    for (int i = 0; i < point.length; i++) {
      if (scale[i] != 0 && direction[i] != 0) {
        point[i] = from[i] + stride * scale[i] * direction[i] / length;
      }
    }
    // Rows are floats, whose rounding must not carry a point out of the ball.
    for (double lost = 0; lost < 1; lost = Math.max(1e-7, 2 * lost)) {
      double[] within = within(point, 1 - lost);
      if (distance(within) <= radius) {
        return within;
      }
    }
    return centre.clone();
  }

  private double[] within(double[] point, double shrink) {
    double factor =
        norm == Norm.L2 ? shrink * Math.min(1, radius / Math.max(radius, distance(point))) : shrink;
    double[] within = new double[point.length];
    for (int i = 0; i < within.length; i++) {
      double change = point[i] - centre[i];
      if (scale[i] == 0 || change == 0) {
        within[i] = centre[i];
        continue;
      }
      double most = radius * scale[i];
      double moved =
          centre[i]
              + factor * (norm == Norm.LINF ? Math.max(-most, Math.min(most, change)) : change);
      float rounded = (float) Math.max(lowest[i], Math.min(highest[i], moved));
      within[i] =
          rounded > highest[i]
              ? Math.nextDown(rounded)
              : rounded < lowest[i] ? Math.nextUp(rounded) : rounded;
    }
    return within;
  }

  /** How far a point is from the centre, in units of scale. */
  double distance(double[] point) {
    double total = 0;
    for (int i = 0; i < point.length; i++) {
      double change = scale[i] == 0 ? 0 : Math.abs(point[i] - centre[i]) / scale[i];
      total = norm == Norm.LINF ? Math.max(total, change) : total + change * change;
    }
    return norm == Norm.LINF ? total : Math.sqrt(total);
  }
}
