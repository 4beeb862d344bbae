package io.sextant.gradients.keras;

import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Shape;
import java.util.Optional;

/**
 * A tensor of Keras in the graph. Keras has the channels last, the graph has them first; a value
 * stays in the order in which it was computed until a layer needs it in another.
 *
 * @param node the graph's node
 * @param channelsFirst whether the node has Keras's last axis in front of the others
 * @param mask which steps of a sequence count, 1 or 0 for each: {@code [time]}
 */
record Value(Node node, boolean channelsFirst, Optional<Node> mask) {
  Value {
    channelsFirst = channelsFirst && node.shape().rank() > 1;
  }

  /** A value in Keras's own order. */
  static Value ordered(Node node) {
    return new Value(node, false, Optional.empty());
  }

  /** A value with Keras's last axis first. */
  static Value channelsFirst(Node node) {
    return new Value(node, true, Optional.empty());
  }

  /** Another node in the same order. */
  Value with(Node other) {
    return new Value(other, channelsFirst, mask);
  }

  /** The same with a mask. */
  Value withMask(Optional<Node> other) {
    return new Value(node, channelsFirst, other);
  }

  int rank() {
    return node.shape().rank();
  }

  /** The shape in Keras's order, the batch not counted. */
  Shape shape() {
    if (!channelsFirst) {
      return node.shape();
    }
    int[] sizes = node.shape().sizes();
    int[] own = new int[sizes.length];
    System.arraycopy(sizes, 1, own, 0, sizes.length - 1);
    own[sizes.length - 1] = sizes[0];
    return Shape.of(own);
  }

  /** The node's dimension that is an axis of Keras, the batch not counted in either. */
  int dimension(int axis) {
    return !channelsFirst ? axis : axis == rank() - 1 ? 0 : axis + 1;
  }
}
