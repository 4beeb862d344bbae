package io.sextant.gradients.nd4j;

import io.sextant.gradients.graph.Operation;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** y = x W + b, and dx = dy W^T, by native matrix products. */
final class AffineKernel implements Kernel {
  private final int inputs;
  private final int outputs;
  private final Block weights;
  private final @Nullable Block bias;
  private final Block y;
  private final NativeCall product;
  private final Map<Block, NativeCall> transposed = new HashMap<>();

  AffineKernel(Operation.Affine operation, Block weights, @Nullable Block bias, Block x, Block y) {
    this.inputs = operation.weights().shape().size(0);
    this.outputs = operation.weights().shape().size(1);
    this.weights = weights;
    this.bias = bias;
    this.y = y;
    this.product =
        new NativeCall(
            "matmul",
            rows ->
                new NativeCall.Arrays(
                    new INDArray[] {x.view(rows, inputs), weights.view(inputs, outputs)},
                    y.view(rows, outputs)),
            0,
            0);
  }

  @Override
  public void forward(int rows) {
    product.run(rows);
    if (bias != null) {
      for (int row = 0, i = 0; row < rows; row++) {
        for (int o = 0; o < outputs; o++, i++) {
          y.set(i, y.get(i) + bias.get(o));
        }
      }
    }
  }

  @Override
  public void pullback(int rows, int slot, Block output, Block input) {
    transposed
        .computeIfAbsent(
            input,
            dx ->
                new NativeCall(
                    "matmul",
                    n ->
                        new NativeCall.Arrays(
                            new INDArray[] {output.view(n, outputs), weights.view(inputs, outputs)},
                            dx.view(n, inputs)),
                    0,
                    1))
        .run(rows);
  }
}
