package io.sextant.attacks.blackbox;

import io.sextant.attacks.Iterate;
import io.sextant.attacks.Trial;
import io.sextant.gradients.Step;
import java.util.function.DoubleFunction;

/**
 * Finds where a path crosses the boundary, by decisions alone.
 *
 * @param trial the example
 * @param path the points by parameter
 */
record Bisection(Trial trial, DoubleFunction<Iterate> path) {
  /** How many decisions narrow a bracket down to a width. */
  static int halvings(double width, double tolerance) {
    return width > tolerance ? (int) Math.ceil(Math.log(width / tolerance) / Math.log(2)) : 0;
  }

  /**
   * Narrows a bracket down.
   *
   * @param inside where the path is not adversarial
   * @param outside where it is
   * @param halvings how often
   * @param next what to do with the last parameter that was adversarial
   */
  Step<Trial> narrow(
      double inside, double outside, int halvings, DoubleFunction<Step<Trial>> next) {
    if (halvings == 0) {
      return next.apply(outside);
    }
    double middle = (inside + outside) / 2;
    return trial.decide(
        path.apply(middle),
        adversarial ->
            adversarial
                ? narrow(inside, middle, halvings - 1, next)
                : narrow(middle, outside, halvings - 1, next));
  }
}
