package io.sextant.benchmarks.networks;

import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;

/**
 * Counts the multiplications and additions of a graph's convolutions and dense layers, which are
 * nearly all of its arithmetic. Taps that fall on padding are counted, as is usual.
 *
 * <p>A multiplication with its addition counts as two, so the figures are twice those of papers
 * that count multiply-adds (He et al. 2016).
 */
public final class FloatingPointOperations {
  private FloatingPointOperations() {}

  /** Operations of one forward pass of one example. */
  public static long forward(InferenceGraph graph) {
    long sum = 0;
    for (Node node : graph.nodes()) {
      sum += forward(node);
    }
    return sum;
  }

  /**
   * Operations of one forward pass and one pullback to the input: each layer's input gradient costs
   * what its forward pass does, and no weight gradient is needed.
   */
  public static long gradient(InferenceGraph graph) {
    return 2 * forward(graph);
  }

  private static long forward(Node node) {
    long outputs = node.shape().elements();
    if (node.operation() instanceof Operation.Affine affine) {
      return 2 * outputs * affine.weights().shape().size(0);
    }
    if (node.operation() instanceof Operation.Convolution convolution) {
      return 2 * outputs * convolution.weights().shape().size(1) * convolution.window().taps();
    }
    return 0;
  }
}
