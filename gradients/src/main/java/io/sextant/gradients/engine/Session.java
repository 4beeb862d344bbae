package io.sextant.gradients.engine;

import java.nio.ByteBuffer;
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

  /** Frees the buffers. */
  @Override
  void close();
}
