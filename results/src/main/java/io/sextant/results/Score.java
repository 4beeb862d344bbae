package io.sextant.results;

import java.util.OptionalDouble;
import org.apiguardian.api.API;

/**
 * How one example stands in a figure.
 *
 * @param sample 0-based row of the data
 * @param standing what is known
 * @param distance at which it broke, under a condition that has a norm
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Score(int sample, Standing standing, OptionalDouble distance) {
  public Score {
    Check.notNegative("sample", sample);
    Check.finite("distance", distance);
    if (distance.isPresent() && standing != Standing.BROKEN) {
      throw new IllegalArgumentException(
          "sample %d: distance must be given only when broken but was %s with %s"
              .formatted(sample, distance, standing));
    }
  }

  public static Score of(int sample, Standing standing) {
    return new Score(sample, standing, OptionalDouble.empty());
  }

  /**
   * What is known about an example.
   *
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public enum Standing {
    /** Right, and held against everything planned. */
    GOOD,
    /** Wrong without an attack. */
    WRONG,
    /** Right, then broken. */
    BROKEN,
    /** Right so far, but not everything planned was run. */
    OPEN
  }
}
