package io.sextant.results;

import java.util.Arrays;
import java.util.Random;
import org.apiguardian.api.API;

/**
 * The mean of a sample with its 95% percentile bootstrap interval.
 *
 * <p>Efron, "Bootstrap Methods: Another Look at the Jackknife", Annals of Statistics 7(1), 1979:
 * {@value #RESAMPLES} resamples from a fixed seed, so that equal values give equal ends. With few
 * values the interval is too narrow; from one value it has no width.
 *
 * @param mean of the values
 * @param low 2.5th percentile of the resampled means
 * @param high 97.5th percentile
 * @param n values
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record MeanEstimate(double mean, double low, double high, int n) {
  private static final int RESAMPLES = 2000;

  public MeanEstimate {
    Check.finite("mean", mean);
    Check.finite("low", low);
    Check.finite("high", high);
    if (n < 1 || low > mean || mean > high) {
      throw new IllegalArgumentException(
          "a mean must be of at least 1 value and within its interval but was %s in %s to %s of %d"
              .formatted(mean, low, high, n));
    }
  }

  /**
   * Of values.
   *
   * @param values finite, at least one
   */
  public static MeanEstimate of(double... values) {
    double mean = Arrays.stream(values).average().orElseThrow();
    Random random = new Random(values.length);
    double[] means = new double[RESAMPLES];
    for (int r = 0; r < RESAMPLES; r++) {
      double sum = 0;
      for (int i = 0; i < values.length; i++) {
        sum += values[random.nextInt(values.length)];
      }
      means[r] = sum / values.length;
    }
    Arrays.sort(means);
    int cut = RESAMPLES / 40;
    return new MeanEstimate(
        mean,
        Math.min(mean, means[cut]),
        Math.max(mean, means[RESAMPLES - 1 - cut]),
        values.length);
  }
}
