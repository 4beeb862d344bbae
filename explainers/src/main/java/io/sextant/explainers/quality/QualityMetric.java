package io.sextant.explainers.quality;

import io.sextant.explainers.Explainer;
import io.sextant.explainers.Reference;
import io.sextant.methods.Method;
import io.sextant.methods.Passes;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * Scores attributions of a model's output: an immutable configuration, as an {@link Explainer} is.
 * The score of an example does not depend on the other examples, their order or the batch size,
 * beyond the rounding of the engine.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface QualityMetric extends Method {
  /** Which scores are the better ones. */
  Better better();

  /** This metric with everything that it takes from the data, as {@link Explainer#fitted}. */
  default QualityMetric fitted(Reference reference) {
    return this;
  }

  /**
   * Why this metric cannot score attributions of such inputs or such a model; empty where it can.
   *
   * @param judged what would be scored
   */
  default Optional<String> unfit(Judged judged) {
    return Optional.empty();
  }

  /**
   * Scores the attributions of examples.
   *
   * @param judged the examples, their explainer and what it said
   * @return one score per example; not finite where the metric is not defined, such as a
   *     correlation with what does not vary
   */
  double[] scores(Judged judged);

  /**
   * The most that one example can cost, the explanation itself not included.
   *
   * @param explainer whose attributions are scored; some metrics explain again
   */
  default Passes passes(int classes, int features, Explainer explainer) {
    return passes(classes, features);
  }
}
