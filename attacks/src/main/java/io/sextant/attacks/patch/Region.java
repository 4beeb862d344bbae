package io.sextant.attacks.patch;

import io.sextant.gradients.graph.Shape;
import java.util.random.RandomGenerator;
import org.apiguardian.api.API;

/**
 * Where a patch may lie: rectangles of one size on the grid of an input, over all channels.
 *
 * @param channels of the input
 * @param height of the input; 1 for series and vectors
 * @param width of the input
 * @param tall height of the patch
 * @param wide width of the patch
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record Region(int channels, int height, int width, int tall, int wide) {
  /**
   * The largest patch within a number of values: a square of pixels, or a stretch of a series or a
   * vector.
   *
   * @param values that may change
   * @param side at most, in positions
   * @throws IllegalArgumentException when not even one position over all channels fits
   */
  public static Region of(Shape shape, double values, int side) {
    int width = shape.size(shape.rank() - 1);
    int height = shape.rank() < 3 ? 1 : shape.size(shape.rank() - 2);
    int channels = shape.elements() / (height * width);
    int positions = (int) Math.floor(values / channels);
    if (positions < 1) {
      throw new IllegalArgumentException(
          "a patch covers all %d channels of a position, so the radius in l0 must be at least %d but was %s"
              .formatted(channels, channels, values));
    }
    int square = Math.min(side, (int) Math.sqrt(positions));
    int tall = Math.min(height, square);
    int wide = Math.min(width, height == 1 ? Math.min(side, positions) : square);
    return new Region(channels, height, width, tall, wide);
  }

  /** How many places there are. */
  public int places() {
    return (height - tall + 1) * (width - wide + 1);
  }

  /** The place with a corner at a row and a column, moved into the input where it reaches out. */
  public int place(int row, int column) {
    int top = Math.min(row, height - tall);
    int left = Math.min(column, width - wide);
    return top * (width - wide + 1) + left;
  }

  /** A place drawn at random. */
  public int draw(RandomGenerator random) {
    return random.nextInt(places());
  }

  /** Values of the patch. */
  public int size() {
    return channels * tall * wide;
  }

  /** The features that a patch covers, channel by channel, in the order of its values. */
  public int[] features(int place) {
    int top = place / (width - wide + 1);
    int left = place % (width - wide + 1);
    int[] features = new int[size()];
    for (int i = 0; i < features.length; i++) {
      int c = i / (tall * wide);
      int y = top + i % (tall * wide) / wide;
      int x = left + i % wide;
      features[i] = (c * height + y) * width + x;
    }
    return features;
  }
}
