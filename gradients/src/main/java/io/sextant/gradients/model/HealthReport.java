package io.sextant.gradients.model;

import java.util.List;
import java.util.OptionalDouble;
import org.apiguardian.api.API;

/**
 * What {@link HealthCheck} found.
 *
 * @param logitParityError largest difference between the service's logits and the network's own, by
 *     the largest of the latter; at most {@link HealthCheck#PARITY}
 * @param finiteDifferenceError median relative difference between directional derivatives in double
 *     and finite differences; at most {@link HealthCheck#FINITE_DIFFERENCE}; empty where the model
 *     has no gradients
 * @param batchIndependenceError largest relative difference between a row's gradient alone and in a
 *     batch, or its logits where the model has no gradients; at most {@link
 *     HealthCheck#BATCH_INDEPENDENCE}
 * @param zeroGradientShare share of input-gradient entries that are exactly 0, from 0 to 1; above
 *     {@link HealthCheck#ZERO_GRADIENTS} it is a warning, never a failure; empty where the model
 *     has no gradients
 * @param finiteLogits whether all logits were finite numbers; when not, the errors are infinite
 * @param ok whether gradients, or answers where there are none, can be relied on
 * @param messages one sentence per failure and warning, for people
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record HealthReport(
    double logitParityError,
    OptionalDouble finiteDifferenceError,
    double batchIndependenceError,
    OptionalDouble zeroGradientShare,
    boolean finiteLogits,
    boolean ok,
    List<String> messages) {
  public HealthReport {
    messages = List.copyOf(messages);
  }

  /**
   * This report, if gradients can be relied on.
   *
   * @throws IllegalArgumentException when they cannot, with the first finding, in one line
   */
  public HealthReport requireOk() {
    if (!ok) {
      throw new IllegalArgumentException("the model's health is NOT OK: " + messages.get(0));
    }
    return this;
  }

  /** The largest error as a share of its limit: above 1 where the check failed. */
  public double shareOfLimit() {
    return Math.max(
        logitParityError / HealthCheck.PARITY,
        Math.max(
            finiteDifferenceError.orElse(0) / HealthCheck.FINITE_DIFFERENCE,
            batchIndependenceError / HealthCheck.BATCH_INDEPENDENCE));
  }
}
