package io.sextant.evaluation;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apiguardian.api.API;

/**
 * Receives the progress of a run; called from worker threads, one call at a time.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface Progress {
  /** Ignores everything. */
  Progress SILENT =
      new Progress() {
        @Override
        public void phase(String name) {}

        @Override
        public void advanced(String what, int done, int total, Optional<Duration> remaining) {}
      };

  /** A phase of the run begins. */
  void phase(String name);

  /** Something that a person should know happened, and the run goes on. */
  default void note(String what) {}

  /**
   * The model is open. Between two calls a run may compute for long, and this says that it does.
   *
   * @param passes made so far, which may be asked for at any time and from any thread
   */
  default void computing(LongSupplier passes) {}

  /**
   * Some units of the phase are done.
   *
   * @param what the unit that ended last
   * @param done units done, those of an earlier, interrupted run included
   * @param total units in all
   * @param remaining estimate of the time left in this phase, once there is one
   */
  void advanced(String what, int done, int total, Optional<Duration> remaining);

  /**
   * Something to know before the figures of a run are believed.
   *
   * @param text one sentence
   */
  default void remark(String text) {}
}
