package io.sextant.gradients.nd4j;

import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;

/** factor x + offset with constants: one pair for all values, per channel or per value. */
final class ScaleKernel implements Kernel {
  private final double[] factors;
  private final double[] offsets;
  private final int elements;
  private final int run;
  private final double[] values;
  private final Block x;
  private final Block y;

  private ScaleKernel(double[] factors, double[] offsets, Shape shape, Block x, Block y) {
    this.factors = factors;
    this.offsets = offsets;
    this.elements = shape.elements();
    this.run = shape.elements() / factors.length;
    this.values = new double[run == 1 ? elements : run];
    this.x = x;
    this.y = y;
  }

  static ScaleKernel rescale(Operation.Rescale operation, Shape shape, Block x, Block y) {
    return new ScaleKernel(
        operation.factors().stream().mapToDouble(Double::doubleValue).toArray(),
        operation.offsets().stream().mapToDouble(Double::doubleValue).toArray(),
        shape,
        x,
        y);
  }

  @Override
  public void forward(int rows) {
    for (int from = 0; from < rows * elements; from += values.length) {
      x.get(from, values, values.length);
      if (run == 1) {
        for (int i = 0; i < values.length; i++) {
          values[i] = factors[i] * values[i] + offsets[i];
        }
      } else {
        double factor = factors[from / run % factors.length];
        double offset = offsets[from / run % factors.length];
        for (int i = 0; i < values.length; i++) {
          values[i] = factor * values[i] + offset;
        }
      }
      y.put(from, values, values.length);
    }
  }

  @Override
  public void pullback(int rows, int slot, Block output, Block input) {
    for (int from = 0; from < rows * elements; from += values.length) {
      output.get(from, values, values.length);
      if (run == 1) {
        for (int i = 0; i < values.length; i++) {
          values[i] *= factors[i];
        }
      } else {
        double factor = factors[from / run % factors.length];
        for (int i = 0; i < values.length; i++) {
          values[i] *= factor;
        }
      }
      input.put(from, values, values.length);
    }
  }
}
