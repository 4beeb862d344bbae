package io.sextant.attacks;

import java.util.Optional;
import org.apiguardian.api.API;

/**
 * Hears how far an attack has got, in the thread that runs it, and may say where an interrupted one
 * stood.
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

  /**
   * Between two runs the search around an example stands here; told from any thread, and for one
   * example in order. Only the latest counts.
   */
  default void reached(Bookmark bookmark) {}

  /**
   * Where the search around an example stood when the same attack, with the same seed, threat and
   * examples, was interrupted. It goes on from there.
   *
   * @param id the example's
   */
  default Optional<Bookmark> bookmark(long id) {
    return Optional.empty();
  }
}
