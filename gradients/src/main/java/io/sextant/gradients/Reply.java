package io.sextant.gradients;

import java.util.List;
import org.apiguardian.api.API;

/**
 * The answer to a {@link Query}. Its arrays belong to whoever asked.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public sealed interface Reply {
  /** The logits at the point, {@code [classes]}. */
  double[] logits();

  /** The class decided for at the point; -1 when a logit is not finite. */
  default int decision() {
    return io.sextant.gradients.Logits.decision(logits());
  }

  /**
   * To {@link Query.Logits}.
   *
   * @param logits at the point
   */
  record Logits(double[] logits) implements Reply {}

  /**
   * To {@link Query.Gradient}.
   *
   * @param logits at the point
   * @param value the objective there
   * @param gradient of the objective by the input, {@code [input values]}
   */
  record Gradient(double[] logits, double value, double[] gradient) implements Reply {}

  /**
   * To {@link Query.Jacobian}.
   *
   * @param logits at the point
   * @param gradients {@code [classes asked for][input values]}, in the order asked
   */
  record Jacobian(double[] logits, double[][] gradients) implements Reply {}

  /**
   * To {@link Query.Layer}.
   *
   * @param logits at the point
   * @param value the objective there
   * @param activation the layer's output, {@code [values of the layer]}
   * @param gradient of the objective by the layer's output, {@code [values of the layer]}
   */
  record Layer(double[] logits, double value, double[] activation, double[] gradient)
      implements Reply {}

  /**
   * To {@link Query.Activation}.
   *
   * @param logits at the point
   * @param activation the layer's output, {@code [values of the layer]}
   */
  record Activation(double[] logits, double[] activation) implements Reply {}

  /**
   * To {@link Query.Ruled}.
   *
   * @param logits at the point
   * @param references the logits at each reference
   * @param flow what came back to the input, {@code [input values]}
   * @param forwards what it counts as
   * @param backwards what it counts as
   */
  record Ruled(
      double[] logits, List<double[]> references, double[] flow, long forwards, long backwards)
      implements Reply {}
}
