package io.sextant.adaptation;

import org.apiguardian.api.API;

/**
 * A batch after a forward pass and a pullback to the parameters.
 *
 * @param logits {@code [rows][classes]}
 * @param values the objective of each row, {@code [rows]}
 * @param weights of each row in the sum that was pulled back, {@code [rows]}
 * @param gradient of the weighted sum by the parameters, in the order of {@link LiveModel#scales()}
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Slope(double[][] logits, double[] values, double[] weights, double[] gradient) {
  /** Whether any row had a weight: else there is no slope to follow. */
  public boolean isFlat() {
    for (double weight : weights) {
      if (weight != 0) {
        return false;
      }
    }
    return true;
  }

  /** The weighted sum of the rows' objectives. */
  public double value() {
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += weights[i] * values[i];
    }
    return sum;
  }
}
