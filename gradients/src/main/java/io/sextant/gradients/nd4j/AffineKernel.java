package io.sextant.gradients.nd4j;

import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** y = x W + b along the last dimension, and dx = dy W^T, by native matrix products. */
final class AffineKernel implements Kernel {
  private final NativeCall.Sizes sizes;
  private final Block weights;
  private final double @Nullable [] bias;
  private final Block y;
  private final double[] run;
  private final NativeCall product;
  private final Map<Block, NativeCall> transposed = new HashMap<>();

  AffineKernel(
      Operation.Affine operation, Shape in, Block weights, @Nullable Block bias, Block x, Block y) {
    int inputs = operation.weights().shape().size(0);
    int outputs = operation.weights().shape().size(1);
    this.sizes = new NativeCall.Sizes(in.elements() / inputs, inputs, outputs);
    this.weights = weights;
    this.bias = bias == null ? null : bias.values();
    this.y = y;
    this.run = new double[outputs];
    this.product = NativeCall.product(x, weights, y, sizes, false);
  }

  @Override
  public void forward(int rows) {
    product.run(rows);
    if (bias != null) {
      for (int row = 0; row < rows * sizes.repeat(); row++) {
        y.get(row * run.length, run, run.length);
        for (int o = 0; o < run.length; o++) {
          run[o] += bias[o];
        }
        y.put(row * run.length, run, run.length);
      }
    }
  }

  @Override
  public void pullback(int rows, int slot, Block output, Block input) {
    transposed
        .computeIfAbsent(
            input,
            dx ->
                NativeCall.product(
                    output,
                    weights,
                    dx,
                    new NativeCall.Sizes(sizes.repeat(), sizes.to(), sizes.from()),
                    true))
        .run(rows);
  }
}
