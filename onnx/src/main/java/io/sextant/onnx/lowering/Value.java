package io.sextant.onnx.lowering;

import io.sextant.gradients.graph.Node;
import io.sextant.onnx.tensor.Tensor;
import java.util.List;

/** What a name of the file stands for while the graph is built. */
sealed interface Value {
  /**
   * A value that depends on nothing but the size of the batch.
   *
   * @param at the value for each size of the batch that is tried
   */
  record Known(List<Tensor> at) implements Value {
    public Known {
      at = List.copyOf(at);
    }

    /** Whether it is the same for every batch. */
    boolean constant() {
      return at.stream().allMatch(tensor -> tensor.same(at.get(0)));
    }
  }

  /**
   * A value that depends on the input.
   *
   * @param node of the graph
   * @param layout how the file's tensor holds it; {@code layout.shape()} is the node's shape
   */
  record Moving(Node node, Layout layout) implements Value {
    public Moving {
      if (!node.shape().equals(layout.shape())) {
        throw new IllegalStateException(
            "%s has shape %s but its layout is %s".formatted(node.name(), node.shape(), layout));
      }
    }
  }
}
