package io.sextant.explainers;

import io.sextant.gradients.ExampleProgress;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Step;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Shape;
import io.sextant.methods.Method;
import java.util.List;
import java.util.concurrent.CancellationException;
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
public interface Explainer extends Method {
  /**
   * This explainer with everything that it takes from the data: a baseline such as the median, and
   * what suits tables or images. Its settings are checked against the inputs, too. Without it,
   * {@link #explain} goes by the service's domain alone.
   *
   * @param reference the inputs that exist, and rows of the data
   * @throws IllegalArgumentException when a setting does not fit the inputs, or needs rows and
   *     there are none
   */
  default Explainer fitted(Reference reference) {
    return this;
  }

  /**
   * Explains one example. Called once for each, maybe for several at a time; what follows runs when
   * the model has replied.
   *
   * @param x the example, and what the model says at any point
   * @return the first step; the last one has the attribution
   */
  Step<Attribution> attribute(Explained x);

  /**
   * The shape of one attribution: the input's, unless this explainer looks at a layer.
   *
   * @throws IllegalArgumentException when the graph does not have the layer that this explainer
   *     looks at, or one that will do
   */
  default Shape shape(InferenceGraph graph) {
    return graph.input().shape();
  }

  /**
   * Whether attributions are slopes, in units of output per unit of input, rather than parts of the
   * output.
   */
  default boolean slopes() {
    return false;
  }

  /**
   * The attribution of an example as a sum of gradients at fixed places, exactly or nearly. What
   * moves an explanation is found through it; nothing is explained with it.
   *
   * @param x an example whose class is known
   * @param most of the terms, at least 1
   * @return the terms, about {@code most} of them at most; empty where there is no such sum
   */
  default List<GradientTerm> terms(Explained x, int most) {
    return List.of();
  }

  /**
   * How many examples may be under way at a time: a bound on the memory of methods that keep what
   * they have seen.
   *
   * @param features number of values of one input, or of one attribution where these are more
   */
  default int atOnce(int features) {
    return Integer.MAX_VALUE;
  }

  /**
   * Explains examples.
   *
   * @param service the model; its graph must not couple the rows of a batch
   * @param examples the inputs, at any number
   * @param target which class, and which output of it, is explained
   * @return one attribution and one certificate per example, in the same order; for the {@code
   *     top-K} target K of each, one after the other
   * @throws NotFiniteException when the model's output or gradient is not finite at a point that
   *     was asked for
   * @throws IllegalArgumentException when rows do not fit the model, a class does not exist, or a
   *     setting does not fit the model's inputs
   * @throws CancellationException when the thread is interrupted, which stays marked as such
   */
  default Explanations explain(GradientService service, Examples examples, Target target) {
    return explain(service, examples, target, ExampleProgress.SILENT);
  }

  /**
   * The same, reporting progress.
   *
   * @param progress is called for finished examples, on the calling thread
   */
  default Explanations explain(
      GradientService service, Examples examples, Target target, ExampleProgress progress) {
    return Attributions.of(
        fitted(Reference.of(service.domain()).withShape(service.graph().input().shape())),
        service,
        examples,
        target,
        progress);
  }
}
