package io.sextant.gradients.model;

import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import java.util.Arrays;

/** What tells sequences from images of one channel, which arrays do not. */
final class Sequences {
  private Sequences() {}

  /**
   * Whether a network drops the channel of an image and reads the rest as it reads sequences: step
   * by step, by windows along one axis, by their mean, or with steps that attend to each other.
   * What treats each row alike, such as a dense layer, says nothing; and one that makes a vector or
   * an image of it again reads images.
   *
   * @param graph whose input has one channel
   */
  static boolean reads(InferenceGraph graph) {
    boolean[] steps = new boolean[graph.nodes().size()];
    steps[0] = true;
    for (Node node : graph.nodes()) {
      if (node.inputs().stream().anyMatch(input -> steps[input])) {
        if (readsSteps(node)) {
          return true;
        }
        steps[node.index()] = hasSteps(node.shape()) && leavesSteps(node.operation());
      }
    }
    return false;
  }

  private static boolean readsSteps(Node node) {
    Operation operation = node.operation();
    return operation instanceof Operation.Recurrent
        || operation instanceof Operation.MatrixProduct
        || operation instanceof Operation.Reduce reduce && reduce.axes().size() == 1
        || node.shape().rank() == 2
            && (operation instanceof Operation.Convolution
                || operation instanceof Operation.TransposedConvolution
                || operation instanceof Operation.Pool);
  }

  /** Without a channel, or with steps parted into heads. */
  private static boolean hasSteps(Shape shape) {
    return shape.rank() == 2
        || shape.rank() == 3 && Arrays.stream(shape.sizes()).noneMatch(size -> size == 1);
  }

  private static boolean leavesSteps(Operation operation) {
    return operation instanceof Operation.Reshape
        || operation instanceof Operation.Permute
        || operation instanceof Operation.Rescale
        || operation instanceof Operation.Affine
        || operation instanceof Operation.BatchNorm
        || operation instanceof Operation.LayerNorm
        || operation instanceof Operation.Elementwise
        || operation instanceof Operation.Combine
        || operation instanceof Operation.Pad
        || operation instanceof Operation.Crop;
  }
}
