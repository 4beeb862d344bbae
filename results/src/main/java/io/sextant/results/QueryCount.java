package io.sextant.results;

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
  public QueryCount {
    Check.notBlank("consumer", consumer);
    Check.notNegative("forwards", forwards);
    Check.notNegative("backwards", backwards);
  }
}
