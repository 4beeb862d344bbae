package io.sextant.corruptions.weather;

import io.sextant.corruptions.image.Image;

/** A pixel across its channels. */
final class Colour {
  private Colour() {}

  /** The largest channel. */
  static double value(Image image, int row, int column) {
    double most = 0;
    for (int c = 0; c < image.channels(); c++) {
      most = Math.max(most, image.at(c, row, column));
    }
    return most;
  }

  /** The smallest channel. */
  static double least(Image image, int row, int column) {
    double least = 1;
    for (int c = 0; c < image.channels(); c++) {
      least = Math.min(least, image.at(c, row, column));
    }
    return least;
  }
}
