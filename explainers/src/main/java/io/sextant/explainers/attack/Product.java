package io.sextant.explainers.attack;

import io.sextant.explainers.GradientTerm;
import io.sextant.gradients.Objective;
import io.sextant.gradients.Query;
import io.sextant.gradients.Reply;
import java.util.Arrays;
import java.util.List;

/**
 * The transposed derivative of a term of the map, times a slope by the map:
 *
 * <pre>
 * weight * (slope * grad f(p) + position * H(p) (distance * slope))
 * </pre>
 *
 * <p>without the first summand and the distance where it has none; H v is half the difference of
 * the gradients at p + h v and p - h v, over h.
 */
final class Product {
  // How far apart the two gradients are whose difference is a product with the Hessian, on each
  // side and in units of scale: well above the rounding of floats, below the width of a kink.
  private static final double PROBE = 0.02;

  private final GradientTerm term;
  private final double[] slope;
  private final double[] vector;
  private final double length;

  Product(GradientTerm term, double[] slope, double[] scale) {
    this.term = term;
    this.slope = slope;
    vector = slope.clone();
    term.distance().ifPresent(d -> Arrays.setAll(vector, i -> vector[i] * d[i]));
    double squares = 0;
    for (int i = 0; i < vector.length; i++) {
      double own = vector[i] / (scale[i] == 0 ? 1 : scale[i]);
      squares += own * own;
    }
    length = Math.sqrt(squares);
  }

  private boolean hasCurvature() {
    return length > 0 && term.position() > 0;
  }

  void ask(Objective objective, List<Query.Gradient> asked) {
    if (term.distance().isPresent()) {
      asked.add(new Query.Gradient(term.point(), objective));
    }
    for (int side = 1; hasCurvature() && side >= -1; side -= 2) {
      double[] point = term.point().clone();
      for (int i = 0; i < point.length; i++) {
        point[i] += side * PROBE / length * vector[i];
      }
      asked.add(new Query.Gradient(point, objective));
    }
  }

  /** Adds to a sum what replies from a place on say, and says where the next ones begin. */
  int add(List<Reply.Gradient> replies, int from, double[] sum) {
    int next = from;
    if (term.distance().isPresent()) {
      double[] gradient = replies.get(next++).gradient();
      for (int i = 0; i < sum.length; i++) {
        sum[i] += term.weight() * slope[i] * gradient[i];
      }
    }
    if (hasCurvature()) {
      double[] plus = replies.get(next++).gradient();
      double[] minus = replies.get(next++).gradient();
      double factor = term.weight() * term.position() * length / (2 * PROBE);
      for (int i = 0; i < sum.length; i++) {
        sum[i] += factor * (plus[i] - minus[i]);
      }
    }
    return next;
  }
}
