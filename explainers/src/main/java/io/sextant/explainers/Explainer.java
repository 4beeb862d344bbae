package io.sextant.explainers;

import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * Attributes a model's output to the values of its input.
 *
 * <p>An explainer is an immutable configuration. Its result for an example does not depend on the
 * other examples, their order, the batch size or the number of threads, beyond the rounding of the
 * engine. The work is counted for the consumer of the service that is passed in.
 *
 * <pre>{@code
 * Explanations explanations =
 *     IntegratedGradients.DEFAULT.explain(service, examples, Target.predicted());
 * }</pre>
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface Explainer {
  /** The name under which {@link Explainers} knows it, in lower case with hyphens. */
  String name();

  /** Every setting with its value, in a fixed order, for reports. */
  Map<String, String> configuration();

  /**
   * Explains examples.
   *
   * @param service the model; its graph must not couple the rows of a batch
   * @param examples the inputs, at any number
   * @param target which class, and which output of it, is explained
   * @return one attribution and one certificate per example, in the same order
   * @throws IllegalArgumentException when rows do not fit the model, a class does not exist, or the
   *     model's output or gradient is not finite at a point that was asked for
   */
  Explanations explain(GradientService service, Examples examples, Target target);
}
