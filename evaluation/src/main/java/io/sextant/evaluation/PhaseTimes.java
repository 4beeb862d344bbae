package io.sextant.evaluation;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** Wall time by phase. */
final class PhaseTimes {
  private final Instant started = Instant.now();
  private final Map<String, Long> millis = new TreeMap<>();
  private long last = System.nanoTime();

  /** The time since the last phase ended was this phase's. */
  void ended(String phase) {
    long now = System.nanoTime();
    millis.merge(phase, (now - last) / 1_000_000, Long::sum);
    last = now;
  }

  Instant started() {
    return started;
  }

  /** Milliseconds by phase. */
  Map<String, Long> millis() {
    return Collections.unmodifiableMap(millis);
  }
}
