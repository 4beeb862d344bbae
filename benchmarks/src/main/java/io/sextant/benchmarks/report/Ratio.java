package io.sextant.benchmarks.report;

import java.util.Locale;

/**
 * How many times faster one library is than another.
 *
 * @param value the median over the rounds of the ratio of the two medians of a round
 * @param low the smallest ratio of a round
 * @param high the largest ratio of a round
 * @param rounds number of rounds
 */
public record Ratio(double value, double low, double high, int rounds) {
  /** The value, with the range where there is more than one round. */
  public String text() {
    return rounds == 1
        ? "%sx".formatted(number(value))
        : "%sx (%s to %s)".formatted(number(value), number(low), number(high));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.1f", value);
  }
}
