package io.sextant.cli;

import io.sextant.results.Proportion;
import java.util.Locale;

/** Shares as people read them. */
final class Figures {
  private Figures() {}

  static String share(Proportion share) {
    if (share.value().isEmpty()) {
      return "not measured";
    }
    return String.format(
        Locale.ROOT,
        "%.1f%% (95%% interval %.1f%% to %.1f%%, n = %d)",
        100 * share.value().getAsDouble(),
        100 * share.interval().low(),
        100 * share.interval().high(),
        share.n());
  }
}
