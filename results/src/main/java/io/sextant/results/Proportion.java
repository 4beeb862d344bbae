package io.sextant.results;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.util.OptionalDouble;
import org.apiguardian.api.API;

/**
 * An exact share: so many of so many. Its value and its 95% Wilson interval are written to JSON for
 * readers and recomputed when read.
 *
 * @param count in [0, {@code n}]
 * @param n at least 0
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Proportion(int count, int n) {
  public Proportion {
    if (count < 0 || count > n) {
      throw new IllegalArgumentException("count must be in [0, %d] but was %d".formatted(n, count));
    }
  }

  /** The share, absent when there is nothing to divide by. */
  @JsonProperty(access = JsonProperty.Access.READ_ONLY)
  public OptionalDouble value() {
    return n == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) count / n);
  }

  /** The 95% Wilson interval. */
  @JsonProperty(access = JsonProperty.Access.READ_ONLY)
  public Interval interval() {
    return Wilson.interval(count, n);
  }

  /**
   * Compares this share with a limit exactly: below 0 when it is less. {@code n} must be above 0.
   */
  public int compareTo(BigDecimal limit) {
    return BigDecimal.valueOf(count).compareTo(limit.multiply(BigDecimal.valueOf(n)));
  }
}
