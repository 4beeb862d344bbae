package io.sextant.gradients.nd4j;

import io.sextant.gradients.graph.Margins;
import io.sextant.gradients.graph.Shape;

/** Zeros around an image. */
record PadKernel(Margins margins, Shape image, Shape result, Block x, Block y) implements Kernel {
  @Override
  public void forward(int rows) {
    Images.pad(x, image, y, margins, rows);
  }

  @Override
  public void pullback(int rows, int slot, Block output, Block input) {
    Images.crop(output, input, image, margins, rows);
  }
}
