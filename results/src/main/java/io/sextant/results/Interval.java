package io.sextant.results;

import org.apiguardian.api.API;

/**
 * A closed interval of shares.
 *
 * @param low in [0, {@code high}]
 * @param high in [{@code low}, 1]
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Interval(double low, double high) {
  public Interval {
    Check.share("low", low);
    Check.share("high", high);
    if (low > high) {
      throw new IllegalArgumentException(
          "low must be <= high but they were %s and %s".formatted(low, high));
    }
  }
}
