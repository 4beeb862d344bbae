package io.sextant.benchmarks.report;

import java.util.Locale;

/** Numbers as they stand in tables. */
final class Figures {
  private Figures() {}

  /** Three significant digits at most, without an exponent. */
  static String millis(double value) {
    String format = value < 1 ? "%.3f" : value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f";
    return String.format(Locale.ROOT, format, value);
  }

  /** A series in seconds, with its range where there is more than one round. */
  static String seconds(Series series) {
    double[] range = series.range();
    String median = millis(series.median() / 1000);
    return range[0] == range[1]
        ? median
        : "%s (%s to %s)".formatted(median, millis(range[0] / 1000), millis(range[1] / 1000));
  }

  static String mebibytes(long bytes) {
    return "%d MiB".formatted(Math.round(bytes / (1024.0 * 1024)));
  }

  static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f%%", share * 100);
  }

  static String giga(double value) {
    return String.format(Locale.ROOT, value < 1e10 ? "%.3f" : "%.0f", value / 1e9);
  }
}
