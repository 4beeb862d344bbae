package io.sextant.gradients.nd4j;

import io.sextant.gradients.graph.Moments;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Weights;
import java.util.Map;

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

  /** Takes values of parameters in place of its own, from the next forward on. */
  default void bind(Weights bound) {}

  /**
   * Adds the gradients of its parameters to those that are gathered.
   *
   * @param rows how many rows
   * @param output the gradient at the node's value
   * @param into the gradient so far of each parameter that is wanted
   */
  default void addGradients(int rows, Block output, Map<Parameter, double[]> into) {}

  /** The statistics of the batch in the last forward, where it uses them. */
  default Moments moments() {
    throw new IllegalArgumentException("only a batch normalisation has statistics");
  }

  /** Frees what the kernel allocated. */
  default void close() {}
}
