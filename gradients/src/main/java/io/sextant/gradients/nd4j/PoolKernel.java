package io.sextant.gradients.nd4j;

import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Window;
import java.util.Arrays;

/** Pooling over a sliding window of up to three dimensions, per channel. */
final class PoolKernel implements Kernel {
  private final Operation.Pool operation;
  private final int channels;
  private final Block x;
  private final Block y;
  private final Line deep;
  private final Line high;
  private final Line wide;
  private final double taps;
  // One channel of one example.
  private final double[] pixels;
  private final double[] places;
  private final double[] reduced;
  private final double[] gradient;

  /**
   * How a window slides along one dimension. At each of its places it sees every {@code step}th
   * value inside the image, from {@code from} to before {@code to}.
   */
  private record Line(int size, int[] from, int[] to, int step) {
    static Line of(Window.Axis axis, int size, int places) {
      int[] from = new int[places];
      int[] to = new int[places];
      for (int i = 0; i < places; i++) {
        int start = i * axis.stride() - axis.before();
        from[i] = inside(start, axis.dilation());
        to[i] = Math.min(start + axis.span(), size);
      }
      return new Line(size, from, to, axis.dilation());
    }

    /** The first tap at or after 0. */
    private static int inside(int start, int step) {
      return start >= 0 ? start : start + (-start + step - 1) / step * step;
    }

    int places() {
      return from.length;
    }

    /** Values inside the image that are seen. */
    int seen(int place) {
      return to[place] <= from[place] ? 0 : (to[place] - from[place] + step - 1) / step;
    }
  }

  PoolKernel(Operation.Pool operation, Shape image, Shape result, Block x, Block y) {
    this.operation = operation;
    this.channels = image.channels();
    this.x = x;
    this.y = y;
    Window window = operation.window().over(SlidingProduct.SPACE);
    int[] sizes = SlidingProduct.space(image);
    int[] counts = SlidingProduct.space(result);
    this.deep = Line.of(window.axes().get(0), sizes[0], counts[0]);
    this.high = Line.of(window.axes().get(1), sizes[1], counts[1]);
    this.wide = Line.of(window.axes().get(2), sizes[2], counts[2]);
    this.taps = window.taps();
    this.pixels = new double[image.positions()];
    this.places = new double[result.positions()];
    this.reduced = new double[result.positions()];
    this.gradient = new double[image.positions()];
  }

  @Override
  public void forward(int rows) {
    for (int plane = 0; plane < rows * channels; plane++) {
      x.get(plane * pixels.length, pixels, pixels.length);
      int place = 0;
      for (int od = 0; od < deep.places(); od++) {
        for (int oh = 0; oh < high.places(); oh++) {
          for (int ow = 0; ow < wide.places(); ow++, place++) {
            places[place] =
                operation.reduction() == Operation.Reduction.MAX
                    ? largest(od, oh, ow)
                    : reduce(od, oh, ow);
          }
        }
      }
      y.put(plane * places.length, places, places.length);
    }
  }

  private double reduce(int od, int oh, int ow) {
    double sum = 0;
    boolean norm = operation.reduction() == Operation.Reduction.PNORM;
    for (int d = deep.from[od]; d < deep.to[od]; d += deep.step) {
      for (int h = high.from[oh]; h < high.to[oh]; h += high.step) {
        int row = (d * high.size + h) * wide.size;
        for (int w = wide.from[ow]; w < wide.to[ow]; w += wide.step) {
          double value = pixels[row + w];
          sum += norm ? Math.pow(Math.abs(value), operation.p()) : value;
        }
      }
    }
    return switch (operation.reduction()) {
      case AVERAGE -> sum / divisor(od, oh, ow);
      case PNORM -> Math.pow(sum, 1 / operation.p());
      case SUM, MAX -> sum;
    };
  }

  /** The largest pixel, or 0 where the window lies in the padding. Without branches: it is hot. */
  private double largest(int od, int oh, int ow) {
    int across = wide.step;
    int left = wide.from[ow];
    int right = wide.to[ow];
    double best = Double.NEGATIVE_INFINITY;
    for (int d = deep.from[od]; d < deep.to[od]; d += deep.step) {
      for (int h = high.from[oh]; h < high.to[oh]; h += high.step) {
        int row = (d * high.size + h) * wide.size;
        for (int w = left; w < right; w += across) {
          best = Math.max(best, pixels[row + w]);
        }
      }
    }
    return seen(od, oh, ow) > 0 ? best : 0;
  }

  private long seen(int od, int oh, int ow) {
    return (long) deep.seen(od) * high.seen(oh) * wide.seen(ow);
  }

  /** The first place of the maximum in row-major order, or -1 where there is none. */
  private int winner(int od, int oh, int ow, double best) {
    for (int d = deep.from[od]; d < deep.to[od]; d += deep.step) {
      for (int h = high.from[oh]; h < high.to[oh]; h += high.step) {
        int row = (d * high.size + h) * wide.size;
        for (int w = wide.from[ow]; w < wide.to[ow]; w += wide.step) {
          if (pixels[row + w] == best) {
            return row + w;
          }
        }
      }
    }
    return -1;
  }

  private double divisor(int od, int oh, int ow) {
    return operation.countPadding() ? taps : Math.max(1, seen(od, oh, ow));
  }

  @Override
  public void pullback(int rows, int slot, Block output, Block input) {
    for (int plane = 0; plane < rows * channels; plane++) {
      x.get(plane * pixels.length, pixels, pixels.length);
      y.get(plane * places.length, reduced, places.length);
      output.get(plane * places.length, places, places.length);
      Arrays.fill(gradient, 0);
      int place = 0;
      for (int od = 0; od < deep.places(); od++) {
        for (int oh = 0; oh < high.places(); oh++) {
          for (int ow = 0; ow < wide.places(); ow++, place++) {
            spread(od, oh, ow, places[place], reduced[place]);
          }
        }
      }
      input.put(plane * pixels.length, gradient, pixels.length);
    }
  }

  private void spread(int od, int oh, int ow, double share, double value) {
    if (operation.reduction() == Operation.Reduction.MAX) {
      int winner = winner(od, oh, ow, value);
      if (winner >= 0) {
        gradient[winner] += share;
      }
      return;
    }
    double each =
        operation.reduction() == Operation.Reduction.AVERAGE ? share / divisor(od, oh, ow) : share;
    for (int d = deep.from[od]; d < deep.to[od]; d += deep.step) {
      for (int h = high.from[oh]; h < high.to[oh]; h += high.step) {
        int row = (d * high.size + h) * wide.size;
        for (int w = wide.from[ow]; w < wide.to[ow]; w += wide.step) {
          double factor =
              operation.reduction() == Operation.Reduction.PNORM
                  ? Norms.slope(pixels[row + w], value, operation.p())
                  : 1;
          gradient[row + w] += each * factor;
        }
      }
    }
  }
}
