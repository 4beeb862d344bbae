package io.sextant.onednn;

import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Window;
import org.bytedeco.dnnl.dnnl_memory_desc_t;

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

  /** Chooses the blocks that cost the fewest operations, padding of vectors included. */
  static Turned of(Shape image, Shape result, Window window, int groups) {
    Turned best = null;
    double least = Double.POSITIVE_INFINITY;
    for (int bh = window.strideHeight();
        bh <= Math.max(window.strideHeight(), LARGEST_BLOCK);
        bh += window.strideHeight()) {
      for (int bw = window.strideWidth();
          bw <= Math.max(window.strideWidth(), LARGEST_BLOCK);
          bw += window.strideWidth()) {
        Turned candidate = of(image, result, window, groups, bh, bw);
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
    return best;
  }

  private static Turned of(
      Shape image, Shape result, Window window, int groups, int blockHeight, int blockWidth) {
    return new Turned(
        image,
        result.channels(),
        groups,
        new TurnedAxis(
            image.size(1),
            result.size(1),
            window.kernelHeight(),
            window.strideHeight(),
            window.dilationHeight(),
            window.padding().top(),
            blockHeight),
        new TurnedAxis(
            image.size(2),
            result.size(2),
            window.kernelWidth(),
            window.strideWidth(),
            window.dilationWidth(),
            window.padding().left(),
            blockWidth));
  }

  /** Vector operations per image and output channel, and the moves that undo the blocks. */
  private double cost() {
    int channels = pixelsPerBlock() * inner();
    int vectors = (channels + LANES - 1) / LANES;
    double positions = (double) height.blocks() * width.blocks();
    double arithmetic = positions * height.taps() * width.taps() * vectors * outputs;
    double moves = pixelsPerBlock() == 1 ? 0 : 2.0 * image.elements();
    return arithmetic + moves;
  }

  /** Image channels of a group. */
  private int inner() {
    return image.channels() / groups;
  }

  int pixelsPerBlock() {
    return height.block() * width.block();
  }

  /** One channel for each channel of each pixel of a block. */
  Shape blocks() {
    return Shape.of(pixelsPerBlock() * image.channels(), height.blocks(), width.blocks());
  }

  /** Turns kernels {@code [outputs, inputs per group, height, width]} around. */
  double[] weights(double[] kernels) {
    int pixels = pixelsPerBlock();
    int inner = inner();
    int outputsPerGroup = outputs / groups;
    int taps = height.taps() * width.taps();
    double[] turned = new double[pixels * image.channels() * outputsPerGroup * taps];
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
    int paddedHeight = height.blocks() * height.block();
    int paddedWidth = width.blocks() * width.block();
    boolean exact = paddedHeight == image.size(1) && paddedWidth == image.size(2);
    Shape padded = Shape.of(image.channels(), paddedHeight, paddedWidth);
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
    long channels = (long) pixelsPerBlock() * image.channels();
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
