package io.sextant.gradients.nd4j;

import io.sextant.gradients.graph.Shape;

/** Softmax along one dimension: dx = s (dy - sum s dy). */
final class SoftmaxKernel implements Kernel {
  private final int size;
  private final int inner;
  private final int groups;
  private final Block x;
  private final Block y;

  SoftmaxKernel(int axis, Shape shape, Block x, Block y) {
    this.size = shape.size(axis);
    int step = 1;
    for (int d = axis + 1; d < shape.rank(); d++) {
      step *= shape.size(d);
    }
    this.inner = step;
    this.groups = shape.elements() / size;
    this.x = x;
    this.y = y;
  }

  @Override
  public void forward(int rows) {
    for (int group = 0; group < rows * groups; group++) {
      int first = first(group);
      double max = Double.NEGATIVE_INFINITY;
      for (int k = 0; k < size; k++) {
        max = Math.max(max, x.get(first + k * inner));
      }
      double sum = 0;
      for (int k = 0; k < size; k++) {
        sum += Math.exp(x.get(first + k * inner) - max);
      }
      for (int k = 0; k < size; k++) {
        y.set(first + k * inner, Math.exp(x.get(first + k * inner) - max) / sum);
      }
    }
  }

  @Override
  public void pullback(int rows, int slot, Block output, Block input) {
    for (int group = 0; group < rows * groups; group++) {
      int first = first(group);
      double mean = 0;
      for (int k = 0; k < size; k++) {
        mean += y.get(first + k * inner) * output.get(first + k * inner);
      }
      for (int k = 0; k < size; k++) {
        int i = first + k * inner;
        input.set(i, y.get(i) * (output.get(i) - mean));
      }
    }
  }

  private int first(int group) {
    return group / inner * size * inner + group % inner;
  }
}
