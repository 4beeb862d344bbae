package io.sextant.attacks;

import io.sextant.methods.Catalogue;
import io.sextant.methods.Kind;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * The attacks by name, for specs and commands.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Attacks {
  private Attacks() {}

  /** All attacks on the class path, those of others among them. */
  public static Catalogue<Attack> catalogue() {
    return Catalogue.of(Kind.Family.ATTACK, Attack.class);
  }

  /**
   * An attack.
   *
   * @param name as in the {@link #catalogue()}
   * @param settings what differs from the attack's default {@link Attack#configuration()}
   * @throws IllegalArgumentException when the name or a setting is unknown, or a value is wrong
   */
  public static Attack of(String name, Map<String, String> settings) {
    return catalogue().create(name, settings);
  }
}
