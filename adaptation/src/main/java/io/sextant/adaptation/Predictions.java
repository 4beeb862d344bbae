package io.sextant.adaptation;

import io.sextant.gradients.Logits;
import io.sextant.methods.Passes;
import java.util.Arrays;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * What an adapted model says of a batch, and what happened on the way.
 *
 * @param logits {@code [rows][classes]}; their softmax are the probabilities
 * @param alarm why the alarm sounded at this batch; empty when it did not, or there is none
 * @param reset whether the stream went back to the trained model at this batch, by the method or by
 *     the alarm
 * @param drift Euclidean distance of the adapted parameters from where they began
 * @param passes forwards and backwards of the method, in rows; the trained model's own forward,
 *     which the alarm asks for, is not among them
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Predictions(
    double[][] logits, Optional<String> alarm, boolean reset, double drift, Passes passes) {

  /** The class decided for in each row; -1 where a logit is not finite. */
  public int[] decisions() {
    return Arrays.stream(logits).mapToInt(Logits::decision).toArray();
  }

  /** {@code [rows][classes]}. */
  public double[][] probabilities() {
    return Arrays.stream(logits).map(Logits::probabilities).toArray(double[][]::new);
  }

  /** The mean entropy of the rows, in nats. */
  public double entropy() {
    return entropy(logits);
  }

  /** The mean entropy of rows, in nats. */
  public static double entropy(double[][] logits) {
    return Arrays.stream(logits).mapToDouble(Confidence::entropy).average().orElse(0);
  }
}
