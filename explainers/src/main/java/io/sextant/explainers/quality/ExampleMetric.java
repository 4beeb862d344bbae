package io.sextant.explainers.quality;

import io.sextant.gradients.Scheduler;
import io.sextant.gradients.Step;
import org.apiguardian.api.API;

/**
 * A metric that looks at one example at a time; the questions of all of them share batches.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface ExampleMetric extends QualityMetric {
  /**
   * Scores one attribution.
   *
   * @param one the example, its attribution, and what the model says at any point
   * @return the score, NaN where it is not defined
   */
  Step<Double> score(Example one);

  /**
   * How many examples may be under way at a time: a bound on memory, as {@link
   * io.sextant.explainers.Explainer#atOnce}.
   */
  default int atOnce(Judged judged) {
    return Integer.MAX_VALUE;
  }

  @Override
  default double[] scores(Judged judged) {
    double[] scores = new double[judged.examples().size()];
    new Scheduler(judged.service())
        .run(
            scores.length,
            atOnce(judged),
            i -> score(Example.of(judged, i)),
            (int i, Double score) -> scores[i] = score);
    return scores;
  }
}
