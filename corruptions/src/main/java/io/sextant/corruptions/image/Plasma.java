package io.sextant.corruptions.image;

import io.sextant.gradients.RandomKey;
import java.util.random.RandomGenerator;
import org.apiguardian.api.API;

/**
 * A cloud: a random height map by the diamond-square algorithm (Fournier, Fussell, Carpenter,
 * "Computer Rendering of Stochastic Models", CACM 25(6), 1982) on a torus whose side is a power of
 * two, seen through a window at a random place. Heights are scaled to [0, 1] over the torus.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Plasma {
  private final double[][] heights;
  private final int top;
  private final int left;

  private Plasma(double[][] heights, int top, int left) {
    this.heights = heights;
    this.top = top;
    this.left = left;
  }

  /**
   * A cloud.
   *
   * @param height of the window
   * @param width of the window
   * @param decay what the roughness is divided by when the scale is halved, above 1: a large one
   *     makes smooth clouds
   * @param key of its random numbers
   */
  public static Plasma of(int height, int width, double decay, RandomKey key) {
    int side = 1;
    while (side < Math.max(height, width)) {
      side *= 2;
    }
    RandomGenerator random = key.random();
    double[][] map = new double[side][side];
    double wobble = 1;
    for (int step = side; step > 1; step /= 2) {
      squares(map, step, wobble, random);
      diamonds(map, step, wobble, random);
      wobble /= decay;
    }
    return new Plasma(scaled(map), random.nextInt(side), random.nextInt(side));
  }

  /** The middle of each square: the mean of its corners, moved at random. */
  private static void squares(double[][] map, int step, double wobble, RandomGenerator random) {
    int side = map.length;
    for (int y = 0; y < side; y += step) {
      for (int x = 0; x < side; x += step) {
        double corners =
            map[y][x]
                + map[y][(x + step) % side]
                + map[(y + step) % side][x]
                + map[(y + step) % side][(x + step) % side];
        map[y + step / 2][x + step / 2] = moved(corners, wobble, random);
      }
    }
  }

  /** The middle of each diamond between corners and middles of squares, likewise. */
  private static void diamonds(double[][] map, int step, double wobble, RandomGenerator random) {
    int side = map.length;
    int half = step / 2;
    for (int y = 0; y < side; y += half) {
      for (int x = (y / half % 2 == 0) ? half : 0; x < side; x += step) {
        double corners =
            map[(y + side - half) % side][x]
                + map[(y + half) % side][x]
                + map[y][(x + side - half) % side]
                + map[y][(x + half) % side];
        map[y][x] = moved(corners, wobble, random);
      }
    }
  }

  private static double moved(double corners, double wobble, RandomGenerator random) {
    return corners / 4 + wobble * (2 * random.nextDouble() - 1);
  }

  private static double[][] scaled(double[][] map) {
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (double[] row : map) {
      for (double height : row) {
        least = Math.min(least, height);
        most = Math.max(most, height);
      }
    }
    for (double[] row : map) {
      for (int x = 0; x < row.length; x++) {
        row[x] = most > least ? (row[x] - least) / (most - least) : 0;
      }
    }
    return map;
  }

  /** The height at a pixel of the window, in [0, 1]. */
  public double at(int row, int column) {
    return heights[(top + row) % heights.length][(left + column) % heights.length];
  }
}
