package io.sextant.benchmarks.networks;

import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;

/**
 * Counts the multiplications and additions of a graph's convolutions, dense and recurrent layers
 * and products of matrices, which are nearly all of its arithmetic. Taps that fall on padding are
 * counted, as is usual.
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
      sum += forward(graph, node);
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

  private static long forward(InferenceGraph graph, Node node) {
    long outputs = node.shape().elements();
    if (node.operation() instanceof Operation.Affine affine) {
      return 2 * outputs * affine.weights().shape().size(0);
    }
    if (node.operation() instanceof Operation.Convolution convolution) {
      return 2 * outputs * convolution.weights().shape().size(1) * convolution.window().taps();
    }
    if (node.operation() instanceof Operation.Recurrent layer) {
      long gates = layer.weights().shape().size(1);
      long steps = node.shape().size(0);
      return 2 * steps * gates * (layer.weights().shape().size(0) + layer.units());
    }
    if (node.operation() instanceof Operation.MatrixProduct product) {
      Shape first = graph.nodes().get(node.inputs().get(0)).shape();
      return 2 * outputs * first.size(first.rank() - (product.firstTransposed() ? 2 : 1));
    }
    return 0;
  }
}
