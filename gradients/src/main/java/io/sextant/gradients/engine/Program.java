package io.sextant.gradients.engine;

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
   * @return a session for one thread at a time
   */
  Session open(int capacity);

  /** Frees the native copies of the weights. */
  @Override
  void close();
}
