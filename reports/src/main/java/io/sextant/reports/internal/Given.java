package io.sextant.reports.internal;

/** What pictures ask of what they are given. */
final class Given {
  private Given() {}

  static void finite(String what, double... values) {
    for (double value : values) {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException(
            "every %s must be finite to be drawn but one was %s".formatted(what, value));
      }
    }
  }

  static void oneEach(String what, int names, int values) {
    if (names != values) {
      throw new IllegalArgumentException(
          "there must be one %s per name but there were %d and %d".formatted(what, values, names));
    }
  }
}
