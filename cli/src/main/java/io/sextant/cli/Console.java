package io.sextant.cli;

import io.sextant.evaluation.Progress;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Progress on the error stream, so that the output stream stays clean for results. */
final class Console implements Progress {
  private static final long QUIET_NANOS = 1_000_000_000L;

  private final PrintWriter err;
  private long lastLine;

  Console(PrintWriter err) {
    this.err = err;
  }

  @Override
  public synchronized void phase(String name) {
    err.println(name);
    err.flush();
  }

  @Override
  public synchronized void note(String what) {
    err.println("  note: " + what);
    err.flush();
  }

  @Override
  public synchronized void advanced(
      String what, int done, int total, Optional<Duration> remaining) {
    long now = System.nanoTime();
    if (done < total && now - lastLine < QUIET_NANOS) {
      return;
    }
    lastLine = now;
    err.printf(
        Locale.ROOT,
        "  %d of %d (%s)%s%n",
        done,
        total,
        what,
        remaining
            .filter(left -> !left.isZero())
            .map(left -> ", about %d s left".formatted(Math.max(1, left.toSeconds())))
            .orElse(""));
    err.flush();
  }
}
