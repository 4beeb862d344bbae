package io.sextant.explainers.quality;

import io.sextant.explainers.Explained;
import io.sextant.gradients.Feature;
import io.sextant.gradients.InputDomain;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The inputs near one: every real value at most a fraction of its range away. Whole numbers and
 * categories stay, since there is no near one.
 */
final class Neighbourhood {
  private final double[] centre;
  private final double[] reach;

  Neighbourhood(Explained x, double radius) {
    InputDomain domain = x.domain();
    centre = x.input();
    reach = new double[centre.length];
    for (int i = 0; i < reach.length; i++) {
      Feature feature = domain.feature(i);
      reach[i] =
          feature.kind() == Feature.Kind.REAL
              ? radius * (feature.maximum() - feature.minimum())
              : 0;
    }
  }

  /** Why explanations near inputs cannot be compared; empty where they can. */
  static Optional<String> unfit(Judged judged) {
    return judged.examples().size() == 0 || new Neighbourhood(judged.explained(0), 1).isWide()
        ? Optional.empty()
        : Optional.of("it moves inputs a little, and none of their values is real");
  }

  /** Whether there is any other input near. */
  boolean isWide() {
    for (double far : reach) {
      if (far > 0) {
        return true;
      }
    }
    return false;
  }

  /** A point that is drawn evenly. */
  double[] draw(RandomGenerator random) {
    double[] point = centre.clone();
    for (int i = 0; i < point.length; i++) {
      // Rows are floats.
      point[i] = (float) (point[i] + reach[i] * (2 * random.nextDouble() - 1));
    }
    return point;
  }

  /**
   * A point moved along directions and brought back.
   *
   * @param from a point in here
   * @param step as a fraction of the reach
   * @param direction one number per value
   */
  double[] moved(double[] from, double step, double[] direction) {
    double[] point = from.clone();
    for (int i = 0; i < point.length; i++) {
      double offset = point[i] - centre[i] + step * reach[i] * direction[i];
      point[i] = (float) (centre[i] + Math.max(-reach[i], Math.min(reach[i], offset)));
    }
    return point;
  }
}
