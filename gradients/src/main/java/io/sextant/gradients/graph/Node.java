package io.sextant.gradients.graph;

import java.util.List;
import org.apiguardian.api.API;

/**
 * One step of an inference graph.
 *
 * @param index its place in topological order; 0 is the input
 * @param name the layer it comes from, unique in the graph
 * @param operation what it computes
 * @param inputs indices of the nodes it reads, all smaller than {@code index}
 * @param shape the shape of its value for one example
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Node(int index, String name, Operation operation, List<Integer> inputs, Shape shape) {
  public Node {
    inputs = List.copyOf(inputs);
  }

  /** This batch normalisation on other statistics. */
  Node withStatistics(Statistics statistics) {
    Operation.BatchNorm norm = (Operation.BatchNorm) operation;
    return withOperation(
        new Operation.BatchNorm(
            norm.mean(), norm.variance(), norm.gamma(), norm.beta(), norm.epsilon(), statistics));
  }

  /** This place in the graph with another operation of the same shapes. */
  Node withOperation(Operation other) {
    return new Node(index, name, other, inputs, shape);
  }
}
