package io.sextant.gradients.nd4j;

import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Window;
import java.util.Arrays;

/**
 * The linear map of a convolution over up to three dimensions, with groups, and its transpose, for
 * one example: what the window sees at many places is laid side by side, and multiplied at once.
 */
final class SlidingProduct {
  /** Values laid side by side at a time. */
  private static final int MOST_COLUMNS = 1 << 18;

  /** Dimensions that all windows are seen to slide over. */
  static final int SPACE = 3;

  private final Window window;
  private final int[] image;
  private final int[] places;
  private final int groups;
  private final int inputs;
  private final int outputs;
  private final int taps;
  private final double[] weights;
  private final double[] columns;
  // A chunk is some lines of places, or a part of one line.
  private final int chunkLines;
  private final int chunkWidth;

  /**
   * A map from images to results.
   *
   * @param window as many dimensions as the shapes have beside the channels
   * @param image the shape that the window slides over
   * @param result the shape of its places, with the output channels
   * @param groups of channels
   * @param weights {@code [outputs, inputs / groups, kernel...]}
   */
  SlidingProduct(Window window, Shape image, Shape result, int groups, double[] weights) {
    this.window = window.over(SPACE);
    this.image = space(image);
    this.places = space(result);
    this.groups = groups;
    this.inputs = image.channels() / groups;
    this.outputs = result.channels() / groups;
    this.taps = Math.toIntExact(window.taps());
    this.weights = weights;
    int each = Math.multiplyExact(inputs, taps);
    this.chunkWidth = Math.max(1, Math.min(places[2], MOST_COLUMNS / each));
    this.chunkLines =
        chunkWidth < places[2]
            ? 1
            : Math.max(1, Math.min(places[0] * places[1], MOST_COLUMNS / (each * places[2])));
    this.columns = new double[Math.multiplyExact(each, chunkLines * chunkWidth)];
  }

  /** The sizes behind the channels, as three. */
  static int[] space(Shape shape) {
    int[] space = {1, 1, 1};
    for (int d = 1; d < shape.rank(); d++) {
      space[SPACE - shape.rank() + d] = shape.size(d);
    }
    return space;
  }

  /** What an image becomes; writes the result. */
  void forward(double[] from, double[] result) {
    Arrays.fill(result, 0);
    each(
        (group, line, lines, left, width) -> {
          slide(group, line, lines, left, width, from, false);
          int count = lines * width;
          for (int o = 0; o < outputs; o++) {
            int to = (group * outputs + o) * positions() + line * places[2] + left;
            int w = (group * outputs + o) * inputs * taps;
            for (int k = 0; k < inputs * taps; k++) {
              double weight = weights[w + k];
              for (int i = 0, c = k * count; i < count; i++, c++) {
                result[to + i] += weight * columns[c];
              }
            }
          }
        });
  }

  /** The transpose; writes the image. */
  void back(double[] result, double[] to) {
    Arrays.fill(to, 0);
    each(
        (group, line, lines, left, width) -> {
          int count = lines * width;
          Arrays.fill(columns, 0, inputs * taps * count, 0);
          for (int o = 0; o < outputs; o++) {
            int from = (group * outputs + o) * positions() + line * places[2] + left;
            int w = (group * outputs + o) * inputs * taps;
            for (int k = 0; k < inputs * taps; k++) {
              double weight = weights[w + k];
              for (int i = 0, c = k * count; i < count; i++, c++) {
                columns[c] += weight * result[from + i];
              }
            }
          }
          slide(group, line, lines, left, width, to, true);
        });
  }

  private int positions() {
    return places[0] * places[1] * places[2];
  }

  @FunctionalInterface
  private interface Chunk {
    void run(int group, int line, int lines, int left, int width);
  }

  private void each(Chunk chunk) {
    int all = places[0] * places[1];
    for (int group = 0; group < groups; group++) {
      for (int line = 0; line < all; line += chunkLines) {
        for (int left = 0; left < places[2]; left += chunkWidth) {
          chunk.run(
              group,
              line,
              Math.min(chunkLines, all - line),
              left,
              Math.min(chunkWidth, places[2] - left));
        }
      }
    }
  }

  /** Lays out what the window sees, or adds what is laid out to where it was seen. */
  private void slide(
      int group, int line, int lines, int left, int width, double[] pixels, boolean add) {
    Window.Axis deep = window.axes().get(0);
    Window.Axis high = window.axes().get(1);
    Window.Axis wide = window.axes().get(2);
    int column = 0;
    for (int c = 0; c < inputs; c++) {
      int plane = (group * inputs + c) * image[0] * image[1] * image[2];
      for (int kd = 0; kd < deep.kernel(); kd++) {
        for (int kh = 0; kh < high.kernel(); kh++) {
          for (int kw = 0; kw < wide.kernel(); kw++) {
            for (int l = line; l < line + lines; l++, column += width) {
              int d = l / places[1] * deep.stride() - deep.before() + kd * deep.dilation();
              int h = l % places[1] * high.stride() - high.before() + kh * high.dilation();
              boolean inside = 0 <= d && d < image[0] && 0 <= h && h < image[1];
              int row = plane + (d * image[1] + h) * image[2];
              int first = left * wide.stride() - wide.before() + kw * wide.dilation();
              if (add) {
                if (inside) {
                  addLine(column, width, pixels, row, first, wide.stride());
                }
              } else if (inside) {
                takeLine(column, width, pixels, row, first, wide.stride());
              } else {
                Arrays.fill(columns, column, column + width, 0);
              }
            }
          }
        }
      }
    }
  }

  private void takeLine(int column, int width, double[] pixels, int row, int first, int stride) {
    for (int i = 0, w = first; i < width; i++, w += stride) {
      columns[column + i] = 0 <= w && w < image[2] ? pixels[row + w] : 0;
    }
  }

  private void addLine(int column, int width, double[] pixels, int row, int first, int stride) {
    for (int i = 0, w = first; i < width; i++, w += stride) {
      if (0 <= w && w < image[2]) {
        pixels[row + w] += columns[column + i];
      }
    }
  }
}
