package io.sextant.gradients.engine;

import java.util.List;
import org.apiguardian.api.API;

/**
 * A compiled graph: immutable and shared.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface Program extends AutoCloseable {
  /**
   * A place to run it, with buffers of its own.
   *
   * @param capacity the largest number of examples in one call, at least 1
   * @param nativeThreads how many native threads one call may use, 1 unless {@link #sharesCalls()}
   * @return a session for one thread at a time
   */
  Session open(int capacity, int nativeThreads);

  /** Whether one call can be spread over several native threads. */
  default boolean sharesCalls() {
    return false;
  }

  /**
   * How many of the rows that wait should go into the next call. Rows that one call leaves over go
   * into later ones, perhaps on other threads, so the answer must depend on nothing but the number.
   *
   * @param waiting at least 1
   * @return from 1 to {@code waiting}
   */
  default int nextCall(int waiting) {
    return waiting;
  }

  /** The names of the nodes that another engine runs for this one, in the graph's order. */
  default List<String> fallbacks() {
    return List.of();
  }

  /** Frees the native copies of the weights. */
  @Override
  void close();
}
