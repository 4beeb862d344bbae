package io.sextant.explainers.quality;

import io.sextant.explainers.Explained;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.Step;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * Random sets of sites that are replaced by a baseline: what the attribution says of each set, and
 * how the output falls without it.
 *
 * @param said sums of contributions, {@code [draws]}
 * @param drops of the output, {@code [draws]}
 */
record RandomSites(double[] said, double[] drops) {
  /**
   * Draws sets and asks about them.
   *
   * @param one the attribution
   * @param sites what is replaced as one
   * @param start the baseline, {@code [input values]}
   * @param draws how many
   * @param key of the sets
   * @param draw a set
   * @param score made of all of them
   */
  static Step<Double> of(
      Example one,
      Sites sites,
      double[] start,
      int draws,
      RandomKey key,
      Function<RandomKey, int[]> draw,
      ToDoubleFunction<RandomSites> score) {
    Explained x = one.x();
    double[] shares = sites.sums(one.contributions(start));
    RandomSites seen = new RandomSites(new double[draws], new double[draws]);
    return x.atInput(
        whole ->
            Step.all(
                draws,
                Integer.MAX_VALUE,
                d -> {
                  double[] row = x.input().clone();
                  for (int site : draw.apply(key.with(d))) {
                    sites.copy(start, row, site);
                    seen.said[d] += shares[site];
                  }
                  return x.value(row, Step::done);
                },
                (int d, Double output) -> seen.drops[d] = whole - output,
                () -> score.applyAsDouble(seen)));
  }
}
