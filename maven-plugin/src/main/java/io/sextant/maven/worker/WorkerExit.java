package io.sextant.maven.worker;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * How a worker ended.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public sealed interface WorkerExit {
  /** How the worker's one-line complaint begins. */
  String COMPLAINT = "sextant: ";

  /** What Java says when native code crashes. */
  String CRASH = "A fatal error has been detected by the Java Runtime Environment";

  /**
   * By itself, or by a signal.
   *
   * @param code exit code
   * @param errors the last lines that it wrote to standard error, and any that reports a crash
   * @since 0.1
   */
  record Ended(int code, List<String> errors) implements WorkerExit {
    public Ended {
      errors = List.copyOf(errors);
    }

    /**
     * Whether native code crashed: without a core dump Java then ends with exit code 1, which is
     * also a verdict's.
     */
    public boolean crashed() {
      return errors.stream().anyMatch(line -> line.contains(CRASH));
    }

    /** What the worker says is wrong: its last line that begins with {@code sextant: }. */
    public Optional<String> complaint() {
      return errors.stream()
          .filter(line -> line.startsWith(COMPLAINT))
          .reduce((one, other) -> other)
          .map(line -> line.substring(COMPLAINT.length()));
    }
  }

  /**
   * Killed, as it took too long.
   *
   * @param limit that was set
   * @since 0.1
   */
  record TimedOut(Duration limit) implements WorkerExit {}

  /**
   * Killed, as it did not get on.
   *
   * @param limit without a line of it
   * @param last line that it said, perhaps none
   * @since 0.1
   */
  record Stalled(Duration limit, Optional<String> last) implements WorkerExit {}
}
