package io.sextant.gradients.nd4j;

import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;

/** A range of channels; the others get no gradient. */
record SliceKernel(Operation.Slice operation, Shape shape, Shape result, Block x, Block y)
    implements Kernel {
  @Override
  public void forward(int rows) {
    for (int row = 0; row < rows; row++) {
      y.copy(x, start(row), row * result.elements(), result.elements());
    }
  }

  @Override
  public void pullback(int rows, int slot, Block output, Block input) {
    input.zero(0, rows * shape.elements());
    for (int row = 0; row < rows; row++) {
      input.copy(output, row * result.elements(), start(row), result.elements());
    }
  }

  private int start(int row) {
    return row * shape.elements() + operation.from() * shape.positions();
  }
}
