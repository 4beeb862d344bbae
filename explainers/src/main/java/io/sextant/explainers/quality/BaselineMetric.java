package io.sextant.explainers.quality;

import io.sextant.explainers.Baseline;
import io.sextant.explainers.Explained;
import io.sextant.gradients.Step;
import io.sextant.methods.Passes;
import java.util.List;

/** What metrics share that put a baseline in the place of values: the mean over several of them. */
interface BaselineMetric extends ExampleMetric {
  /** What stands for nothing. */
  Baseline baseline();

  /** The most that one baseline costs. */
  Passes perBaseline();

  /**
   * Scores one attribution against one baseline.
   *
   * @param one the attribution
   * @param x what is asked
   * @param start the baseline, {@code [input values]}
   */
  Step<Double> score(Example one, Explained x, double[] start);

  @Override
  default Passes passes(int classes, int features) {
    return perBaseline().times(baseline().count());
  }

  @Override
  default Step<Double> score(Example one) {
    List<double[]> starts = baseline().rows(one.x());
    double[] mean = new double[1];
    return Step.all(
        starts.size(),
        Integer.MAX_VALUE,
        b -> score(one, one.x(), starts.get(b)),
        (int b, Double score) -> mean[0] += score / starts.size(),
        () -> mean[0]);
  }
}
