package io.sextant.gradients.nd4j;

import io.sextant.gradients.graph.Margins;
import io.sextant.gradients.graph.Shape;

/** An image without its outer rows and columns. */
record CropKernel(Margins margins, Shape image, Shape result, Block x, Block y) implements Kernel {
  @Override
  public void forward(int rows) {
    Images.crop(x, y, result, margins, rows);
  }

  @Override
  public void pullback(int rows, int slot, Block output, Block input) {
    Images.pad(output, result, input, margins, rows);
  }
}
