package io.sextant.attacks;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apiguardian.api.API;

/**
 * The attacks by name, for specs and commands.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Attacks {
  private static final Map<String, Attack> DEFAULTS =
      Collections.unmodifiableMap(
          new TreeMap<>(
              Map.of(
                  Fgsm.NAME, Fgsm.DEFAULT,
                  Pgd.NAME, Pgd.DEFAULT,
                  UniformNoise.NAME, UniformNoise.DEFAULT)));

  private Attacks() {}

  /** The attacks with their defaults, in alphabetical order of their names. */
  public static Map<String, Attack> defaults() {
    return DEFAULTS;
  }

  /**
   * An attack.
   *
   * @param name one of the keys of {@link #defaults()}
   * @param settings what differs from the attack's default {@link Attack#configuration()}
   * @throws IllegalArgumentException when the name or a setting is unknown, or a value is wrong
   */
  public static Attack of(String name, Map<String, String> settings) {
    Attack attack = DEFAULTS.get(name);
    if (attack == null) {
      throw new IllegalArgumentException(
          "attack must be one of %s but was '%s'"
              .formatted(String.join(", ", DEFAULTS.keySet()), name));
    }
    Map<String, String> all = new TreeMap<>(attack.configuration());
    Set<String> unknown = new TreeSet<>(settings.keySet());
    unknown.removeAll(all.keySet());
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "attack %s has no setting %s; its settings are %s"
              .formatted(name, String.join(", ", unknown), String.join(", ", all.keySet())));
    }
    all.putAll(settings);
    try {
      return build(name, new Settings(all));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("attack %s: %s".formatted(name, e.getMessage()), e);
    }
  }

  private static Attack build(String name, Settings settings) {
    return switch (name) {
      case Fgsm.NAME -> Fgsm.of(settings);
      case Pgd.NAME -> Pgd.of(settings);
      case UniformNoise.NAME -> UniformNoise.of(settings);
      default -> throw new IllegalArgumentException("there is no attack named " + name);
    };
  }
}
