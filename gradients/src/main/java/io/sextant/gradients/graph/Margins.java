package io.sextant.gradients.graph;

import org.apiguardian.api.API;

/**
 * Rows and columns on the four sides of an image.
 *
 * @param top rows above, at least 0
 * @param bottom rows below, at least 0
 * @param left columns to the left, at least 0
 * @param right columns to the right, at least 0
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Margins(int top, int bottom, int left, int right) {
  /** Nothing on any side. */
  public static final Margins NONE = new Margins(0, 0, 0, 0);

  public Margins {
    if (top < 0 || bottom < 0 || left < 0 || right < 0) {
      throw new IllegalArgumentException(
          "margins must not be negative but were %d, %d, %d, %d"
              .formatted(top, bottom, left, right));
    }
  }

  /** True when opposite sides are equal. */
  public boolean symmetric() {
    return top == bottom && left == right;
  }
}
