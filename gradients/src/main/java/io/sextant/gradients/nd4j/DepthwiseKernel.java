package io.sextant.gradients.nd4j;

import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Window;
import org.jspecify.annotations.Nullable;

/** A convolution of each channel by itself, in plain loops. */
final class DepthwiseKernel implements Kernel {
  private final Window window;
  private final Shape image;
  private final Shape result;
  private final int multiplier;
  private final Block weights;
  private final @Nullable Block bias;
  private final Block x;
  private final Block y;

  DepthwiseKernel(
      Operation.DepthwiseConvolution operation,
      Shape image,
      Shape result,
      Block weights,
      @Nullable Block bias,
      Block x,
      Block y) {
    this.window = operation.window();
    this.image = image;
    this.result = result;
    this.multiplier = operation.weights().shape().size(1);
    this.weights = weights;
    this.bias = bias;
    this.x = x;
    this.y = y;
  }

  @FunctionalInterface
  private interface Tap {
    void at(int place, int pixel, int weight);
  }

  @Override
  public void forward(int rows) {
    int positions = result.positions();
    for (int i = 0; i < rows * result.elements(); i++) {
      y.set(i, bias == null ? 0 : bias.get(i / positions % result.channels()));
    }
    taps(rows, (place, pixel, weight) -> y.add(place, x.get(pixel) * weights.get(weight)));
  }

  @Override
  public void pullback(int rows, int slot, Block output, Block input) {
    input.zero(0, rows * image.elements());
    taps(rows, (place, pixel, weight) -> input.add(pixel, output.get(place) * weights.get(weight)));
  }

  private void taps(int rows, Tap tap) {
    int kernel = window.kernelHeight() * window.kernelWidth();
    int place = 0;
    for (int row = 0; row < rows; row++) {
      for (int o = 0; o < result.channels(); o++) {
        int plane = (row * image.channels() + o / multiplier) * image.positions();
        for (int oh = 0; oh < result.size(1); oh++) {
          for (int ow = 0; ow < result.size(2); ow++, place++) {
            for (int k = 0; k < kernel; k++) {
              int h =
                  oh * window.strideHeight()
                      - window.padding().top()
                      + k / window.kernelWidth() * window.dilationHeight();
              int w =
                  ow * window.strideWidth()
                      - window.padding().left()
                      + k % window.kernelWidth() * window.dilationWidth();
              if (h >= 0 && h < image.size(1) && w >= 0 && w < image.size(2)) {
                tap.at(place, plane + h * image.size(2) + w, o * kernel + k);
              }
            }
          }
        }
      }
    }
  }
}
