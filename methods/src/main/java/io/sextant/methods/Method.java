package io.sextant.methods;

import java.util.Map;
import org.apiguardian.api.API;

/**
 * An attack, explainer, corruption or adaptation method with its settings: an immutable, validated
 * configuration.
 *
 * <p>An implementation that is named in {@code META-INF/services/io.sextant.methods.Method} is in
 * the {@link Catalogue}; its public constructor without parameters makes its defaults.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface Method {
  /** What the method says of itself; the same for all its configurations. */
  Declaration<?> declaration();

  /** The name in specs, files and commands; part of the key of its random numbers. */
  default String name() {
    return declaration().name();
  }

  /** Every setting with its value, in a fixed order; {@link Catalogue#create} reads it back. */
  default Map<String, String> configuration() {
    return declaration().configuration(this);
  }

  /**
   * The most that one example can cost; for attacks at one radius: what an example costs that
   * holds. The decision on the clean input is included where nobody has asked for it.
   *
   * @param classes of the model
   * @param features values of one input
   */
  Passes passes(int classes, int features);
}
