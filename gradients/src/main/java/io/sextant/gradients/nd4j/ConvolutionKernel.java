package io.sextant.gradients.nd4j;

import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.graph.Margins;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Window;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A convolution, and its pullback as a convolution of the output's gradient with the kernel turned
 * around: dx(i) = sum over k of dy(o) w(k) with o stride + k dilation - padding = i.
 *
 * <p>ND4J's fast native convolution takes equal padding on opposite sides and has no fast pullback
 * for every stride, so the images that do not fit are first laid out with their margins (and, for
 * strides, the gaps between outputs) in a buffer of zeros. It fails on dilated windows too, so
 * these become plain ones with zeros between the taps.
 */
final class ConvolutionKernel implements Kernel {
  private final Window window;
  private final Shape image;
  private final Shape result;
  private final Block kernels;
  private final @Nullable Block bias;
  private final Block turned;
  private final Block x;
  private final @Nullable Block padded;
  private final Margins turnedPadding;
  private final @Nullable Block spread;
  private final Shape spreadShape;
  private final NativeCall call;
  private final Map<Block, NativeCall> pullbacks = new HashMap<>();

  ConvolutionKernel(
      Window asked,
      Shape image,
      Shape result,
      Block weights,
      @Nullable Block bias,
      Block x,
      Block y,
      Precision precision,
      int capacity) {
    Margins padding = asked.padding();
    this.window =
        new Window(
            asked.spanHeight(),
            asked.spanWidth(),
            asked.strideHeight(),
            asked.strideWidth(),
            1,
            1,
            padding);
    this.image = image;
    this.result = result;
    this.bias = bias;
    this.x = x;
    this.kernels = undilated(asked, weights, precision);
    this.turned = turn(precision);

    boolean direct = padding.symmetric();
    Shape read =
        direct
            ? image
            : Shape.of(
                image.channels(),
                image.size(1) + padding.top() + padding.bottom(),
                image.size(2) + padding.left() + padding.right());
    this.padded = direct ? null : new Block(precision, capacity * read.elements());
    Block source = padded == null ? x : padded;
    this.call =
        new NativeCall(
            "conv2d",
            rows -> new NativeCall.Arrays(inputs(source.view(read.batched(rows))), out(y, rows)),
            integers(
                window.strideHeight(),
                window.strideWidth(),
                direct ? padding.top() : 0,
                direct ? padding.left() : 0));

    // Where the turned kernel starts: far enough outside for its last tap to touch the first pixel.
    int top = window.kernelHeight() - 1 - padding.top();
    int left = window.kernelWidth() - 1 - padding.left();
    this.turnedPadding = new Margins(Math.max(top, 0), 0, Math.max(left, 0), 0);
    boolean dense =
        window.strideHeight() == 1
            && window.strideWidth() == 1
            && padding.symmetric()
            && top >= 0
            && left >= 0;
    this.spreadShape =
        Shape.of(
            result.channels(),
            image.size(1) + window.kernelHeight() - 1,
            image.size(2) + window.kernelWidth() - 1);
    this.spread = dense ? null : new Block(precision, capacity * spreadShape.elements());
  }

  private INDArray[] inputs(INDArray source) {
    INDArray taps =
        kernels.view(
            result.channels(), image.channels(), window.kernelHeight(), window.kernelWidth());
    return bias == null
        ? new INDArray[] {source, taps}
        : new INDArray[] {source, taps, bias.view(result.channels())};
  }

  private INDArray out(Block y, int rows) {
    return y.view(result.batched(rows));
  }

  /** Arguments of ND4J's conv2d: explicit padding, NCHW, kernels as [outputs, inputs, h, w]. */
  private long[] integers(int strideHeight, int strideWidth, int padHeight, int padWidth) {
    return new long[] {
      window.kernelHeight(),
      window.kernelWidth(),
      strideHeight,
      strideWidth,
      padHeight,
      padWidth,
      1,
      1,
      0,
      0,
      1
    };
  }

  private Block undilated(Window asked, Block weights, Precision precision) {
    int planes = result.channels() * image.channels();
    Block block = new Block(precision, planes * window.kernelHeight() * window.kernelWidth());
    int from = 0;
    for (int plane = 0; plane < planes; plane++) {
      for (int h = 0; h < asked.kernelHeight(); h++) {
        int row = plane * window.kernelHeight() + h * asked.dilationHeight();
        for (int w = 0; w < asked.kernelWidth(); w++, from++) {
          block.set(row * window.kernelWidth() + w * asked.dilationWidth(), weights.get(from));
        }
      }
    }
    return block;
  }

  private Block turn(Precision precision) {
    int taps = window.kernelHeight() * window.kernelWidth();
    Block block = new Block(precision, kernels.size());
    for (int o = 0; o < result.channels(); o++) {
      for (int c = 0; c < image.channels(); c++) {
        for (int k = 0; k < taps; k++) {
          block.set(
              (c * result.channels() + o) * taps + taps - 1 - k,
              kernels.get((o * image.channels() + c) * taps + k));
        }
      }
    }
    return block;
  }

  @Override
  public void forward(int rows) {
    if (padded != null) {
      Images.pad(x, image, padded, window.padding(), rows);
    }
    call.run(rows);
  }

  @Override
  public void pullback(int rows, int slot, Block output, Block input) {
    if (spread != null) {
      spreadOut(output, spread, rows);
    }
    pullbacks.computeIfAbsent(input, dx -> pullbackCall(output, dx)).run(rows);
  }

  private NativeCall pullbackCall(Block output, Block dx) {
    Block source = spread == null ? output : spread;
    Shape read = spread == null ? result : spreadShape;
    return new NativeCall(
        "conv2d",
        rows ->
            new NativeCall.Arrays(
                new INDArray[] {
                  source.view(read.batched(rows)),
                  turned.view(
                      image.channels(),
                      result.channels(),
                      window.kernelHeight(),
                      window.kernelWidth())
                },
                dx.view(image.batched(rows))),
        integers(
            1,
            1,
            spread == null ? turnedPadding.top() : 0,
            spread == null ? turnedPadding.left() : 0));
  }

  private void spreadOut(Block output, Block into, int rows) {
    int top = window.kernelHeight() - 1 - window.padding().top();
    int left = window.kernelWidth() - 1 - window.padding().left();
    int height = spreadShape.size(1);
    int width = spreadShape.size(2);
    into.zero(0, rows * spreadShape.elements());
    int from = 0;
    for (int plane = 0; plane < rows * result.channels(); plane++) {
      for (int oh = 0; oh < result.size(1); oh++) {
        int h = top + oh * window.strideHeight();
        for (int ow = 0; ow < result.size(2); ow++, from++) {
          int w = left + ow * window.strideWidth();
          if (h >= 0 && h < height && w >= 0 && w < width) {
            into.set((plane * height + h) * width + w, output.get(from));
          }
        }
      }
    }
  }

  @Override
  public void close() {
    kernels.close();
    turned.close();
    if (padded != null) {
      padded.close();
    }
    if (spread != null) {
      spread.close();
    }
  }
}
