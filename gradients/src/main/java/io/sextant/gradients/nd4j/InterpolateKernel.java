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
  private final int inputs;
  private final int outputs;
  private final Block x;
  private final Block y;

  InterpolateKernel(Operation.Interpolate operation, Shape in, Shape out, Block x, Block y) {
    this.x = x;
    this.y = y;
    this.inner = in.strides()[operation.axis()];
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
    this.inputs = in.elements();
    this.outputs = out.elements();
  }

  @Override
  public void forward(int rows) {
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < outputs; i++) {
        int k = i / inner % share.length;
        int start = row * inputs + start(i);
        y.set(
            row * outputs + i,
            (1 - share[k]) * x.get(start + below[k] * inner)
                + share[k] * x.get(start + above[k] * inner));
      }
    }
  }

  /** The first place of the line that a result is on. */
  private int start(int i) {
    return i / inner / share.length * size * inner + i % inner;
  }

  @Override
  public void pullback(int rows, int slot, Block output, Block input) {
    double[] sums = new double[inputs];
    for (int row = 0; row < rows; row++) {
      Arrays.fill(sums, 0);
      for (int i = 0; i < outputs; i++) {
        double gradient = output.get(row * outputs + i);
        int k = i / inner % share.length;
        int start = start(i);
        sums[start + below[k] * inner] += (1 - share[k]) * gradient;
        sums[start + above[k] * inner] += share[k] * gradient;
      }
      input.put(row * inputs, sums, inputs);
    }
  }
}
