package io.sextant.gradients.engine;

import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Weights;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * What a session is told about parameters before it runs a graph.
 *
 * @param values in place of those that the graph was compiled with; parameters without any keep
 *     theirs
 * @param differentiated the parameters whose gradients will be asked for
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Binding(Weights values, Set<Parameter> differentiated) {
  public Binding {
    differentiated = new LinkedHashSet<>(differentiated);
  }

  /** The graph as it was compiled, and gradients of no parameter. */
  public static Binding none() {
    return new Binding(Weights.empty(), Set.of());
  }

  /** Whether it leaves the graph as it was compiled. */
  public boolean isNone() {
    return values.names().isEmpty() && differentiated.isEmpty();
  }

  /**
   * Checks that a graph's parameters can be used so.
   *
   * @throws IllegalArgumentException when one cannot, by name, with those that can
   */
  public void requireFits(InferenceGraph graph) {
    requireAmong("bound when the graph is run", values.names(), graph.bindable());
    requireAmong(
        "differentiated by",
        differentiated.stream().map(Parameter::name).toList(),
        graph.differentiable());
    for (Parameter parameter : graph.bindable()) {
      if (values.has(parameter)
          && values.values(parameter).length != parameter.shape().elements()) {
        throw new IllegalArgumentException(
            "parameter %s must have %d values but was bound to %d"
                .formatted(
                    parameter.name(),
                    parameter.shape().elements(),
                    values.values(parameter).length));
      }
    }
  }

  private static void requireAmong(String use, Iterable<String> names, Set<Parameter> known) {
    Set<String> can =
        known.stream().map(Parameter::name).collect(Collectors.toCollection(LinkedHashSet::new));
    for (String name : names) {
      if (!can.contains(name)) {
        throw new IllegalArgumentException(
            "parameter %s cannot be %s; those that can are %s"
                .formatted(
                    name, use, can.isEmpty() ? "none: there is no batch normalisation" : can));
      }
    }
  }
}
