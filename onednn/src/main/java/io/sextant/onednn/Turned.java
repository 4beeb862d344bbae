package io.sextant.onednn;

import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Window;
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
 * @param height the vertical dimension
 * @param width the horizontal dimension
 */
record Turned(Shape image, int outputs, int groups, TurnedAxis height, TurnedAxis width) {
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
    // Where there is one place alone, nothing steps.
    int down = result.size(1) == 1 ? 1 : window.strideHeight();
    int across = result.size(2) == 1 ? 1 : window.strideWidth();
    Turned best = null;
    double least = Double.POSITIVE_INFINITY;
    for (int bh = down; bh <= Math.max(down, LARGEST_BLOCK); bh += down) {
      for (int bw = across; bw <= Math.max(across, LARGEST_BLOCK); bw += across) {
        Turned candidate =
            new Turned(
                image,
                result.channels(),
                groups,
                new TurnedAxis(
                    image.size(1),
                    result.size(1),
                    window.kernelHeight(),
                    down,
                    window.dilationHeight(),
                    window.padding().top(),
                    bh),
                new TurnedAxis(
                    image.size(2),
                    result.size(2),
                    window.kernelWidth(),
                    across,
                    window.dilationWidth(),
                    window.padding().left(),
                    bw));
        double cost = candidate.cost();
        if (cost < least) {
          best = candidate;
          least = cost;
        }
      }
    }
    if (best == null) {
      throw new IllegalStateException("there is no block");
    }
    if (!best.fits(result)) {
      throw new UnsupportedPrimitiveException(dnnl.dnnl_unimplemented);
    }
    return best;
  }

  /** Whether it takes about as much memory as the convolution itself. */
  private boolean fits(Shape result) {
    long kernels = (long) outputs * inner() * height.kernel() * width.kernel();
    long most = Math.max(FEW_WEIGHTS, MOST_WEIGHTS * kernels);
    double pixels = (double) height.padded() * width.padded() * image.channels();
    return weights() <= Math.min(most, Integer.MAX_VALUE)
        && pixels <= MOST_PIXELS * ((double) image.elements() + result.elements());
  }

  /** Values of the turned kernel. */
  private double weights() {
    int outputsOfGroup = outputs / groups;
    return pixelsPerBlock()
        * (double) image.channels()
        * outputsOfGroup
        * height.taps()
        * width.taps();
  }

  /** Vector operations per image and output channel, and the moves that undo the blocks. */
  private double cost() {
    long channels = pixelsPerBlock() * inner();
    long vectors = (channels + LANES - 1) / LANES;
    double positions = (double) height.blocks() * width.blocks();
    double arithmetic = positions * height.taps() * width.taps() * vectors * outputs;
    double moves = pixelsPerBlock() == 1 ? 0 : 2.0 * image.elements();
    return arithmetic + moves;
  }

  /** Image channels of a group. */
  private int inner() {
    return image.channels() / groups;
  }

  long pixelsPerBlock() {
    return (long) height.block() * width.block();
  }

  /** One channel for each channel of each pixel of a block. */
  Shape blocks() {
    return Shape.of(
        Math.toIntExact(pixelsPerBlock() * image.channels()), height.blocks(), width.blocks());
  }

  /** Turns kernels {@code [outputs, inputs per group, height, width]} around. */
  double[] weights(double[] kernels) {
    int pixels = Math.toIntExact(pixelsPerBlock());
    int inner = inner();
    int outputsPerGroup = outputs / groups;
    int taps = height.taps() * width.taps();
    double[] turned = new double[(int) weights()];
    for (int group = 0; group < groups; group++) {
      for (int i = 0; i < inner; i++) {
        for (int pixel = 0; pixel < pixels; pixel++) {
          // Channels of a block: group by group, of a group pixel by pixel.
          int channel = (group * pixels + pixel) * inner + i;
          for (int o = 0; o < outputsPerGroup; o++) {
            int output = group * outputsPerGroup + o;
            fill(
                turned,
                (channel * outputsPerGroup + o) * taps,
                pixel,
                kernels,
                (output * inner + i) * height.kernel() * width.kernel());
          }
        }
      }
    }
    return turned;
  }

  private void fill(double[] turned, int to, int pixel, double[] kernels, int from) {
    for (int th = 0; th < height.taps(); th++) {
      int kh = height.source(pixel / width.block(), th);
      for (int tw = 0; tw < width.taps(); tw++) {
        int kw = width.source(pixel % width.block(), tw);
        if (kh >= 0 && kw >= 0) {
          turned[to + th * width.taps() + tw] = kernels[from + kh * width.kernel() + kw];
        }
      }
    }
  }

  /** Lays blocks out as an image. */
  void unblock(Assembly assembly, Slot blocks, Slot gradient, boolean onTop) {
    int rows = assembly.rows();
    Shape padded =
        Shape.of(
            image.channels(), Math.toIntExact(height.padded()), Math.toIntExact(width.padded()));
    boolean exact = padded.equals(image);
    Slot whole = exact ? gradient : assembly.slot(padded);
    assembly.reorder(blocks, blockLayout(rows), whole, imageLayout(rows, padded), exact && onTop);
    if (!exact) {
      dnnl_memory_desc_t part =
          Descriptors.part(
              Descriptors.of(rows, padded), image.batched(rows), new long[] {0, 0, 0, 0});
      assembly.reorder(whole, part, gradient, Descriptors.of(rows, image), onTop);
    }
  }

  /** (row, block down, pixel down, block across, pixel across, group, channel of the group). */
  private long[] dims(int rows) {
    return new long[] {
      rows, height.blocks(), height.block(), width.blocks(), width.block(), groups, inner()
    };
  }

  private dnnl_memory_desc_t blockLayout(int rows) {
    long channels = pixelsPerBlock() * image.channels();
    long pixel = inner();
    return Descriptors.strided(
        dims(rows),
        new long[] {
          channels * width.blocks() * height.blocks(),
          channels * width.blocks(),
          width.block() * pixel,
          channels,
          pixel,
          pixelsPerBlock() * pixel,
          1
        });
  }

  private dnnl_memory_desc_t imageLayout(int rows, Shape padded) {
    long channels = image.channels();
    long line = padded.size(2) * channels;
    return Descriptors.strided(
        dims(rows),
        new long[] {
          padded.size(1) * line,
          height.block() * line,
          line,
          width.block() * channels,
          channels,
          inner(),
          1
        });
  }
}
