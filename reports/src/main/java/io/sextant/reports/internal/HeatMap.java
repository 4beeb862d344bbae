package io.sextant.reports.internal;

import io.sextant.results.Pixels;
import java.util.Arrays;
import org.apiguardian.api.API;

/**
 * One number per pixel as colours: signed ones symmetric about zero, magnitudes from zero. What the
 * ends of the colours stand for is given, so that several maps can share it.
 *
 * @param values {@code [height * width]}
 * @param scale what the ends of the colours stand for
 * @param signed whether there are two ends
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record HeatMap(float[] values, double scale, boolean signed) {
  /** How much of its colour the strongest value has over the input. */
  private static final double STRONGEST = 0.9;

  private static final double PERCENTILE = 0.99;

  /** A map with a scale of its own. */
  public static HeatMap of(float[] values) {
    return new HeatMap(values, scale(values), isSigned(values));
  }

  /** Two maps on one scale. */
  public record Pair(HeatMap first, HeatMap second) {}

  /** Two maps that share their scale, and their colours. */
  public static Pair pair(float[] first, float[] second) {
    double scale = scale(first, second);
    boolean signed = isSigned(first) || isSigned(second);
    return new Pair(new HeatMap(first, scale, signed), new HeatMap(second, scale, signed));
  }

  /** Whether a map has values below 0. */
  static boolean isSigned(float[] values) {
    for (float value : values) {
      if (value < 0) {
        return true;
      }
    }
    return false;
  }

  /** One map for people: the sum over the channels of an image. */
  public static float[] plane(float[] values, Pixels size) {
    int pixels = size.width() * size.height();
    float[] sum = new float[pixels];
    for (int i = 0; i < values.length; i++) {
      sum[i % pixels] += values[i];
    }
    return sum;
  }

  /**
   * What the ends of a scale for maps stand for: the 99th percentile of their magnitudes, so that
   * one pixel does not set it, or the largest where that is 0.
   */
  static double scale(float[]... maps) {
    int count = Arrays.stream(maps).mapToInt(map -> map.length).sum();
    double[] magnitudes = new double[count];
    int at = 0;
    for (float[] map : maps) {
      for (float value : map) {
        magnitudes[at++] = Math.abs(value);
      }
    }
    Arrays.sort(magnitudes);
    double percentile = magnitudes[(int) Math.ceil(PERCENTILE * count) - 1];
    return percentile > 0 ? percentile : magnitudes[count - 1];
  }

  /** The map alone, {@code [height * width * 3]} bytes. */
  public byte[] alone() {
    byte[] colours = new byte[3 * values.length];
    for (int i = 0; i < values.length; i++) {
      paint(colours, i, colour(unit(i)));
    }
    return colours;
  }

  /** The map on its input: the larger a value, the more of its colour. */
  public byte[] over(Pixels input) {
    byte[] own = input.bytes();
    byte[] colours = alone();
    for (int i = 0; i < values.length; i++) {
      double grey = 0;
      for (int c = 0; c < input.channels(); c++) {
        grey += (own[i * input.channels() + c] & 0xFF) / (double) input.channels();
      }
      double share = STRONGEST * Math.abs(unit(i));
      for (int c = 3 * i; c < 3 * i + 3; c++) {
        colours[c] = (byte) Math.round(share * (colours[c] & 0xFF) + (1 - share) * grey);
      }
    }
    return colours;
  }

  private double unit(int i) {
    return scale == 0 ? 0 : Math.max(-1, Math.min(1, values[i] / scale));
  }

  private int colour(double unit) {
    return signed ? Colours.sign(unit) : Colours.magnitude(unit);
  }

  static void paint(byte[] colours, int pixel, int colour) {
    colours[3 * pixel] = (byte) (colour >> 16);
    colours[3 * pixel + 1] = (byte) (colour >> 8);
    colours[3 * pixel + 2] = (byte) colour;
  }
}
