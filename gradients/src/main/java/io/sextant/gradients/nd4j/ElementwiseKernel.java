package io.sextant.gradients.nd4j;

import io.sextant.gradients.graph.Function;

/** A function of each value by itself. */
final class ElementwiseKernel implements Kernel {
  private final Function function;
  private final int elements;
  private final Block x;
  private final Block y;
  private final double[] values = new double[Block.RUN];
  private final double[] slopes = new double[Block.RUN];

  ElementwiseKernel(Function function, int elements, Block x, Block y) {
    this.function = function;
    this.elements = elements;
    this.x = x;
    this.y = y;
  }

  @Override
  public void forward(int rows) {
    int end = rows * elements;
    for (int from = 0; from < end; from += Block.RUN) {
      int count = Math.min(Block.RUN, end - from);
      x.get(from, values, count);
      apply(count);
      y.put(from, values, count);
    }
  }

  // ReLU, by far the most frequent, is written out: a call per value would cost more than the rest.

  private void apply(int count) {
    if (function instanceof Function.Relu) {
      for (int i = 0; i < count; i++) {
        values[i] = Math.max(values[i], 0);
      }
      return;
    }
    for (int i = 0; i < count; i++) {
      values[i] = function.value(values[i]);
    }
  }

  @Override
  public void pullback(int rows, int slot, Block output, Block input) {
    int end = rows * elements;
    for (int from = 0; from < end; from += Block.RUN) {
      int count = Math.min(Block.RUN, end - from);
      x.get(from, slopes, count);
      output.get(from, values, count);
      multiply(count);
      input.put(from, values, count);
    }
  }

  private void multiply(int count) {
    if (function instanceof Function.Relu) {
      for (int i = 0; i < count; i++) {
        values[i] = slopes[i] > 0 ? values[i] : 0;
      }
      return;
    }
    for (int i = 0; i < count; i++) {
      values[i] *= function.slope(slopes[i]);
    }
  }
}
