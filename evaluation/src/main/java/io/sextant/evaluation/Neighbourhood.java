package io.sextant.evaluation;

import io.sextant.gradients.Feature;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.RandomKey;
import java.util.random.RandomGenerator;

/**
 * Random inputs near an input: uniform in a cube within the domain's box, categories as they are.
 */
final class Neighbourhood {
  private final InputDomain domain;
  private final double[] sides;

  /**
   * Cubes of one size.
   *
   * @param side as a share of each feature's scale; only features that take real values move
   */
  Neighbourhood(InputDomain domain, double side) {
    this.domain = domain;
    this.sides =
        domain.features().stream()
            .mapToDouble(f -> f.kind() == Feature.Kind.REAL ? side * f.scale() : 0)
            .toArray();
  }

  /** Whether nothing moves. */
  boolean isEmpty() {
    for (double side : sides) {
      if (side > 0) {
        return false;
      }
    }
    return true;
  }

  /** The input itself, and then so many near it; values are floats. */
  double[][] around(double[] clean, RandomKey key, int draws) {
    double[][] rows = new double[draws + 1][];
    rows[0] = clean;
    for (int d = 1; d <= draws; d++) {
      RandomGenerator random = key.with(d).random();
      rows[d] = clean.clone();
      for (int i = 0; i < clean.length; i++) {
        if (sides[i] > 0) {
          Feature feature = domain.feature(i);
          double moved = clean[i] + sides[i] * (random.nextDouble() - 0.5);
          rows[d][i] = (float) Math.max(feature.minimum(), Math.min(feature.maximum(), moved));
        }
      }
    }
    return rows;
  }
}
