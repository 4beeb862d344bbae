package io.sextant.explainers.attack;

import io.sextant.methods.Catalogue;
import io.sextant.methods.Kind;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * The attacks on explanations by name, for specs and commands.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class ExplanationAttacks {
  private ExplanationAttacks() {}

  /** All attacks on explanations on the class path. */
  public static Catalogue<ExplanationAttack> catalogue() {
    return Catalogue.of(Kind.Family.EXPLANATION_ATTACK, ExplanationAttack.class);
  }

  /**
   * An attack.
   *
   * @param name as in the {@link #catalogue()}
   * @param settings what differs from its default {@link ExplanationAttack#configuration()}
   * @throws IllegalArgumentException when the name or a setting is unknown, or a value is wrong
   */
  public static ExplanationAttack create(String name, Map<String, String> settings) {
    return catalogue().create(name, settings);
  }
}
