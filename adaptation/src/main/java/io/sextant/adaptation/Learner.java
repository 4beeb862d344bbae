package io.sextant.adaptation;

import org.apiguardian.api.API;

/**
 * A method in the midst of a stream: an immutable value that holds all that it has learnt. Taking
 * the same batch twice gives the same turn twice.
 *
 * @since 0.1
 */
@FunctionalInterface
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface Learner {
  /**
   * Predicts a batch, and learns from it.
   *
   * @param rows {@code [rows][input values]}, at least one; not modified
   */
  Turn take(double[][] rows);
}
