package io.sextant.explainers.quality;

import io.sextant.explainers.Explained;
import io.sextant.explainers.Explainer;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.Step;
import java.util.random.RandomGenerator;

/**
 * How much an explanation changes near an example, relative to its length: the largest change seen
 * so far, and where.
 */
final class Sensitivity {
  private final Example one;
  private final Explainer explainer;
  private final RandomKey key;
  private final double length;
  private double largest = 0;
  private double[] where;

  Sensitivity(Example one, RandomKey key) {
    this.one = one;
    this.explainer = one.explainer();
    this.key = key;
    this.length = Math.sqrt(squares(one.attribution()));
    this.where = one.x().input();
  }

  /** Whether a change relative to the explanation's length is defined, and possible at all. */
  boolean isDefined(Neighbourhood near) {
    return length > 0 && near.isWide();
  }

  double largest() {
    return largest;
  }

  double[] where() {
    return where;
  }

  /** Looks at points drawn evenly. */
  Step<Sensitivity> drawn(Neighbourhood near, int draws) {
    return Step.all(
        draws,
        atOnce(),
        d -> at(near.draw(key.with(d).random()), d),
        (int d, Changed changed) -> take(changed),
        () -> this);
  }

  /** How far the explanation of a point is from that of the example. */
  Step<Changed> at(double[] point, long draw) {
    Explained copy = one.x().copy(point, key.with("point").with(draw).random().nextLong());
    return explainer
        .attribute(copy)
        .then(
            found -> {
              double[] change = found.values().clone();
              for (int i = 0; i < change.length; i++) {
                change[i] -= one.attribution()[i];
              }
              return Step.done(new Changed(point, Math.sqrt(squares(change)) / length));
            });
  }

  void take(Changed changed) {
    if (changed.by() > largest) {
      largest = changed.by();
      where = changed.point();
    }
  }

  RandomGenerator random(String what, int step) {
    return key.with(what).with(step).random();
  }

  int atOnce() {
    return Math.max(1, explainer.atOnce(one.attribution().length));
  }

  /**
   * A point and the change there.
   *
   * @param point {@code [input values]}
   * @param by relative to the explanation's length
   */
  record Changed(double[] point, double by) {}

  private static double squares(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value * value;
    }
    return sum;
  }
}
