package io.sextant.spec;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apiguardian.api.API;

/**
 * An attack or explainer by name, with the settings that differ from its defaults.
 *
 * @param id under which rows, rules and reports list it; its name unless the spec gives another, so
 *     that one method can stand in an audit several times
 * @param name as in the catalogue
 * @param settings setting by name, as written
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Configured(String id, String name, Map<String, String> settings) {
  // An id is a part of file names.
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  // What rows and probes use themselves.
  private static final Set<String> TAKEN = Set.of("worst-case", "replay", "all-attacks");

  public Configured {
    if (!ID.matcher(id).matches()) {
      throw new SpecException(
          "an id must be of at most 64 letters, digits, dots, hyphens and underscores, and begin"
              + " with a letter or digit, but was '%s'".formatted(id));
    }
    if (TAKEN.contains(id)) {
      throw new SpecException(
          "the id '%s' is used by reports themselves; choose another".formatted(id));
    }
    settings = Map.copyOf(new TreeMap<>(settings));
  }

  /** Listed under its name. */
  public Configured(String name, Map<String, String> settings) {
    this(name, name, settings);
  }

  /** With defaults throughout. */
  public static Configured of(String name) {
    return new Configured(name, Map.of());
  }
}
