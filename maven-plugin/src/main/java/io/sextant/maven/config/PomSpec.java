package io.sextant.maven.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.apiguardian.api.API;

/**
 * What the POM says in place of the spec, or besides it.
 *
 * @param models in place of the spec's; perhaps none
 * @param data keys in place of the spec's
 * @param threats in place of the spec's; perhaps none
 * @param profile in place of the spec's attacks
 * @param rules added to the spec's, or in place of those with the same id
 * @param waivers added to the spec's, or in place of those of the same rule and model
 * @param samples in place of the spec's
 * @param seed in place of the spec's
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record PomSpec(
    List<ModelConfiguration> models,
    Optional<DataConfiguration> data,
    List<ThreatConfiguration> threats,
    Optional<String> profile,
    List<RuleConfiguration> rules,
    List<WaiverConfiguration> waivers,
    OptionalInt samples,
    OptionalLong seed) {
  /** Nothing. */
  public static final PomSpec NOTHING =
      new PomSpec(
          List.of(),
          Optional.empty(),
          List.of(),
          Optional.empty(),
          List.of(),
          List.of(),
          OptionalInt.empty(),
          OptionalLong.empty());

  public PomSpec {
    models = List.copyOf(models);
    threats = List.copyOf(threats);
    rules = List.copyOf(rules);
    waivers = List.copyOf(waivers);
  }

  /** Whether the spec stands as it was written. */
  public boolean isEmpty() {
    return equals(NOTHING);
  }

  /**
   * A spec with what the POM says.
   *
   * @param spec with absolute paths
   * @param folder that the POM's paths are relative to
   * @throws IllegalArgumentException if the POM contradicts itself
   */
  Map<String, Object> over(Map<String, Object> spec, Path folder) {
    SpecPaths paths = new SpecPaths(folder.toAbsolutePath());
    Map<String, Object> merged = new LinkedHashMap<>(spec);
    if (!models.isEmpty()) {
      merged.keySet().removeAll(List.of("model", "models"));
      if (models.size() == 1 && !models.get(0).isNamed()) {
        merged.put("model", models.get(0).single(paths));
      } else {
        merged.put("models", models.stream().map(model -> (Object) model.entry(paths)).toList());
      }
    }
    data.ifPresent(own -> merged.put("data", own.over(map(merged.get("data")), paths)));
    if (samples.isPresent()) {
      Map<String, Object> examples = map(merged.get("data"));
      examples.put("samples", String.valueOf(samples.getAsInt()));
      merged.put("data", examples);
    }
    if (!threats.isEmpty()) {
      merged.put("threats", threats.stream().map(threat -> (Object) threat.entry()).toList());
    }
    profile.ifPresent(name -> merged.put("attacks", name));
    merge(merged, "rules", rules.stream().map(RuleConfiguration::entry).toList(), List.of("id"));
    merge(
        merged,
        "waivers",
        waivers.stream().map(WaiverConfiguration::entry).toList(),
        List.of("rule", "model"));
    seed.ifPresent(value -> merged.put("seed", String.valueOf(value)));
    return merged;
  }

  /** Entries that agree in the given keys take the place of those before, others come after. */
  private static void merge(
      Map<String, Object> spec, String key, List<Map<String, Object>> own, List<String> identity) {
    if (own.isEmpty()) {
      return;
    }
    Object before = spec.get(key);
    List<Object> entries = new ArrayList<>(before instanceof List<?> list ? list : List.of());
    int given = entries.size();
    for (Map<String, Object> entry : own) {
      int same = -1;
      for (int i = 0; i < given; i++) {
        if (entries.get(i) instanceof Map<?, ?> old && agree(old, entry, identity)) {
          same = i;
        }
      }
      if (same < 0) {
        entries.add(entry);
      } else {
        entries.set(same, entry);
      }
    }
    spec.put(key, entries);
  }

  private static boolean agree(Map<?, ?> one, Map<?, ?> other, List<String> keys) {
    return keys.stream()
        .allMatch(key -> String.valueOf(one.get(key)).equals(String.valueOf(other.get(key))));
  }

  private static Map<String, Object> map(@org.jspecify.annotations.Nullable Object value) {
    Map<String, Object> copy = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> map) {
      map.forEach((key, entry) -> copy.put(String.valueOf(key), entry));
    }
    return copy;
  }
}
