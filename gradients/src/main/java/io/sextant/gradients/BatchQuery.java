package io.sextant.gradients;

import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Weights;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apiguardian.api.API;

/**
 * A question about a batch as a whole, for networks whose rows depend on one another and for
 * objectives that see all of them. Such a batch is never split, padded or reordered. Parameters are
 * bound for this question alone: an adapted copy of a model is a few numbers.
 *
 * <pre>{@code
 * InferenceGraph graph = model.graph().withStatistics(Statistics.replaced());
 * BatchReply reply = service.answer(
 *     BatchQuery.of(rows)
 *         .bound(adapted)
 *         .objective(entropy)
 *         .gradientsBy(graph.differentiable()));
 * }</pre>
 *
 * @param rows {@code [rows][input values]}, at least one; not modified
 * @param bound values of parameters in place of the graph's own, of {@link InferenceGraph#bindable}
 * @param objective what is differentiated; nothing for a forward alone
 * @param parameters whose gradients are wanted, of {@link InferenceGraph#differentiable}
 * @param inputGradients whether those by the rows are wanted; with statistics of the batch they
 *     count how a row moves these, and so all other rows
 * @param layers names of the nodes whose values are wanted
 * @param moments whether the batch's statistics at the batch normalisations are wanted
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record BatchQuery(
    double[][] rows,
    Weights bound,
    Optional<BatchObjective> objective,
    Set<Parameter> parameters,
    boolean inputGradients,
    List<String> layers,
    boolean moments) {
  public BatchQuery {
    Objects.requireNonNull(bound, "bound");
    Objects.requireNonNull(objective, "objective");
    if (rows.length == 0) {
      throw new IllegalArgumentException("a batch must have at least 1 row but had none");
    }
    parameters = new LinkedHashSet<>(parameters);
    layers = List.copyOf(layers);
    if (objective.isEmpty() && (inputGradients || !parameters.isEmpty())) {
      throw new IllegalArgumentException(
          "gradients were asked for without an objective; name what is to be differentiated");
    }
  }

  /** The logits of a batch, with the graph's own parameters. */
  public static BatchQuery of(double[][] rows) {
    return new BatchQuery(
        rows, Weights.empty(), Optional.empty(), Set.of(), false, List.of(), false);
  }

  /** The same with these values of parameters; those without one keep the graph's. */
  public BatchQuery bound(Weights values) {
    return new BatchQuery(rows, values, objective, parameters, inputGradients, layers, moments);
  }

  /** The same with the value of an objective. */
  public BatchQuery objective(BatchObjective value) {
    return new BatchQuery(
        rows, bound, Optional.of(value), parameters, inputGradients, layers, moments);
  }

  /** The same, which has an objective, with its gradients by these parameters. */
  public BatchQuery gradientsBy(Collection<Parameter> wanted) {
    return new BatchQuery(
        rows, bound, objective, new LinkedHashSet<>(wanted), inputGradients, layers, moments);
  }

  /** The same, which has an objective, with its gradients by the rows. */
  public BatchQuery withInputGradients() {
    return new BatchQuery(rows, bound, objective, parameters, true, layers, moments);
  }

  /** The same with the values of layers. */
  public BatchQuery withLayers(String... names) {
    List<String> more = new ArrayList<>(layers);
    more.addAll(List.of(names));
    return new BatchQuery(rows, bound, objective, parameters, inputGradients, more, moments);
  }

  /** The same with the batch's mean and variance at each batch normalisation. */
  public BatchQuery withMoments() {
    return new BatchQuery(rows, bound, objective, parameters, inputGradients, layers, true);
  }

  boolean gradients() {
    return inputGradients || !parameters.isEmpty();
  }
}
