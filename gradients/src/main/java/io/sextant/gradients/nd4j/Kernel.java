package io.sextant.gradients.nd4j;

/**
 * One operation bound to its buffers.
 *
 * <p>A pullback writes, never adds: the session sums where a value has several readers.
 */
interface Kernel {
  /** Computes the node's value from its inputs' for the first rows. */
  void forward(int rows);

  /**
   * Pulls the gradient at the node back to one of its inputs, using the values of the last forward.
   *
   * @param rows how many rows
   * @param slot which input
   * @param output the gradient at the node's value
   * @param input written with the gradient at that input
   */
  void pullback(int rows, int slot, Block output, Block input);

  /** Frees what the kernel allocated. */
  default void close() {}
}
