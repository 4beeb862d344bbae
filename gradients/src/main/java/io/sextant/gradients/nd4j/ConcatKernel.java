package io.sextant.gradients.nd4j;

import io.sextant.gradients.graph.Shape;
import java.util.List;

/** Several values side by side along one dimension: runs of each input alternate. */
final class ConcatKernel implements Kernel {
  private final List<Block> xs;
  private final Block y;
  private final int[] runs;
  private final int[] starts;
  private final int outer;
  private final int total;

  ConcatKernel(int axis, List<Shape> shapes, List<Block> xs, Shape result, Block y) {
    this.xs = xs;
    this.y = y;
    int inner = 1;
    for (int d = axis + 1; d < result.rank(); d++) {
      inner *= result.size(d);
    }
    this.runs = new int[shapes.size()];
    this.starts = new int[shapes.size()];
    int start = 0;
    for (int i = 0; i < runs.length; i++) {
      runs[i] = shapes.get(i).size(axis) * inner;
      starts[i] = start;
      start += runs[i];
    }
    this.total = start;
    this.outer = result.elements() / total;
  }

  @Override
  public void forward(int rows) {
    for (int i = 0; i < runs.length; i++) {
      for (int block = 0; block < rows * outer; block++) {
        y.copy(xs.get(i), block * runs[i], block * total + starts[i], runs[i]);
      }
    }
  }

  @Override
  public void pullback(int rows, int slot, Block output, Block input) {
    for (int block = 0; block < rows * outer; block++) {
      input.copy(output, block * total + starts[slot], block * runs[slot], runs[slot]);
    }
  }
}
