package io.sextant.explainers.quality;

/**
 * Pixels that are missing, filled in from those around them: each is the weighted mean of its eight
 * neighbours, direct ones with twice the weight of diagonal ones, whether those are known or filled
 * in as well. What is filled in so looks like nothing was there, and the hole's shape tells a model
 * little.
 */
final class Imputation {
  private static final int[][] AROUND = {
    {-1, 0, 2}, {1, 0, 2}, {0, -1, 2}, {0, 1, 2}, {-1, -1, 1}, {-1, 1, 1}, {1, -1, 1}, {1, 1, 1}
  };

  // Squared residual against the right-hand side's.
  private static final double ACCURACY = 1e-20;

  private final int height;
  private final int width;
  private final boolean[] missing;

  /**
   * Which pixels are missing.
   *
   * @param missing {@code [height * width]}
   */
  Imputation(int height, int width, boolean[] missing) {
    this.height = height;
    this.width = width;
    this.missing = missing;
  }

  /**
   * Fills in one channel, by conjugate gradients: the system is symmetric when each pixel's
   * equation is multiplied by the sum of its weights, and positive definite where any pixel is
   * known. With none known the mean of nothing is 0.
   *
   * @param channel {@code [height * width]}, what is missing is not looked at
   * @return a new array
   */
  double[] filled(double[] channel) {
    double[] filled = channel.clone();
    boolean known = false;
    for (int p = 0; p < filled.length; p++) {
      filled[p] = missing[p] ? 0 : filled[p];
      known |= !missing[p];
    }
    if (!known) {
      return filled;
    }
    // The residual at all zeros is what the known neighbours give.
    double[] residual = product(filled, true);
    for (int p = 0; p < residual.length; p++) {
      residual[p] = -residual[p];
    }
    double[] direction = residual.clone();
    double square = dot(residual, residual);
    double enough = ACCURACY * square;
    double[] solution = new double[filled.length];
    for (int turn = 0; turn < 4 * filled.length && square > enough; turn++) {
      double[] image = product(direction, false);
      double step = square / dot(direction, image);
      for (int p = 0; p < solution.length; p++) {
        solution[p] += step * direction[p];
        residual[p] -= step * image[p];
      }
      double next = dot(residual, residual);
      for (int p = 0; p < direction.length; p++) {
        direction[p] = residual[p] + next / square * direction[p];
      }
      square = next;
    }
    for (int p = 0; p < filled.length; p++) {
      filled[p] = missing[p] ? solution[p] : filled[p];
    }
    return filled;
  }

  /** The equations' left sides at the missing pixels; of the known ones only where asked. */
  private double[] product(double[] values, boolean withKnown) {
    double[] product = new double[values.length];
    for (int p = 0; p < values.length; p++) {
      if (!missing[p]) {
        continue;
      }
      int y = p / width;
      int x = p % width;
      double sum = 0;
      double weights = 0;
      for (int[] step : AROUND) {
        int ny = y + step[0];
        int nx = x + step[1];
        if (ny >= 0 && ny < height && nx >= 0 && nx < width) {
          weights += step[2];
          int neighbour = ny * width + nx;
          sum += missing[neighbour] || withKnown ? step[2] * values[neighbour] : 0;
        }
      }
      product[p] = weights * values[p] - sum;
    }
    return product;
  }

  private static double dot(double[] first, double[] second) {
    double sum = 0;
    for (int i = 0; i < first.length; i++) {
      sum += first[i] * second[i];
    }
    return sum;
  }
}
