package io.sextant.gradients;

import org.apiguardian.api.API;

/**
 * Hears how far work on many examples has come.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@FunctionalInterface
public interface ExampleProgress {
  /** Ignores everything. */
  ExampleProgress SILENT = (done, total) -> {};

  /**
   * Some examples are finished.
   *
   * @param done examples finished so far
   * @param total examples in all
   */
  void finished(int done, int total);
}
