package io.sextant.evaluation;

import io.sextant.explainers.Explainer;
import io.sextant.explainers.Explainers;
import java.util.Map;
import java.util.TreeMap;
import org.apiguardian.api.API;

/**
 * Explainers that take a run's seed unless their settings name one.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class SeededExplainers {
  private static final String SEED = "seed";

  private SeededExplainers() {}

  /**
   * An explainer.
   *
   * @param name as in {@link Explainers#catalogue()}
   * @param settings setting by name
   * @param seed of its random choices, if it makes any
   * @throws IllegalArgumentException when the name or a setting is unknown or out of range
   */
  public static Explainer create(String name, Map<String, String> settings, long seed) {
    Map<String, String> seeded = new TreeMap<>(settings);
    if (Explainers.catalogue().declaration(name).has(SEED)) {
      seeded.putIfAbsent(SEED, Long.toString(seed));
    }
    return Explainers.create(name, seeded);
  }
}
