package io.sextant.spec;

import java.util.Map;
import java.util.TreeMap;
import org.apiguardian.api.API;

/**
 * An attack or explainer by name, with the settings that differ from its defaults.
 *
 * @param name as in the registry
 * @param settings setting by name, as written
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Configured(String name, Map<String, String> settings) {
  public Configured {
    settings = Map.copyOf(new TreeMap<>(settings));
  }

  /** With defaults throughout. */
  public static Configured of(String name) {
    return new Configured(name, Map.of());
  }
}
