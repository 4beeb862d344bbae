package io.sextant.gradients.nd4j;

import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Window;
import java.util.Arrays;

/** Pooling over a sliding window, per channel. */
final class PoolKernel implements Kernel {
  private final Operation.Pool operation;
  private final Window window;
  private final Shape image;
  private final Shape result;
  private final Block x;
  private final Block y;
  // For each place of the window: the first pixel row and column inside the image, and one past the
  // last; the steps between pixels are the dilations.
  private final int[] fromHeight;
  private final int[] toHeight;
  private final int[] fromWidth;
  private final int[] toWidth;
  // One channel of one example.
  private final double[] pixels;
  private final double[] places;
  private final double[] reduced;
  private final double[] gradient;

  PoolKernel(Operation.Pool operation, Shape image, Shape result, Block x, Block y) {
    this.operation = operation;
    this.window = operation.window();
    this.image = image;
    this.result = result;
    this.x = x;
    this.y = y;
    int heights = result.size(1);
    int widths = result.size(2);
    this.pixels = new double[image.positions()];
    this.places = new double[result.positions()];
    this.reduced = new double[result.positions()];
    this.gradient = new double[image.positions()];
    this.fromHeight = new int[heights];
    this.toHeight = new int[heights];
    this.fromWidth = new int[widths];
    this.toWidth = new int[widths];
    for (int i = 0; i < heights; i++) {
      int start = i * window.strideHeight() - window.padding().top();
      fromHeight[i] = inside(start, window.dilationHeight());
      toHeight[i] = Math.min(start + window.spanHeight(), image.size(1));
    }
    for (int i = 0; i < widths; i++) {
      int start = i * window.strideWidth() - window.padding().left();
      fromWidth[i] = inside(start, window.dilationWidth());
      toWidth[i] = Math.min(start + window.spanWidth(), image.size(2));
    }
  }

  /** The first tap at or after 0. */
  private static int inside(int start, int step) {
    return start >= 0 ? start : start + (-start + step - 1) / step * step;
  }

  @Override
  public void forward(int rows) {
    for (int plane = 0; plane < rows * image.channels(); plane++) {
      x.get(plane * pixels.length, pixels, pixels.length);
      int place = 0;
      for (int oh = 0; oh < result.size(1); oh++) {
        for (int ow = 0; ow < result.size(2); ow++, place++) {
          places[place] =
              operation.reduction() == Operation.Reduction.MAX ? largest(oh, ow) : reduce(oh, ow);
        }
      }
      y.put(plane * places.length, places, places.length);
    }
  }

  private double reduce(int oh, int ow) {
    double sum = 0;
    boolean norm = operation.reduction() == Operation.Reduction.PNORM;
    for (int h = fromHeight[oh]; h < toHeight[oh]; h += window.dilationHeight()) {
      for (int w = fromWidth[ow]; w < toWidth[ow]; w += window.dilationWidth()) {
        double value = pixels[h * image.size(2) + w];
        sum += norm ? Math.pow(Math.abs(value), operation.p()) : value;
      }
    }
    return switch (operation.reduction()) {
      case AVERAGE -> sum / divisor(oh, ow);
      case PNORM -> Math.pow(sum, 1 / operation.p());
      case SUM, MAX -> sum;
    };
  }

  /** The largest pixel, or 0 where the window lies in the padding. Without branches: it is hot. */
  private double largest(int oh, int ow) {
    int across = window.dilationWidth();
    int left = fromWidth[ow];
    int right = toWidth[ow];
    double best = Double.NEGATIVE_INFINITY;
    for (int h = fromHeight[oh]; h < toHeight[oh]; h += window.dilationHeight()) {
      int row = h * image.size(2);
      for (int w = left; w < right; w += across) {
        best = Math.max(best, pixels[row + w]);
      }
    }
    return fromHeight[oh] < toHeight[oh] && left < right ? best : 0;
  }

  /** The first place of the maximum in row-major order, or -1 where there is none. */
  private int winner(int oh, int ow, double best) {
    int across = window.dilationWidth();
    int left = fromWidth[ow];
    int right = toWidth[ow];
    for (int h = fromHeight[oh]; h < toHeight[oh]; h += window.dilationHeight()) {
      int row = h * image.size(2);
      for (int w = left; w < right; w += across) {
        if (pixels[row + w] == best) {
          return row + w;
        }
      }
    }
    return -1;
  }

  private double divisor(int oh, int ow) {
    if (operation.countPadding()) {
      return (double) window.kernelHeight() * window.kernelWidth();
    }
    int heights = taps(fromHeight[oh], toHeight[oh], window.dilationHeight());
    int widths = taps(fromWidth[ow], toWidth[ow], window.dilationWidth());
    return Math.max(1, heights * widths);
  }

  private static int taps(int from, int to, int step) {
    return to <= from ? 0 : (to - from + step - 1) / step;
  }

  @Override
  public void pullback(int rows, int slot, Block output, Block input) {
    for (int plane = 0; plane < rows * image.channels(); plane++) {
      x.get(plane * pixels.length, pixels, pixels.length);
      y.get(plane * places.length, reduced, places.length);
      output.get(plane * places.length, places, places.length);
      Arrays.fill(gradient, 0);
      int place = 0;
      for (int oh = 0; oh < result.size(1); oh++) {
        for (int ow = 0; ow < result.size(2); ow++, place++) {
          spread(oh, ow, places[place], reduced[place]);
        }
      }
      input.put(plane * pixels.length, gradient, pixels.length);
    }
  }

  private void spread(int oh, int ow, double share, double value) {
    if (operation.reduction() == Operation.Reduction.MAX) {
      int winner = winner(oh, ow, value);
      if (winner >= 0) {
        gradient[winner] += share;
      }
      return;
    }
    double each =
        operation.reduction() == Operation.Reduction.AVERAGE ? share / divisor(oh, ow) : share;
    for (int h = fromHeight[oh]; h < toHeight[oh]; h += window.dilationHeight()) {
      for (int w = fromWidth[ow]; w < toWidth[ow]; w += window.dilationWidth()) {
        int pixel = h * image.size(2) + w;
        double factor =
            operation.reduction() == Operation.Reduction.PNORM
                ? Norms.slope(pixels[pixel], value, operation.p())
                : 1;
        gradient[pixel] += each * factor;
      }
    }
  }
}
