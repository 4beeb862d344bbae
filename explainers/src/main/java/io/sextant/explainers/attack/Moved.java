package io.sextant.explainers.attack;

import org.apiguardian.api.API;

/**
 * What an attack on an explanation found for one example.
 *
 * @param id of the example
 * @param input {@code [input values]}; the clean input where nothing moved the explanation
 * @param before the explanation of the clean input, {@code [values]}
 * @param after the explanation of {@code input}, of the same class
 * @param value what was made large, there
 * @param cleanValue what was made large, of the clean input
 * @param distance of the inputs in the attack's norm, in units of scale
 * @param outputChange how far the probability of the explained class moved
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Moved(
    long id,
    double[] input,
    double[] before,
    double[] after,
    double value,
    double cleanValue,
    double distance,
    double outputChange) {
  /** Whether the explanation moved as was wanted. */
  public boolean changed() {
    return value > cleanValue;
  }
}
