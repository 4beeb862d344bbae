package io.sextant.gradients.nd4j;

import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;

/** Each pixel repeated; its gradient is the sum over its copies. */
record UpsampleKernel(Operation.Upsample operation, Shape image, Shape result, Block x, Block y)
    implements Kernel {
  @Override
  public void forward(int rows) {
    for (int i = 0; i < rows * result.elements(); i++) {
      y.set(i, x.get(source(i)));
    }
  }

  @Override
  public void pullback(int rows, int slot, Block output, Block input) {
    input.zero(0, rows * image.elements());
    for (int i = 0; i < rows * result.elements(); i++) {
      input.add(source(i), output.get(i));
    }
  }

  private int source(int i) {
    int width = result.size(2);
    int height = result.size(1);
    int plane = i / (width * height);
    int h = i / width % height / operation.height();
    int w = i % width / operation.width();
    return (plane * image.size(1) + h) * image.size(2) + w;
  }
}
