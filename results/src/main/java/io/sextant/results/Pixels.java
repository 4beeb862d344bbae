package io.sextant.results;

import java.util.Arrays;
import java.util.Base64;
import org.apiguardian.api.API;

/**
 * An image of 8-bit samples.
 *
 * @param width in pixels
 * @param height in pixels
 * @param channels 1 (grey) or 3 (red, green, blue)
 * @param data base64 of height x width x channels bytes, rows from the top, channels innermost
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Pixels(int width, int height, int channels, String data) {
  public Pixels {
    if (width < 1 || height < 1 || (channels != 1 && channels != 3)) {
      throw new IllegalArgumentException(
          "an image must have a positive size and 1 or 3 channels but was %d x %d x %d"
              .formatted(width, height, channels));
    }
    long expected = (long) width * height * channels;
    int length = Base64.getDecoder().decode(data).length;
    if (length != expected) {
      throw new IllegalArgumentException(
          "an image of %d x %d x %d must have %d bytes but had %d"
              .formatted(width, height, channels, expected, length));
    }
  }

  /**
   * The image of values in channel-first order, as models take them.
   *
   * @param values channels x height x width
   * @param minimum value that becomes 0
   * @param maximum value that becomes 255
   */
  public static Pixels of(
      float[] values, int channels, int height, int width, double minimum, double maximum) {
    double[] minima = new double[channels];
    double[] maxima = new double[channels];
    Arrays.fill(minima, minimum);
    Arrays.fill(maxima, maximum);
    return of(values, height, width, minima, maxima);
  }

  /**
   * The image of values in channel-first order whose channels have ranges of their own.
   *
   * @param values channels x height x width
   * @param minima value of each channel that becomes 0
   * @param maxima value of each channel that becomes 255
   */
  public static Pixels of(float[] values, int height, int width, double[] minima, double[] maxima) {
    int channels = minima.length;
    byte[] bytes = new byte[values.length];
    int plane = height * width;
    for (int c = 0; c < channels; c++) {
      for (int i = 0; i < plane; i++) {
        double unit = (values[c * plane + i] - minima[c]) / (maxima[c] - minima[c]);
        bytes[i * channels + c] = (byte) Math.round(255 * Math.min(1, Math.max(0, unit)));
      }
    }
    return new Pixels(width, height, channels, Base64.getEncoder().encodeToString(bytes));
  }

  /** The samples, a new array. */
  public byte[] bytes() {
    return Base64.getDecoder().decode(data);
  }
}
