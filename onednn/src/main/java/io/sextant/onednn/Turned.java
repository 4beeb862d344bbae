package io.sextant.onednn;

import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Window;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.global.dnnl;

/**
 * The pullback of a convolution as a convolution over its outputs, whose channels are the pixels of
 * a block times the image's channels.
 *
 * @param image the shape of the gradient wanted
 * @param outputs channels of the convolution's outputs
 * @param groups into which the channels of image and result are cut; each output sees those of its
 *     own
 * @param axes the dimensions behind the channels
 */
record Turned(Shape image, int outputs, int groups, List<TurnedAxis> axes) {
  /** Floats in the widest vectors; a kernel computes that many channels whether wanted or not. */
  private static final int LANES = 16;

  private static final int LARGEST_BLOCK = 4;

  /** Values of a turned kernel for one of the kernel, at most, unless there are few anyway. */
  private static final long MOST_WEIGHTS = 4;

  private static final long FEW_WEIGHTS = 1 << 22;

  /** Values of the blocks for one of the image or the result, at most. */
  private static final long MOST_PIXELS = 16;

  /**
   * Chooses the blocks that cost the fewest operations, padding of vectors included.
   *
   * @throws UnsupportedPrimitiveException when even these are little else than zeros
   */
  static Turned of(Shape image, Shape result, Window window, int groups) {
    List<List<TurnedAxis>> choices = List.of(List.of());
    // A kernel for each channel fills vectors with channels, never with pixels.
    boolean depthwise = groups == image.channels() && groups == result.channels() && groups > 1;
    int largest = depthwise ? 1 : LARGEST_BLOCK;
    for (int i = 0; i < window.rank(); i++) {
      List<TurnedAxis> ways =
          ways(window.axes().get(i), image.size(i + 1), result.size(i + 1), largest);
      choices =
          choices.stream().flatMap(axes -> ways.stream().map(axis -> with(axes, axis))).toList();
    }
    Turned best =
        choices.stream()
            .map(axes -> new Turned(image, result.channels(), groups, axes))
            .min(Comparator.comparingDouble(Turned::cost))
            .orElseThrow(() -> new IllegalStateException("there is no block"));
    if (!best.fits(result)) {
      throw new UnsupportedPrimitiveException(dnnl.dnnl_unimplemented);
    }
    return best;
  }

  private static List<TurnedAxis> with(List<TurnedAxis> axes, TurnedAxis axis) {
    return Stream.concat(axes.stream(), Stream.of(axis)).toList();
  }

  /** A dimension in blocks of all sizes that may pay. */
  private static List<TurnedAxis> ways(Window.Axis axis, int image, int outputs, int largest) {
    // Where there is one place alone, nothing steps.
    int step = outputs == 1 ? 1 : axis.stride();
    return Stream.iterate(step, block -> block <= Math.max(step, largest), block -> block + step)
        .map(
            block ->
                new TurnedAxis(
                    image, outputs, axis.kernel(), step, axis.dilation(), axis.before(), block))
        .toList();
  }

  /** Whether it takes about as much memory as the convolution itself. */
  private boolean fits(Shape result) {
    double kernels = (double) outputs * inner() * product(TurnedAxis::kernel);
    double most = Math.max(FEW_WEIGHTS, MOST_WEIGHTS * kernels);
    double pixels = product(TurnedAxis::padded) * image.channels();
    return weights() <= Math.min(most, Integer.MAX_VALUE)
        && pixels <= MOST_PIXELS * ((double) image.elements() + result.elements());
  }

  /** Values of the turned kernel. */
  private double weights() {
    int outputsOfGroup = outputs / groups;
    return pixelsPerBlock()
        * (double) image.channels()
        * outputsOfGroup
        * product(TurnedAxis::taps);
  }

  /** Vector operations per image and output channel, and the moves that undo the blocks. */
  private double cost() {
    long channels = pixelsPerBlock() * inner();
    long vectors = (channels + LANES - 1) / LANES;
    double arithmetic = product(TurnedAxis::blocks) * product(TurnedAxis::taps) * vectors * outputs;
    double moves = pixelsPerBlock() == 1 ? 0 : 2.0 * image.elements();
    return arithmetic + moves;
  }

  private double product(ToLongFunction<TurnedAxis> property) {
    return axes.stream().mapToLong(property).asDoubleStream().reduce(1, (a, b) -> a * b);
  }

  long[] along(ToLongFunction<TurnedAxis> property) {
    return axes.stream().mapToLong(property).toArray();
  }

  /** Image channels of a group. */
  private int inner() {
    return image.channels() / groups;
  }

  long pixelsPerBlock() {
    return (long) product(TurnedAxis::block);
  }

  /** One channel for each channel of each pixel of a block. */
  Shape blocks() {
    return shape(Math.toIntExact(pixelsPerBlock() * image.channels()), TurnedAxis::blocks);
  }

