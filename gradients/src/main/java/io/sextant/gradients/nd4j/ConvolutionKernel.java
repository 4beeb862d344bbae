package io.sextant.gradients.nd4j;

import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.graph.Margins;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Window;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A convolution of images, or of signals as images of one row, and its pullback as a convolution of
 * the output's gradient with the kernel turned around: dx(i) = sum over k of dy(o) w(k) with o
 * stride + k dilation - padding = i.
 *
 * <p>ND4J's fast native convolution takes equal padding on opposite sides and has no fast pullback
 * for every stride, so the images that do not fit are first laid out with their margins (and, for
 * strides, the gaps between outputs) in a buffer of zeros. It fails on dilated windows too, so
 * these become plain ones with zeros between the taps.
 *
 * <p>What is laid out so is at most a few times as large as what the layer reads and writes: where
 * it would be more, and little else than zeros, plain loops do the work.
 */
final class ConvolutionKernel implements Kernel {
  /** Values laid out for one that is read or written, at most. */
  private static final long MOST_SPACE = 4;

  /** Places of a laid-out kernel for each of its taps, at most. */
  private static final long MOST_ZEROS = 8;

  private final Operation.Convolution operation;
  private final Window window;
  private final Shape image;
  private final Shape result;
  private final Precision precision;
  private final int capacity;
  private final Block weights;
  private final Block kernels;
  private final @Nullable Block bias;
  private final Block x;
  private final Block y;
  private final @Nullable Block padded;
  private final NativeCall call;
  private @Nullable Back back;

  ConvolutionKernel(
      Operation.Convolution operation,
      Shape in,
      Shape out,
      Block weights,
      @Nullable Block bias,
      Block x,
      Block y,
      Precision precision,
      int capacity) {
    this.operation = operation;
    this.window = undilated(operation.window().over(2));
    this.image = image(in);
    this.result = image(out);
    this.precision = precision;
    this.capacity = capacity;
    this.weights = weights;
    this.bias = bias;
    this.x = x;
    this.y = y;
    this.kernels = dilated() ? spreadTaps(operation.window().over(2)) : weights;
    Margins padding = window.padding();
    boolean direct = padding.symmetric();
    Shape read = direct ? image : wider(image, padding);
    this.padded = direct ? null : new Block(precision, capacity, read.elements());
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
  }

  /** Whether a layer is one for native calls, in a measured amount of memory. */
  static boolean suits(Operation.Convolution operation, Shape in, Shape out) {
    if (operation.groups() > 1 || operation.window().rank() > 2) {
      return false;
    }
    Window window = operation.window().over(2);
    long span = (long) window.spanHeight() * window.spanWidth();
    Margins padding = window.padding();
    Shape image = image(in);
    return span <= MOST_ZEROS * window.taps()
        && (padding.symmetric()
            || fits(
                image.channels(),
                (long) image.size(1) + padding.top() + padding.bottom(),
                (long) image.size(2) + padding.left() + padding.right(),
                in,
                out));
  }

  private static boolean fits(int channels, long height, long width, Shape in, Shape out) {
    // Height and width are below 2^27 each, and so is their number of channels in all.
    return height * width <= MOST_SPACE * ((long) in.elements() + out.elements()) / channels;
  }

  private static Shape image(Shape shape) {
    return shape.rank() == 2 ? Shape.of(shape.size(0), 1, shape.size(1)) : shape;
  }

  private static Shape wider(Shape image, Margins margins) {
    return Shape.of(
        image.channels(),
        image.size(1) + margins.top() + margins.bottom(),
        image.size(2) + margins.left() + margins.right());
  }

  private static Window undilated(Window asked) {
    return new Window(
        asked.spanHeight(),
        asked.spanWidth(),
        asked.strideHeight(),
        asked.strideWidth(),
        1,
        1,
        asked.padding());
  }

  private boolean dilated() {
    return window.taps() != operation.window().taps();
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

  /** The kernels with zeros between their taps. */
  private Block spreadTaps(Window asked) {
    int planes = result.channels() * image.channels();
    Block block = new Block(precision, planes, Math.toIntExact(window.taps()));
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

  @Override
  public void forward(int rows) {
    if (padded != null) {
      Images.pad(x, image, padded, window.padding(), rows);
    }
    call.run(rows);
  }

  @Override
  public void pullback(int rows, int slot, Block output, Block input) {
    if (back == null) {
      // Sessions that only go forward never pay for it.
      back = back();
    }
    back.run(rows, output, input);
  }

  private Back back() {
    long height = image.size(1) + window.kernelHeight() - 1L;
    long width = image.size(2) + window.kernelWidth() - 1L;
    if (dense() || fits(result.channels(), height, width, image, result)) {
      return new Turned();
    }
    Kernel loops = SlidingKernel.convolution(operation, image, result, weights, bias, x, y);
    return (rows, output, input) -> loops.pullback(rows, 0, output, input);
  }

  /** Whether the outputs lie close together, and a native call can pad them. */
  private boolean dense() {
    return window.strideHeight() == 1
        && window.strideWidth() == 1
        && window.padding().symmetric()
        && top() >= 0
        && left() >= 0;
  }

  // Where the turned kernel starts: far enough outside for its last tap to touch the first pixel.

  private int top() {
    return window.kernelHeight() - 1 - window.padding().top();
  }

  private int left() {
    return window.kernelWidth() - 1 - window.padding().left();
  }

  /** The way back. */
  @FunctionalInterface
  private interface Back extends AutoCloseable {
    void run(int rows, Block output, Block input);

    @Override
    default void close() {}
  }

  /** A convolution with the kernel turned around. */
  private final class Turned implements Back {
    private final Block turned = turn();
    private final @Nullable Shape spreadShape;
    private final @Nullable Block spread;
    private final Map<Block, NativeCall> calls = new HashMap<>();

    Turned() {
      spreadShape =
          dense()
              ? null
              : Shape.of(
                  result.channels(),
                  image.size(1) + window.kernelHeight() - 1,
                  image.size(2) + window.kernelWidth() - 1);
      spread = spreadShape == null ? null : new Block(precision, capacity, spreadShape.elements());
    }

    private Block turn() {
      int taps = Math.toIntExact(window.taps());
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
    public void run(int rows, Block output, Block input) {
      if (spread != null && spreadShape != null) {
        spreadOut(output, spread, spreadShape, rows);
      }
      calls.computeIfAbsent(input, dx -> call(output, dx)).run(rows);
    }

    private NativeCall call(Block output, Block dx) {
      Block source = spread == null ? output : spread;
      Shape read = spreadShape == null ? result : spreadShape;
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
          integers(1, 1, spread == null ? top() : 0, spread == null ? left() : 0));
    }

    private void spreadOut(Block output, Block into, Shape shape, int rows) {
      int height = shape.size(1);
      int width = shape.size(2);
      into.zero(0, rows * shape.elements());
      int from = 0;
      for (int plane = 0; plane < rows * result.channels(); plane++) {
        for (int oh = 0; oh < result.size(1); oh++) {
          int h = top() + oh * window.strideHeight();
          for (int ow = 0; ow < result.size(2); ow++, from++) {
            int w = left() + ow * window.strideWidth();
            if (h >= 0 && h < height && w >= 0 && w < width) {
              into.set((plane * height + h) * width + w, output.get(from));
            }
          }
        }
      }
    }

    @Override
    public void close() {
      turned.close();
      if (spread != null) {
        spread.close();
      }
    }
  }

  @Override
  public void close() {
    if (dilated()) {
      kernels.close();
    }
    if (padded != null) {
      padded.close();
    }
    if (back != null) {
      back.close();
    }
  }
}
