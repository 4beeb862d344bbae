package io.sextant.gradients.engine;

import io.sextant.gradients.graph.Moments;
import io.sextant.gradients.graph.Parameter;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * Buffers and state for running a program, used by one thread at a time.
 *
 * <p>All buffers are direct, in native byte order, and hold rows of the program's precision from
 * position 0. A session keeps the tape of its last {@link #record}; it serves any number of
 * pullbacks until the next forward. In steady state nothing native is allocated.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface Session extends AutoCloseable {
  /**
   * Computes logits and keeps no tape.
   *
   * @param input {@code [rows, input values]}; not modified
   * @param rows from 1 to the session's capacity
   * @param logits {@code [rows, classes]}; written
   */
  void forward(ByteBuffer input, int rows, ByteBuffer logits);

  /**
   * Computes logits and keeps the tape.
   *
   * @param input {@code [rows, input values]}; not modified
   * @param rows from 1 to the session's capacity
   * @param logits {@code [rows, classes]}; written
   */
  void record(ByteBuffer input, int rows, ByteBuffer logits);

  /**
   * The gradient of {@code <cotangent, logits>} with respect to a node's value.
   *
   * @param cotangent {@code [rows, classes]}; not modified
   * @param node index of the node; 0 is the input
   * @param gradient {@code [rows, values of the node]}; written
   * @throws IllegalStateException when nothing was recorded
   */
  void pullback(ByteBuffer cotangent, int node, ByteBuffer gradient);

  /**
   * The value of a node in the recorded forward pass.
   *
   * @param node index of the node
   * @param value {@code [rows, values of the node]}; written
   * @throws IllegalStateException when nothing was recorded
   */
  void activation(int node, ByteBuffer value);

  /**
   * Sets what all later calls run with, until it is bound again; forgets the tape. Nothing is
   * compiled anew.
   *
   * @param binding fits the graph, see {@link Binding#requireFits}
   * @throws IllegalArgumentException when the engine cannot do so
   */
  default void bind(Binding binding) {
    if (!binding.isNone()) {
      throw new IllegalArgumentException(
          "this engine runs a graph only with the parameters that it was compiled with; choose engine nd4j");
    }
  }

  /**
   * The gradient of {@code <cotangent, logits>} with respect to the parameters that {@link #bind}
   * named, and to the input when wanted.
   *
   * @param cotangent {@code [rows, classes]}; not modified
   * @param gradient {@code [rows, input values]}, written; empty when the input's is not wanted
   * @return the gradient of each parameter, of its size in row-major order
   * @throws IllegalStateException when nothing was recorded
   */
  default Map<Parameter, double[]> pullbackToParameters(
      ByteBuffer cotangent, Optional<ByteBuffer> gradient) {
    throw new IllegalArgumentException(
        "this engine has no gradients of parameters; choose engine nd4j");
  }

  /**
   * The batch's own statistics at a batch normalisation that uses them, before they are mixed with
   * the stored ones, in the last forward pass.
   *
   * @param node index of the node
   * @return found as its {@link io.sextant.gradients.graph.Statistics} say
   */
  default Moments moments(int node) {
    throw new IllegalArgumentException(
        "this engine has no statistics of batches; choose engine nd4j");
  }

  /** Frees the buffers. */
  @Override
  void close();
}
