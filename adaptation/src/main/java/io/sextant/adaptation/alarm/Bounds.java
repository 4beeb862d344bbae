package io.sextant.adaptation.alarm;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * What the proxies are on source data at most, found by adapting to that as to a stream.
 *
 * @param level probability that the alarm ever sounds without cause
 * @param means of the proxies on source data
 * @param upper upper bounds on their expectations, each wrong with probability {@code level} / (2
 *     proxies)
 * @param rows of source data
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Bounds(double level, Map<Proxy, Double> means, Map<Proxy, Double> upper, int rows) {
  public Bounds {
    means = Map.copyOf(means);
    upper = Map.copyOf(upper);
  }

  /**
   * The bounds of proxies.
   *
   * @param level above 0, below 1
   * @param seen of each row of source data
   */
  public static Bounds of(double level, List<Proxies> seen) {
    Map<Proxy, Double> means = new EnumMap<>(Proxy.class);
    Map<Proxy, Double> upper = new EnumMap<>(Proxy.class);
    for (Proxy proxy : Proxy.values()) {
      // An upper bound on x is a lower bound on 1 - x.
      ConfidenceSequence mirrored = ConfidenceSequence.of(level / (2 * Proxy.values().length));
      for (Proxies row : seen) {
        mirrored = mirrored.with(1 - row.of(proxy));
      }
      means.put(proxy, 1 - mirrored.mean());
      upper.put(proxy, 1 - mirrored.lower());
    }
    return new Bounds(level, means, upper, seen.size());
  }

  /** The upper bound on a proxy. */
  double upper(Proxy proxy) {
    return upper.getOrDefault(proxy, 1.0);
  }
}
