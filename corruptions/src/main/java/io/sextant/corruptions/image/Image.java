package io.sextant.corruptions.image;

import io.sextant.gradients.RandomKey;
import io.sextant.gradients.graph.Shape;
import java.util.random.RandomGenerator;
import org.apiguardian.api.API;

/**
 * An image: channels of rows of values in [0, 1]. Immutable.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Image {
  /** The largest height and width. */
  public static final int LARGEST_SIDE = 4096;

  private final int channels;
  private final int height;
  private final int width;
  private final double[] values;

  private Image(int channels, int height, int width, double[] values) {
    this.channels = channels;
    this.height = height;
    this.width = width;
    this.values = values;
  }

  /** A value by channel, row and column. */
  @FunctionalInterface
  public interface Values {
    /** The value there; what is outside [0, 1] becomes the nearer bound. */
    double at(int channel, int row, int column);
  }

  /** What becomes of a value, with random numbers. */
  @FunctionalInterface
  public interface Noise {
    /** The new value; what is outside [0, 1] becomes the nearer bound. */
    double of(double value, RandomGenerator random);
  }

  /**
   * An image of a flat row.
   *
   * @param shape {@code [channels, height, width]}, or {@code [height, width]} for one channel
   * @param row values in [0, 1], row-major, copied
   * @throws IllegalArgumentException when the shape is no image's, a side is longer than {@value
   *     #LARGEST_SIDE}, or a value is outside [0, 1]
   */
  public static Image of(Shape shape, double[] row) {
    if (shape.rank() != 2 && shape.rank() != 3) {
      throw new IllegalArgumentException(
          "an image must have a shape [channels, height, width] or [height, width] but it was "
              + shape);
    }
    int height = shape.size(shape.rank() - 2);
    int width = shape.size(shape.rank() - 1);
    if (height > LARGEST_SIDE || width > LARGEST_SIDE) {
      throw new IllegalArgumentException(
          "an image must be at most %d pixels high and wide but the shape was %s; make it smaller"
              .formatted(LARGEST_SIDE, shape));
    }
    if (row.length != shape.elements()) {
      throw new IllegalArgumentException(
          "an image of shape %s must have %d values but had %d"
              .formatted(shape, shape.elements(), row.length));
    }
    for (double value : row) {
      if (!(value >= 0 && value <= 1)) {
        throw new IllegalArgumentException(
            "values of an image must be in [0, 1] but one was %s; scale them".formatted(value));
      }
    }
    return new Image(shape.rank() == 2 ? 1 : shape.size(0), height, width, row.clone());
  }

  /** Number of channels. */
  public int channels() {
    return channels;
  }

  /** Number of rows. */
  public int height() {
    return height;
  }

  /** Number of columns. */
  public int width() {
    return width;
  }

  /** A value. */
  public double at(int channel, int row, int column) {
    return values[(channel * height + row) * width + column];
  }

  /** A value; outside the image that of the nearest pixel. */
  public double near(int channel, int row, int column) {
    return at(
        channel, Math.max(0, Math.min(height - 1, row)), Math.max(0, Math.min(width - 1, column)));
  }

  /** A value; outside the image 0. */
  double black(int channel, int row, int column) {
    return row < 0 || row >= height || column < 0 || column >= width ? 0 : at(channel, row, column);
  }

  /** The largest of all values. */
  public double largest() {
    double largest = 0;
    for (double value : values) {
      largest = Math.max(largest, value);
    }
    return largest;
  }

  /** The mean of a channel. */
  public double mean(int channel) {
    double sum = 0;
    for (int i = channel * height * width; i < (channel + 1) * height * width; i++) {
      sum += values[i];
    }
    return sum / (height * width);
  }

  /** An image of this size with other values. */
  public Image with(Values other) {
    double[] all = new double[values.length];
    int i = 0;
    for (int c = 0; c < channels; c++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          all[i++] = Math.max(0, Math.min(1, other.at(c, y, x)));
        }
      }
    }
    return new Image(channels, height, width, all);
  }

  /**
   * Changes every value by itself. Each channel has random numbers of its own, so that the first of
   * a colour image changes as a grey one does.
   */
  public Image with(RandomKey key, Noise noise) {
    double[] all = new double[values.length];
    int i = 0;
    for (int c = 0; c < channels; c++) {
      RandomGenerator random = key.with(c).random();
      for (int end = i + height * width; i < end; i++) {
        all[i] = Math.max(0, Math.min(1, noise.of(values[i], random)));
      }
    }
    return new Image(channels, height, width, all);
  }

  /** All values, row-major, a copy. */
  public double[] values() {
    return values.clone();
  }

  /** All values, row-major, as floats. */
  public float[] floats() {
    float[] all = new float[values.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = (float) values[i];
    }
    return all;
  }
}
