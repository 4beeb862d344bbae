package io.sextant.gradients.graph;

import java.util.Objects;
import org.apiguardian.api.API;

/**
 * The name and size of a learned tensor. Its values are bound when an engine compiles the graph;
 * some can be bound again each time the graph is run ({@link InferenceGraph#bindable}). Two nodes
 * can share one parameter.
 *
 * @param name unique within a graph, {@code layer/parameter}
 * @param shape the tensor's shape; parameters have no batch dimension
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Parameter(String name, Shape shape) {
  public Parameter {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(shape, "shape");
  }
}
