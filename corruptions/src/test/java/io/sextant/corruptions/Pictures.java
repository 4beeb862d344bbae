package io.sextant.corruptions;

import io.sextant.corruptions.image.Image;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.graph.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Images to corrupt. */
public final class Pictures {
  private Pictures() {}

  /** One pixel of 1 in the middle of black. */
  public static Image impulse(int side) {
    double[] row = new double[side * side];
    row[side / 2 * side + side / 2] = 1;
    return Image.of(Shape.of(side, side), row);
  }

  /** The same value everywhere. */
  public static Image flat(int channels, int height, int width, double value) {
    return Image.of(Shape.of(channels, height, width), new double[channels * height * width])
        .with((c, y, x) -> value);
  }

  /** Soft shapes on black, somewhat like a photograph: smooth patches with edges. */
  public static Image scene(int channels, int height, int width, long seed) {
    RandomGenerator random = RandomKey.of(seed).random();
    int shapes = 4;
    double[][] at = new double[shapes][4];
    double[][] paint = new double[shapes][channels];
    for (int s = 0; s < shapes; s++) {
      for (int i = 0; i < 4; i++) {
        at[s][i] = random.nextDouble();
      }
      for (int c = 0; c < channels; c++) {
        paint[s][c] = 0.2 + 0.7 * random.nextDouble();
      }
    }
    return flat(channels, height, width, 0)
        .with(
            (c, y, x) -> {
              double value = 0.05;
              for (int s = 0; s < shapes; s++) {
                double down = (double) y / height - (0.25 + 0.5 * at[s][0]);
                double right = (double) x / width - (0.25 + 0.5 * at[s][1]);
                double size = 0.1 + 0.25 * at[s][2];
                if (Math.max(Math.abs(down), Math.abs(right)) < size) {
                  value = paint[s][c] * (0.7 + 0.3 * Math.cos(6 * (down + at[s][3] * right)));
                }
              }
              return value;
            });
  }

  /** Every channel as the only one of a grey image. */
  public static Image coloured(Image grey, int channels) {
    return flat(channels, grey.height(), grey.width(), 0).with((c, y, x) -> grey.at(0, y, x));
  }

  /** As a list, for assertions. */
  public static List<Double> list(double... values) {
    return Arrays.stream(values).boxed().toList();
  }

  /** Mean absolute difference of the values. */
  public static double change(Image a, Image b) {
    double[] from = a.values();
    double[] to = b.values();
    double sum = 0;
    for (int i = 0; i < from.length; i++) {
      sum += Math.abs(from[i] - to[i]);
    }
    return sum / from.length;
  }
}
