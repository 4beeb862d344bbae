package io.sextant.benchmarks.contenders;

/** A network loaded into a library. */
public interface Computation extends AutoCloseable {
  /**
   * Fixes the batch to work on.
   *
   * @param rows {@code [rows][features]}
   * @param labels one class per row
   */
  Task task(double[][] rows, int[] labels);

  @Override
  void close();
}
