package io.sextant.adaptation.alarm;

import java.util.Arrays;
import org.apiguardian.api.API;

/**
 * What the proxies are on source data at most, found by adapting to that as to a stream.
 *
 * @param level probability that the alarm ever sounds without cause
 * @param means of the proxies on source data, in the order of {@link Proxy}
 * @param upper upper bounds on their expectations, each wrong with probability {@code level} / (2
 *     proxies)
 * @param rows of source data
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Bounds(double level, double[] means, double[] upper, int rows) {
  /**
   * The bounds of proxies.
   *
   * @param level above 0, below 1
   * @param proxies {@code [rows][proxies]}
   */
  public static Bounds of(double level, double[][] proxies) {
    int count = Proxy.values().length;
    double[] means = new double[count];
    double[] upper = new double[count];
    for (int p = 0; p < count; p++) {
      // An upper bound on x is a lower bound on 1 - x.
      ConfidenceSequence mirrored = ConfidenceSequence.of(level / (2 * count));
      for (double[] row : proxies) {
        mirrored = mirrored.with(1 - row[p]);
        means[p] += row[p] / proxies.length;
      }
      upper[p] = 1 - mirrored.lower();
    }
    return new Bounds(level, means, upper, proxies.length);
  }

  @Override
  public String toString() {
    return "source means %s, bounds %s, %d rows"
        .formatted(Arrays.toString(means), Arrays.toString(upper), rows);
  }
}
