package io.sextant.gradients.rules;

import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Parameter;
import java.util.List;
import org.apiguardian.api.API;

/**
 * A node in one pass over some rows: its values there, and runs of it on the engine. All arrays are
 * {@code [rows][values]}; those handed out are to be read only.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface NodePass {
  /** The node. */
  Node node();

  /** The values that it reads, at the points in question. */
  List<double[][]> inputs();

  /** Its value there. */
  double[][] output();

  /** The values that it reads at a reference, by number from 0. */
  List<double[][]> inputs(int reference);

  /** Its value at a reference. */
  double[][] output(int reference);

  /** Whether a value that it reads depends on the network's input. */
  boolean varies(int input);

  /** The values of one of its parameters. */
  double[] values(Parameter parameter);

  /** The node as it ran in this pass. */
  Run recorded();

  /**
   * Runs it on other values.
   *
   * @param change what becomes of its weights; {@link Change#NONE} unless it is linear
   * @param inputs in place of those that it reads, of the same shapes
   */
  Run run(Change change, List<double[][]> inputs);

  /**
   * A run that can be pulled back, until it is closed or the rule is done with the node.
   *
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  interface Run extends AutoCloseable {
    /** The value. */
    double[][] output();

    /**
     * The derivative of {@code <flow, output>} by each value that was read.
     *
     * @param flow of the output's shape
     */
    List<double[][]> pullback(double[][] flow);

    /** Gives its memory back early; rules with many runs of a node close each. */
    @Override
    void close();
  }
}
