package io.sextant.explainers;

import io.sextant.methods.Catalogue;
import io.sextant.methods.Kind;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * The explainers by name, for specs and commands.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Explainers {
  private Explainers() {}

  /** All explainers on the class path, those of others among them. */
  public static Catalogue<Explainer> catalogue() {
    return Catalogue.of(Kind.Family.EXPLAINER, Explainer.class);
  }

  /** An explainer with its defaults. */
  public static Explainer create(String name) {
    return create(name, Map.of());
  }

  /**
   * An explainer.
   *
   * @param name as in the {@link #catalogue()}
   * @param settings what differs from the explainer's default {@link Explainer#configuration()}
   * @throws IllegalArgumentException when the name or a setting is unknown, or a value is wrong
   */
  public static Explainer create(String name, Map<String, String> settings) {
    return catalogue().create(name, settings);
  }
}
