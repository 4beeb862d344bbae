package io.sextant.cli;

import io.sextant.evaluation.Progress;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Progress on the error stream, so that the output stream stays clean for results. While a unit of
 * work takes long, a line now and then says that passes are made; one that hangs stays silent, and
 * so whoever waits can tell the two apart.
 */
final class Console implements Progress, AutoCloseable {
  private static final long QUIET_NANOS = 1_000_000_000L;
  private static final long PULSE_NANOS = 30_000_000_000L;

  private final PrintWriter err;
  private final LongSupplier clock;
  private long lastLine;
  private @Nullable Thread pulse;
  private LongSupplier passes = () -> 0;
  private long told;

  Console(PrintWriter err) {
    this(err, System::nanoTime);
  }

  Console(PrintWriter err, LongSupplier clock) {
    this.err = err;
    this.clock = clock;
    lastLine = clock.getAsLong();
  }

  @Override
  public synchronized void phase(String name) {
    lastLine = clock.getAsLong();
    err.println(name);
    err.flush();
  }

  @Override
  public synchronized void note(String what) {
    err.println("  note: " + what);
    err.flush();
  }

  @Override
  public synchronized void computing(LongSupplier passes) {
    this.passes = passes;
    told = 0;
    if (pulse == null) {
      pulse = new Thread(this::beat, "sextant-pulse");
      pulse.setDaemon(true);
      pulse.start();
    }
  }

  @Override
  public synchronized void advanced(
      String what, int done, int total, Optional<Duration> remaining) {
    long now = clock.getAsLong();
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

  /** Says that the run makes progress, if it does and nothing was said for long. */
  synchronized void pulse() {
    if (clock.getAsLong() - lastLine < PULSE_NANOS) {
      return;
    }
    long now = passes.getAsLong();
    if (now != told) {
      told = now;
      lastLine = clock.getAsLong();
      err.printf(Locale.ROOT, "  at work, %,d passes so far%n", now);
      err.flush();
    }
  }

  private void beat() {
    try {
      while (true) {
        Thread.sleep(1000);
        pulse();
      }
    } catch (InterruptedException e) {
      // Closed: nothing is left to tell of.
      return;
    }
  }

  @Override
  public synchronized void close() {
    if (pulse != null) {
      pulse.interrupt();
    }
  }

  @Override
  public synchronized void remark(String text) {
    err.println("warning: " + text);
    err.flush();
  }
}
