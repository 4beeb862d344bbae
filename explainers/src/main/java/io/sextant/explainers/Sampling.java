package io.sextant.explainers;

import io.sextant.gradients.Step;
import io.sextant.methods.Form;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.IntFunction;

/**
 * How many draws are taken: all that are allowed, or as many as it takes until the mean standard
 * error of the values is at most a part of the mean size of their estimates.
 *
 * <p>It is looked at after 8 units, then whenever as many have come as the error seen suggests; an
 * error of fewer units says little of itself. To stop when an error that is itself estimated looks
 * small makes it a little too small on average.
 *
 * @param most draws
 * @param perUnit draws that are not independent of each other, but of all others
 * @param tolerance the part, where one is asked for
 */
record Sampling(int most, int perUnit, OptionalDouble tolerance) {
  static final String TOLERANCE = "tolerance";
  static final Form<Double> TOLERANCES = Form.between(0, 10);
  static final String TOLERANCE_HELP =
      "draws end when the mean standard error is at most so many times the mean size of the"
          + " attribution; without it, all are taken";
  private static final int FIRST_UNITS = 8;
  private static final int LARGEST_UNIT = 16;

  Sampling {
    if (tolerance.isPresent() && !(tolerance.getAsDouble() > 0 && tolerance.getAsDouble() < 10)) {
      throw new IllegalArgumentException(
          "tolerance must be above 0 and below 10 but was " + tolerance.getAsDouble());
    }
  }

  /**
   * Draws of a unit at most, so that enough units stay for a standard error.
   *
   * @param draws all of them
   */
  static int largestUnit(int draws) {
    return Math.min(LARGEST_UNIT, draws / FIRST_UNITS);
  }

  /**
   * Takes draws.
   *
   * @param atOnce how many may be under way at a time
   * @param draw by its number from 0
   * @param take puts it into the estimator
   * @return whether the tolerance was met, where one was asked for
   */
  <A> Step<Optional<Boolean>> run(
      Estimator estimator, int atOnce, IntFunction<Step<A>> draw, Step.Taker<A> take) {
    int first = tolerance.isEmpty() ? most : (int) Math.min(most, (long) FIRST_UNITS * perUnit);
    return round(0, first, estimator, atOnce, draw, take);
  }

  private <A> Step<Optional<Boolean>> round(
      int from,
      int to,
      Estimator estimator,
      int atOnce,
      IntFunction<Step<A>> draw,
      Step.Taker<A> take) {
    return Step.<A, Double>all(
            to - from,
            atOnce,
            k -> draw.apply(from + k),
            (k, result) -> take.take(from + k, result),
            () -> tolerance.isPresent() ? estimator.relativeError() : 0)
        .then(
            error -> {
              if (tolerance.isEmpty()) {
                return Step.done(Optional.empty());
              }
              double excess = error / tolerance.getAsDouble();
              return excess <= 1 || to == most
                  ? Step.done(Optional.of(excess <= 1))
                  : round(to, next(to, excess), estimator, atOnce, draw, take);
            });
  }

  /**
   * Errors fall with the square root of the number of units; no more than twice as many at once.
   */
  private int next(int taken, double excess) {
    double wanted = Math.ceil(taken * Math.min(2, excess * excess) / perUnit) * perUnit;
    return (int) Math.min(most, Math.max(taken + (double) perUnit, wanted));
  }
}
