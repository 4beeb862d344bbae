package io.sextant.gradients.nd4j;

import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import org.jspecify.annotations.Nullable;

/** Convolutions of any kind, and transposed ones, in plain loops and little memory. */
final class SlidingKernel implements Kernel {
  private final SlidingProduct product;
  private final boolean transposed;
  private final Shape result;
  private final double @Nullable [] bias;
  private final int inputs;
  private final int outputs;
  private final Block x;
  private final Block y;

  private SlidingKernel(
      SlidingProduct product,
      boolean transposed,
      Shape image,
      Shape result,
      @Nullable Block bias,
      Block x,
      Block y) {
    this.product = product;
    this.transposed = transposed;
    this.result = result;
    this.bias = bias == null ? null : bias.values();
    this.inputs = image.elements();
    this.outputs = result.elements();
    this.x = x;
    this.y = y;
  }

  static SlidingKernel convolution(
      Operation.Convolution operation,
      Shape image,
      Shape result,
      Block weights,
      @Nullable Block bias,
      Block x,
      Block y) {
    SlidingProduct product =
        new SlidingProduct(operation.window(), image, result, operation.groups(), weights.values());
    return new SlidingKernel(product, false, image, result, bias, x, y);
  }

  static SlidingKernel transposed(
      Operation.TransposedConvolution operation,
      Shape image,
      Shape result,
      Block weights,
      @Nullable Block bias,
      Block x,
      Block y) {
    SlidingProduct product =
        new SlidingProduct(operation.window(), result, image, operation.groups(), weights.values());
    return new SlidingKernel(product, true, image, result, bias, x, y);
  }

  @Override
  public void forward(int rows) {
    double[] in = new double[inputs];
    double[] out = new double[outputs];
    for (int row = 0; row < rows; row++) {
      x.get(row * in.length, in, in.length);
      if (transposed) {
        product.back(in, out);
      } else {
        product.forward(in, out);
      }
      if (bias != null) {
        for (int i = 0; i < out.length; i++) {
          out[i] += bias[i / result.positions()];
        }
      }
      y.put(row * out.length, out, out.length);
    }
  }

  @Override
  public void pullback(int rows, int slot, Block output, Block input) {
    double[] in = new double[inputs];
    double[] out = new double[outputs];
    for (int row = 0; row < rows; row++) {
      output.get(row * out.length, out, out.length);
      if (transposed) {
        product.forward(out, in);
      } else {
        product.back(out, in);
      }
      input.put(row * in.length, in, in.length);
    }
  }
}
