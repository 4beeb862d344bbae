package io.sextant.adaptation;

import io.sextant.gradients.graph.Shape;
import java.util.Arrays;

/**
 * A map of inputs: a scale for each channel, and a shift that varies over the image between the
 * corners of a grid. Columns of a table are channels of one position.
 *
 * <p>Its parameters are the scales, then the shifts, channel by channel and row by row of the grid;
 * scales begin at 1 and shifts at 0.
 *
 * @param channels of the input
 * @param height positions
 * @param width positions
 * @param grid corners of the grid on each side, at least 1
 */
record InputMap(int channels, int height, int width, int grid) {
  static InputMap of(Shape shape, int grid) {
    boolean image = shape.rank() == 3;
    return image
        ? new InputMap(shape.channels(), shape.size(1), shape.size(2), grid)
        : new InputMap(shape.elements(), 1, 1, 1);
  }

  double[] identity() {
    double[] identity = new double[channels + channels * grid * grid];
    Arrays.fill(identity, 0, channels, 1);
    return identity;
  }

  double[][] apply(double[][] rows, double[] parameters) {
    double[] shift = shift(parameters);
    double[][] mapped = new double[rows.length][];
    int positions = height * width;
    for (int i = 0; i < rows.length; i++) {
      double[] row = rows[i].clone();
      for (int k = 0; k < row.length; k++) {
        row[k] = parameters[k / positions] * row[k] + shift[k];
      }
      mapped[i] = row;
    }
    return mapped;
  }

  /** The gradient by scales and shifts of a grid of one corner, from the gradient by the values. */
  void addGradient(double[] row, double[] gradient, double weight, double[] into) {
    int positions = height * width;
    for (int k = 0; k < row.length; k++) {
      into[k / positions] += weight * gradient[k] * row[k];
      into[channels + k / positions] += weight * gradient[k];
    }
  }

  private double[] shift(double[] parameters) {
    double[] shift = new double[channels * height * width];
    for (int k = 0; k < shift.length; k++) {
      int channel = k / (height * width);
      double y = place(k / width % height, height);
      double x = place(k % width, width);
      int top = Math.min((int) y, Math.max(0, grid - 2));
      int left = Math.min((int) x, Math.max(0, grid - 2));
      shift[k] =
          (1 - y + top)
                  * ((1 - x + left) * corner(parameters, channel, top, left)
                      + (x - left) * corner(parameters, channel, top, left + 1))
              + (y - top)
                  * ((1 - x + left) * corner(parameters, channel, top + 1, left)
                      + (x - left) * corner(parameters, channel, top + 1, left + 1));
    }
    return shift;
  }

  private double place(int at, int size) {
    return size == 1 ? 0 : (double) at / (size - 1) * (grid - 1);
  }

  private double corner(double[] parameters, int channel, int y, int x) {
    int row = Math.min(y, grid - 1);
    int column = Math.min(x, grid - 1);
    return parameters[channels + (channel * grid + row) * grid + column];
  }
}
