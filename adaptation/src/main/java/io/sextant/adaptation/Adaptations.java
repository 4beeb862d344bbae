package io.sextant.adaptation;

import io.sextant.methods.Catalogue;
import io.sextant.methods.Kind;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * The adaptation methods by name, for specs and commands.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Adaptations {
  private Adaptations() {}

  /** All methods on the class path, those of others among them. */
  public static Catalogue<Adaptation> catalogue() {
    return Catalogue.of(Kind.Family.ADAPTATION, Adaptation.class);
  }

  /** A method with its defaults. */
  public static Adaptation create(String name) {
    return create(name, Map.of());
  }

  /**
   * A method.
   *
   * @param name as in the {@link #catalogue()}
   * @param settings what differs from the method's default {@link Adaptation#configuration()}
   * @throws IllegalArgumentException when the name or a setting is unknown, or a value is wrong
   */
  public static Adaptation create(String name, Map<String, String> settings) {
    return catalogue().create(name, settings);
  }
}
