package io.sextant.explainers.propagation;

import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.rules.BackwardRule;
import io.sextant.gradients.rules.Composite;
import io.sextant.gradients.rules.NodePass;
import io.sextant.gradients.rules.Site;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** The positive part of what comes back, at rectifiers. */
record GuidedRules() implements Composite {
  private static final Set<Class<? extends Function>> RECTIFIERS =
      Set.of(
          Function.Relu.class,
          Function.Relu6.class,
          Function.BoundedRelu.class,
          Function.Floor.class,
          Function.Clip.class,
          Function.LeakyRelu.class,
          Function.ThresholdedRelu.class);

  /** Whether anything in a network is guided. */
  static boolean guides(InferenceGraph graph) {
    return graph.nodes().stream()
        .anyMatch(node -> isGuided(node.operation(), varying(graph, node)));
  }

  @Override
  public BackwardRule rule(Site site) {
    int varying = Collections.frequency(site.varying(), true);
    return isGuided(site.node().operation(), varying) ? new Positive() : BackwardRule.GRADIENT;
  }

  /** Rectifiers, and the larger of one value and a constant. */
  private static boolean isGuided(Operation operation, int varying) {
    return rectifies(operation) || isLargerOf(operation) && varying == 1;
  }

  /** How many of the values that a node reads are no constants. */
  private static int varying(InferenceGraph graph, Node node) {
    return Math.toIntExact(
        node.inputs().stream()
            .filter(input -> !(graph.nodes().get(input).operation() instanceof Operation.Constant))
            .count());
  }

  private static boolean rectifies(Operation operation) {
    return operation instanceof Operation.ParametricRelu
        || operation instanceof Operation.Elementwise elementwise
            && RECTIFIERS.contains(elementwise.function().getClass());
  }

  private static boolean isLargerOf(Operation operation) {
    return operation instanceof Operation.Combine combine
        && combine.combination() == Operation.Combination.MAX;
  }

  /** The derivative of what is positive. */
  private record Positive() implements BackwardRule {
    @Override
    public List<double[][]> back(NodePass node, double[][] flow) {
      return node.recorded().pullback(Rows.map(flow, (row, i) -> Math.max(0, flow[row][i])));
    }
  }
}
