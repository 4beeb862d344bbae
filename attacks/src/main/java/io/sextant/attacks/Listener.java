package io.sextant.attacks;

import org.apiguardian.api.API;

/**
 * Hears how far an attack has got, in the thread that runs it.
 *
 * @since 0.1
 */
@FunctionalInterface
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface Listener {
  /** Ignores everything. */
  Listener NONE = (settled, total) -> {};

  /**
   * Some examples have their result.
   *
   * @param settled how many so far; never falls, and ends at the total
   * @param total examples of the run
   */
  void advanced(int settled, int total);

  /**
   * An example has its result; told before it is counted.
   *
   * @param result nothing that follows changes it
   */
  default void finished(ExampleResult result) {}
}
