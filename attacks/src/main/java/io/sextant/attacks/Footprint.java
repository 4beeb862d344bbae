package io.sextant.attacks;

import org.apiguardian.api.API;

/**
 * The only part of an input that an attack changes: a rectangle of its grid, over all channels. It
 * is declared here and checked elsewhere, by code that does not know the attack.
 *
 * @param tall height, at least 1; 1 for series and vectors
 * @param wide width, at least 1
 * @param row of the upper left corner; below 0 for any
 * @param column of the same; below 0 for any
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Footprint(int tall, int wide, int row, int column) {
  public Footprint {
    if (tall < 1 || wide < 1) {
      throw new IllegalArgumentException(
          "a footprint must be at least 1 by 1 but was %d by %d".formatted(tall, wide));
    }
  }

  /** A rectangle at any place. */
  public static Footprint anywhere(int tall, int wide) {
    return new Footprint(tall, wide, -1, -1);
  }

  /** A rectangle at one place, moved into the input where it reaches out. */
  public static Footprint at(int tall, int wide, int row, int column) {
    return new Footprint(tall, wide, row, column);
  }
}
