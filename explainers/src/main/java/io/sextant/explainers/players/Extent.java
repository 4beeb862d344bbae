package io.sextant.explainers.players;

import org.apiguardian.api.API;

/**
 * The size of a rectangle of values. Of an image it is measured in pixels and spans all channels;
 * of a sequence in steps and features; of a vector the height is 1.
 *
 * @param height at least 1
 * @param width at least 1
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Extent(int height, int width) {
  public Extent {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "height and width must be at least 1 but were %d and %d".formatted(height, width));
    }
  }

  /**
   * Reads {@code HxW}.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static Extent parse(String text) {
    int times = text.indexOf('x');
    return new Extent(
        Integer.parseInt(text.substring(0, Math.max(0, times))),
        Integer.parseInt(text.substring(times + 1)));
  }

  /** As {@link #parse} reads it. */
  public String text() {
    return height + "x" + width;
  }
}
