package io.sextant.cli;

import io.sextant.results.AttackCounts;
import io.sextant.results.Percent;
import io.sextant.results.Proportion;

/** Shares as people read them. */
final class Figures {
  private Figures() {}

  /** Robust accuracy: a bound, and a looser one where the attacks were not run to the end. */
  static String atMost(AttackCounts counts) {
    Proportion share = counts.accuracy();
    if (counts.notRun() == 0 || share.value().isEmpty()) {
      return "at most " + share(share);
    }
    return "at most %s (not run to the end: %s of %s examples are open)"
        .formatted(Percent.of(share), counts.notRun(), counts.n());
  }

  static String share(Proportion share) {
    if (share.value().isEmpty()) {
      return "not measured";
    }
    return "%s (95%% interval %s%% to %s%%, n = %s)"
        .formatted(
            Percent.of(share),
            Percent.low(share.interval()),
            Percent.high(share.interval()),
            share.n());
  }
}
