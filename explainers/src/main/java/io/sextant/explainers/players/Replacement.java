package io.sextant.explainers.players;

import io.sextant.explainers.Attribution;
import io.sextant.explainers.Certificate;
import io.sextant.explainers.Explained;
import io.sextant.gradients.Step;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * What the output of one example loses when some of its values are replaced, on average over the
 * baselines.
 */
final class Replacement {
  private final Explained x;
  private final List<double[]> baselines;
  private double fInput;

  Replacement(Explained x, List<double[]> baselines) {
    this.x = x;
    this.baselines = baselines;
  }

  /**
   * Replaces sets of values, one set at a time. Sets that are equal to a baseline lose nothing, and
   * are not asked about.
   *
   * @param count number of sets
   * @param set places of the values of each
   * @param attribution what is made of the losses, one per set
   */
  Step<Attribution> losses(
      int count, IntFunction<int[]> set, Function<double[], Attribution> attribution) {
    double[] losses = new double[count];
    return x.atInput(
        whole -> {
          fInput = whole;
          return Step.all(
              count,
              count,
              at -> loss(set.apply(at)),
              (at, loss) -> losses[at] = loss,
              () -> attribution.apply(losses));
        });
  }

  private Step<Double> loss(int[] places) {
    double[] mean = new double[1];
    return Step.all(
        baselines.size(),
        baselines.size(),
        row -> loss(places, baselines.get(row)),
        (row, loss) -> mean[0] += (loss - mean[0]) / (row + 1),
        () -> mean[0]);
  }

  private Step<Double> loss(int[] places, double[] baseline) {
    double[] without = x.input().clone();
    boolean differs = false;
    for (int place : places) {
      // Rows are floats.
      without[place] = (float) baseline[place];
      differs |= without[place] != (float) x.input()[place];
    }
    return differs ? x.value(without, left -> Step.done(fInput - left)) : Step.done(0.0);
  }

  /** What was asked, of what. */
  Certificate certificate() {
    return x.certificate(
        0, fInput, OptionalDouble.empty(), OptionalDouble.empty(), Optional.empty());
  }
}
