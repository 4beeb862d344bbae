package io.sextant.gradients.dl4j;

import java.util.List;
import org.apiguardian.api.API;

/**
 * How far a service's gradients can be trusted for a model.
 *
 * @param logitParityError largest difference between the service's logits and the network's own
 *     inference, relative to the size of the logits
 * @param finiteDifferenceError relative difference between directional derivatives and finite
 *     differences of the service's logits, in double: the median over directions, since a direction
 *     may cross a kink
 * @param batchIndependenceError largest relative difference between the gradient of a row alone and
 *     in a batch
 * @param zeroGradientShare share of gradient entries that are exactly zero
 * @param finiteLogits whether all logits were finite
 * @param ok whether all errors are below their limits
 * @param messages what a person should know
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record HealthReport(
    double logitParityError,
    double finiteDifferenceError,
    double batchIndependenceError,
    double zeroGradientShare,
    boolean finiteLogits,
    boolean ok,
    List<String> messages) {
  public HealthReport {
    messages = List.copyOf(messages);
  }
}
