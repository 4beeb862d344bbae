package io.sextant.methods;

import io.sextant.results.QueryCount;
import org.apiguardian.api.API;

/**
 * Passes through the model.
 *
 * @param forwards examples run forward, at least 0
 * @param backwards gradients, at least 0
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Passes(long forwards, long backwards) {
  public Passes {
    if (forwards < 0 || backwards < 0) {
      throw new IllegalArgumentException(
          "passes must be at least 0 but were %d forward and %d backward"
              .formatted(forwards, backwards));
    }
  }

  /** The cost in gradients: one number for methods that ask for different things. */
  public double gradients() {
    return QueryCount.gradients(forwards, backwards);
  }

  /** So many times as much. */
  public Passes times(long count) {
    return new Passes(forwards * count, backwards * count);
  }

  /** Both together. */
  public Passes plus(Passes other) {
    return new Passes(forwards + other.forwards, backwards + other.backwards);
  }
}
