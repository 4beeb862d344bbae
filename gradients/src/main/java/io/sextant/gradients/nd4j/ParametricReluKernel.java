package io.sextant.gradients.nd4j;

import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;

/** PReLU: the slope below 0 is learned, per value or shared along dimensions. */
final class ParametricReluKernel implements Kernel {
  private final int elements;
  private final int[] slopeOf;
  private final Block slopes;
  private final Block x;
  private final Block y;

  ParametricReluKernel(
      Operation.ParametricRelu operation, Shape shape, Block slopes, Block x, Block y) {
    this.elements = shape.elements();
    this.slopes = slopes;
    this.x = x;
    this.y = y;
    this.slopeOf = new int[elements];
    Shape learned = operation.slopes().shape();
    for (int i = 0; i < elements; i++) {
      int rest = i;
      int stride = 1;
      for (int d = shape.rank() - 1; d >= 0; d--) {
        int place = rest % shape.size(d);
        rest /= shape.size(d);
        slopeOf[i] += learned.size(d) == 1 ? 0 : place * stride;
        stride *= learned.size(d);
      }
    }
  }

  @Override
  public void forward(int rows) {
    for (int i = 0; i < rows * elements; i++) {
      double v = x.get(i);
      y.set(i, v > 0 ? v : v * slopes.get(slopeOf[i % elements]));
    }
  }

  @Override
  public void pullback(int rows, int slot, Block output, Block input) {
    for (int i = 0; i < rows * elements; i++) {
      double slope = x.get(i) > 0 ? 1 : slopes.get(slopeOf[i % elements]);
      input.set(i, output.get(i) * slope);
    }
  }
}
