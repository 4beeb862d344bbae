package io.sextant.gradients.nd4j;

import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import java.util.Arrays;

/** Linear interpolation along one dimension. */
final class InterpolateKernel implements Kernel {
  private final int inner;
  private final int size;
  private final int[] below;
  private final int[] above;
  private final double[] share;
  private final double[] taken;
  private final double[] placed;
  private final Block x;
  private final Block y;

  InterpolateKernel(Operation.Interpolate operation, Shape in, Shape out, Block x, Block y) {
    this.x = x;
    this.y = y;
    this.inner = GatherKernel.strides(in)[operation.axis()];
    this.size = in.size(operation.axis());
    int count = operation.positions().size();
    this.below = new int[count];
    this.above = new int[count];
    this.share = new double[count];
    for (int i = 0; i < count; i++) {
      double position = Math.max(0, Math.min(size - 1.0, operation.positions().get(i)));
      below[i] = (int) position;
      above[i] = Math.min(size - 1, below[i] + 1);
      share[i] = position - below[i];
    }
    this.taken = new double[in.elements()];
    this.placed = new double[out.elements()];
  }

  @Override
  public void forward(int rows) {
    for (int row = 0; row < rows; row++) {
      x.get(row * taken.length, taken, taken.length);
      for (int i = 0; i < placed.length; i++) {
        int k = i / inner % share.length;
        int start = start(i);
        placed[i] =
            (1 - share[k]) * taken[start + below[k] * inner]
                + share[k] * taken[start + above[k] * inner];
      }
      y.put(row * placed.length, placed, placed.length);
    }
  }

  /** The first place of the line that a result is on. */
  private int start(int i) {
    return i / inner / share.length * size * inner + i % inner;
  }

  @Override
  public void pullback(int rows, int slot, Block output, Block input) {
    for (int row = 0; row < rows; row++) {
      output.get(row * placed.length, placed, placed.length);
      Arrays.fill(taken, 0);
      for (int i = 0; i < placed.length; i++) {
        int k = i / inner % share.length;
        int start = start(i);
        taken[start + below[k] * inner] += (1 - share[k]) * placed[i];
        taken[start + above[k] * inner] += share[k] * placed[i];
      }
      input.put(row * taken.length, taken, taken.length);
    }
  }
}
