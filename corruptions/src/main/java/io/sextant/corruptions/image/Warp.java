package io.sextant.corruptions.image;

import org.apiguardian.api.API;

/**
 * Where in an image each pixel of a warped one comes from, in pixels from the image's centre.
 * Between pixels, values are interpolated linearly.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@FunctionalInterface
public interface Warp {
  /** What stands outside the image. */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  enum Outside {
    /** Nothing: 0. */
    BLACK,
    /** The nearest pixel. */
    NEAREST
  }

  /**
   * Where a pixel comes from.
   *
   * @param down rows from the centre
   * @param right columns from the centre
   */
  Point source(double down, double right);

  /**
   * A place in an image.
   *
   * @param down rows from the centre
   * @param right columns from the centre
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  record Point(double down, double right) {}

  /** A linear map, then a shift. */
  static Warp affine(
      double downByDown,
      double downByRight,
      double rightByDown,
      double rightByRight,
      double down,
      double right) {
    return (y, x) ->
        new Point(
            downByDown * y + downByRight * x + down, rightByDown * y + rightByRight * x + right);
  }

  /** The warped image. */
  default Image of(Image image, Outside outside) {
    double middleRow = (image.height() - 1) / 2.0;
    double middleColumn = (image.width() - 1) / 2.0;
    Point[] sources = new Point[image.height() * image.width()];
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        Point from = source(y - middleRow, x - middleColumn);
        sources[y * image.width() + x] =
            new Point(from.down() + middleRow, from.right() + middleColumn);
      }
    }
    return image.with((c, y, x) -> sample(image, c, sources[y * image.width() + x], outside));
  }

  private static double sample(Image image, int channel, Point at, Outside outside) {
    int y = (int) Math.floor(at.down());
    int x = (int) Math.floor(at.right());
    double down = at.down() - y;
    double right = at.right() - x;
    double above =
        (1 - right) * value(image, channel, y, x, outside)
            + right * value(image, channel, y, x + 1, outside);
    double below =
        (1 - right) * value(image, channel, y + 1, x, outside)
            + right * value(image, channel, y + 1, x + 1, outside);
    return (1 - down) * above + down * below;
  }

  private static double value(Image image, int channel, int y, int x, Outside outside) {
    return switch (outside) {
      case BLACK -> image.black(channel, y, x);
      case NEAREST -> image.near(channel, y, x);
    };
  }
}
