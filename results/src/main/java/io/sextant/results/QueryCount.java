package io.sextant.results;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.apiguardian.api.API;

/**
 * Passes through the model that one consumer spent.
 *
 * @param consumer attack, explainer or check
 * @param forwards forward passes, in examples
 * @param backwards backward passes, in examples
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record QueryCount(String consumer, long forwards, long backwards) {
  /**
   * What a forward pass costs of a gradient, which is a forward and a backward together. On
   * convolutional networks it is between 0.35 and 0.4.
   */
  public static final double FORWARD_SHARE = 0.4;

  public QueryCount {
    Check.notBlank("consumer", consumer);
    Check.notNegative("forwards", forwards);
    Check.notNegative("backwards", backwards);
  }

  /** The cost in gradients: one number for consumers that ask for different things. */
  @JsonProperty(access = JsonProperty.Access.READ_ONLY)
  public double gradients() {
    return gradients(forwards, backwards);
  }

  /** The cost of passes in gradients. */
  public static double gradients(long forwards, long backwards) {
    // Rounded: a sum of decimals must not show the digits of binary fractions.
    return Math.round((FORWARD_SHARE * forwards + (1 - FORWARD_SHARE) * backwards) * 10) / 10.0;
  }
}
