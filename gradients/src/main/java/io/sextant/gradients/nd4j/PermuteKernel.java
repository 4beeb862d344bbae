package io.sextant.gradients.nd4j;

import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;

/** The values in another order, the same for each example. */
final class PermuteKernel implements Kernel {
  private final int[] source;
  private final Block x;
  private final Block y;

  PermuteKernel(Operation.Permute operation, Shape shape, Block x, Block y) {
    this.x = x;
    this.y = y;
    this.source = new int[shape.elements()];
    int rank = shape.rank();
    int[] strides = new int[rank];
    int stride = 1;
    for (int d = rank - 1; d >= 0; d--) {
      strides[d] = stride;
      stride *= shape.size(d);
    }
    for (int i = 0; i < source.length; i++) {
      int rest = i;
      for (int d = rank - 1; d >= 0; d--) {
        int old = operation.order().get(d);
        source[i] += rest % shape.size(old) * strides[old];
        rest /= shape.size(old);
      }
    }
  }

  @Override
  public void forward(int rows) {
    for (int row = 0; row < rows; row++) {
      int start = row * source.length;
      for (int i = 0; i < source.length; i++) {
        y.set(start + i, x.get(start + source[i]));
      }
    }
  }

  @Override
  public void pullback(int rows, int slot, Block output, Block input) {
    for (int row = 0; row < rows; row++) {
      int start = row * source.length;
      for (int i = 0; i < source.length; i++) {
        input.set(start + source[i], output.get(start + i));
      }
    }
  }
}
