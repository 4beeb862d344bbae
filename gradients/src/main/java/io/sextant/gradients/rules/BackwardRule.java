package io.sextant.gradients.rules;

import java.util.List;
import org.apiguardian.api.API;

/**
 * What one node sends back to the values that it reads, given what comes back to its own value. A
 * method that replaces the gradient is a few of these, and a {@link Composite} that says which node
 * has which.
 *
 * <p>What flows is the rule's own affair: derivatives, multipliers of differences, relevance. A
 * rule is a value: equal ones do the same.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface BackwardRule {
  /**
   * The derivative. Nodes that have it and follow one another are run together, as fast as an
   * engine can.
   */
  BackwardRule GRADIENT = new Gradient();

  /** All that comes back goes on to each value that the node reads, as it is. */
  BackwardRule PASS = new Pass();

  /**
   * Sends back. Rows do not depend on one another, and which runs of the node are asked for depends
   * on the node alone, not on values.
   *
   * @param node the node in this pass
   * @param flow what came back to its value, {@code [rows][values]}; not to be modified
   * @return for each value that it reads {@code [rows][values of it]}; what belongs to one that
   *     does not vary with the network's input is left unread
   */
  List<double[][]> back(NodePass node, double[][] flow);

  /**
   * {@link #GRADIENT}.
   *
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  record Gradient() implements BackwardRule {
    @Override
    public List<double[][]> back(NodePass node, double[][] flow) {
      return node.recorded().pullback(flow);
    }
  }

  /**
   * {@link #PASS}.
   *
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  record Pass() implements BackwardRule {
    @Override
    public List<double[][]> back(NodePass node, double[][] flow) {
      return node.inputs().stream().map(input -> flow).toList();
    }
  }
}
