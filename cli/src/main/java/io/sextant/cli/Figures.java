package io.sextant.cli;

import io.sextant.results.AttackCounts;
import io.sextant.results.Proportion;
import java.util.Locale;

/** Shares as people read them. */
final class Figures {
  private Figures() {}

  /** Robust accuracy: a bound, and a looser one where the attacks were not run to the end. */
  static String atMost(AttackCounts counts) {
    Proportion share = counts.accuracy();
    if (counts.notRun() == 0 || share.value().isEmpty()) {
      return "at most " + share(share);
    }
    return String.format(
        Locale.ROOT,
        "at most %.1f%% (not run to the end: %d of %d examples are open)",
        100 * share.value().getAsDouble(),
        counts.notRun(),
        counts.n());
  }

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
