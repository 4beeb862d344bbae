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
