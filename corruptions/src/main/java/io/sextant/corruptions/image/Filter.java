package io.sextant.corruptions.image;

import org.apiguardian.api.API;

/**
 * A weighted mean over a neighbourhood. At the border the nearest pixel stands for those outside.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Filter {
  private final int up;
  private final int left;
  private final double[][] weights;

  private Filter(double[][] weights) {
    this.weights = weights;
    this.up = weights.length / 2;
    this.left = weights[0].length / 2;
  }

  /**
   * A filter of weights, which are scaled so that they add up to 1.
   *
   * @param weights an odd number of rows and columns, the middle one for the pixel itself
   */
  public static Filter of(double[][] weights) {
    double sum = 0;
    for (double[] row : weights) {
      for (double weight : row) {
        sum += weight;
      }
    }
    double[][] scaled = new double[weights.length][weights[0].length];
    for (int y = 0; y < scaled.length; y++) {
      for (int x = 0; x < scaled[y].length; x++) {
        scaled[y][x] = weights[y][x] / sum;
      }
    }
    return new Filter(scaled);
  }

  /** This filter, then another one, as one. */
  public Filter then(Filter other) {
    double[][] both =
        new double[weights.length + other.weights.length - 1]
            [weights[0].length + other.weights[0].length - 1];
    for (int y = 0; y < weights.length; y++) {
      for (int x = 0; x < weights[y].length; x++) {
        for (int v = 0; v < other.weights.length; v++) {
          for (int u = 0; u < other.weights[v].length; u++) {
            both[y + v][x + u] += weights[y][x] * other.weights[v][u];
          }
        }
      }
    }
    return new Filter(both);
  }

  /** A Gaussian over a square, cut off at so many pixels. */
  public static Filter gaussian(double sigma, int radius) {
    double[] line = line(sigma, radius);
    double[][] square = new double[line.length][line.length];
    for (int y = 0; y < line.length; y++) {
      for (int x = 0; x < line.length; x++) {
        square[y][x] = line[y] * line[x];
      }
    }
    return of(square);
  }

  /** Gaussian blur in both axes, cut off at four standard deviations. */
  public static Image blurred(Image image, double sigma) {
    double[] line = line(sigma, (int) Math.rint(4 * sigma));
    Image rows = of(new double[][] {line}).on(image);
    double[][] column = new double[line.length][];
    for (int y = 0; y < line.length; y++) {
      column[y] = new double[] {line[y]};
    }
    return of(column).on(rows);
  }

  private static double[] line(double sigma, int radius) {
    double[] line = new double[2 * radius + 1];
    for (int i = -radius; i <= radius; i++) {
      line[i + radius] = StrictMath.exp(-0.5 * i * i / (sigma * sigma));
    }
    return line;
  }

  /** The image of means. */
  public Image on(Image image) {
    return image.with(
        (c, y, x) -> {
          double sum = 0;
          for (int v = 0; v < weights.length; v++) {
            for (int u = 0; u < weights[v].length; u++) {
              if (weights[v][u] != 0) {
                sum += weights[v][u] * image.near(c, y + v - up, x + u - left);
              }
            }
          }
          return sum;
        });
  }
}