  private Shape shape(int channels, ToLongFunction<TurnedAxis> size) {
    return Shape.of(
        IntStream.concat(
                IntStream.of(channels), axes.stream().mapToLong(size).mapToInt(Math::toIntExact))
            .toArray());
  }

  /** Turns kernels {@code [outputs, inputs per group, kernel...]} around. */
  double[] weights(double[] kernels) {
    int pixels = Math.toIntExact(pixelsPerBlock());
    int inner = inner();
    int outputsPerGroup = outputs / groups;
    int taps = (int) product(TurnedAxis::taps);
    int kernel = (int) product(TurnedAxis::kernel);
    double[] turned = new double[(int) weights()];
    for (int pixel = 0; pixel < pixels; pixel++) {
      int[] sources = sources(pixel, taps);
      for (int c = 0; c < image.channels(); c++) {
        int to = channel(c, pixel) * outputsPerGroup * taps;
        for (int o = 0; o < outputsPerGroup; o++) {
          int from = ((c / inner * outputsPerGroup + o) * inner + c % inner) * kernel;
          for (int tap = 0; tap < taps; tap++) {
            if (sources[tap] >= 0) {
              turned[to + o * taps + tap] = kernels[from + sources[tap]];
            }
          }
        }
      }
    }
    return turned;
  }

  /** Channels of a block: group by group, of a group pixel by pixel. */
  private int channel(int imageChannel, int pixel) {
    int inner = inner();
    int pixels = Math.toIntExact(pixelsPerBlock());
    return (imageChannel / inner * pixels + pixel) * inner + imageChannel % inner;
  }

  /** For each tap of the turned kernel the kernel's own at a pixel of a block, or -1 for a zero. */
  private int[] sources(int pixel, int taps) {
    int[] sources = new int[taps];
    for (int tap = 0; tap < taps; tap++) {
      int place = pixel;
      int rest = tap;
      int scale = 1;
      // From the last dimension, whose neighbours lie together.
      for (int i = axes.size() - 1; i >= 0 && sources[tap] >= 0; i--) {
        TurnedAxis axis = axes.get(i);
        int source = axis.source(place % axis.block(), rest % axis.taps());
        sources[tap] = source < 0 ? -1 : sources[tap] + source * scale;
        place /= axis.block();
        rest /= axis.taps();
        scale *= axis.kernel();
      }
    }
    return sources;
  }

  /** Offsets of the image's channels, for each pixel of a block; none stay none. */
  double[] bias(double[] bias) {
    int pixels = bias.length == 0 ? 0 : Math.toIntExact(pixelsPerBlock());
    double[] spread = new double[bias.length * pixels];
    for (int c = 0; c < bias.length; c++) {
      for (int pixel = 0; pixel < pixels; pixel++) {
        spread[channel(c, pixel)] = bias[c];
      }
    }
    return spread;
  }

  /** Lays blocks out as an image. */
  void unblock(Assembly assembly, Slot blocks, Slot target, boolean onTop) {
    int rows = assembly.rows();
    Shape padded = shape(image.channels(), TurnedAxis::padded);
    boolean exact = padded.equals(image);
    Slot whole = exact ? target : assembly.slot(padded);
    assembly.reorder(blocks, layout(rows, true), whole, layout(rows, false), exact && onTop);
    if (!exact) {
      dnnl_memory_desc_t part =
          Descriptors.part(
              Order.CHANNELS_LAST.layout(rows, padded),
              image.batched(rows),
              new long[image.rank() + 1]);
      assembly.reorder(whole, part, target, Order.CHANNELS_LAST.layout(rows, image), onTop);
    }
  }

  /** (row, for each axis block and pixel of a block, group, channel of the group). */
  private dnnl_memory_desc_t layout(int rows, boolean inBlocks) {
    int rank = axes.size();
    long[] dims = new long[2 * rank + 3];
    long[] strides = new long[dims.length];
    long place = inBlocks ? blocks().channels() : image.channels();
    long pixel = inner();
    for (int i = rank - 1; i >= 0; i--) {
      TurnedAxis axis = axes.get(i);
      dims[2 * i + 1] = axis.blocks();
      dims[2 * i + 2] = axis.block();
      strides[2 * i + 1] = inBlocks ? place : place * axis.block();
      strides[2 * i + 2] = inBlocks ? pixel : place;
      place *= inBlocks ? axis.blocks() : axis.padded();
      pixel *= axis.block();
    }
    dims[0] = rows;
    strides[0] = place;
    dims[2 * rank + 1] = groups;
    strides[2 * rank + 1] = inBlocks ? pixel : inner();
    dims[2 * rank + 2] = inner();
    strides[2 * rank + 2] = 1;
    return Descriptors.strided(dims, strides);
  }
}
