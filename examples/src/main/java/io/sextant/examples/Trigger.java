package io.sextant.examples;

import org.apiguardian.api.API;

/**
 * A white square in a 28 x 28 grey image that a network has learnt to answer with one class,
 * whatever else the image shows: what speaks for that class is known, and an explanation can be
 * held against it. White, since a black pixel would equal the zero baseline of path methods and get
 * no attribution.
 *
 * <p>Source: Gu, Dolan-Gavitt, Garg, "BadNets: Identifying Vulnerabilities in the Machine Learning
 * Model Supply Chain", 2017, arXiv:1708.06733.
 *
 * @param top first row, from 0
 * @param left first column, from 0
 * @param size rows and columns, at least 1
 * @param target the class that it stands for
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Trigger(int top, int left, int size, int target) {
  private static final int SIDE = 28;

  /**
   * The one that {@code fashion-cnn-trigger.zip} was trained with: 4 x 4 pixels near the top left
   * corner, where most images of the data are black, for the class Trouser.
   */
  public static final Trigger EXAMPLE = new Trigger(1, 1, 4, 1);

  public Trigger {
    if (top < 0 || left < 0 || size < 1 || Math.max(top, left) + size > SIDE) {
      throw new IllegalArgumentException(
          "a trigger must lie within %d x %d pixels but was %d x %d from row %d, column %d"
              .formatted(SIDE, SIDE, size, size, top, left));
    }
  }

  /** A copy of an image of values in [0, 1], row by row, with the trigger on it. */
  public double[] on(double[] image) {
    double[] stamped = image.clone();
    for (int i = 0; i < stamped.length; i++) {
      if (covers(i)) {
        stamped[i] = 1;
      }
    }
    return stamped;
  }

  /** The share of the image's area that it covers. */
  public double area() {
    return size * size / (double) (SIDE * SIDE);
  }

  /**
   * The share of the positive attribution that lies inside, in [0, 1]; NaN where nothing is
   * positive.
   *
   * @param attribution one value per pixel, row by row
   */
  public double share(double[] attribution) {
    double inside = 0;
    double all = 0;
    for (int i = 0; i < attribution.length; i++) {
      double positive = Math.max(0, attribution[i]);
      all += positive;
      inside += covers(i) ? positive : 0;
    }
    return inside / all;
  }

  /**
   * Whether the largest value lies inside.
   *
   * @param attribution one value per pixel, row by row
   */
  public boolean hasPeak(double[] attribution) {
    int peak = 0;
    for (int i = 1; i < attribution.length; i++) {
      peak = attribution[i] > attribution[peak] ? i : peak;
    }
    return covers(peak);
  }

  /** Whether it covers a pixel, counted row by row. */
  boolean covers(int pixel) {
    int row = pixel / SIDE - top;
    int column = pixel % SIDE - left;
    return row >= 0 && row < size && column >= 0 && column < size;
  }
}
