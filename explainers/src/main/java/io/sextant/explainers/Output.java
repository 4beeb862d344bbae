package io.sextant.explainers;

import io.sextant.gradients.Objective;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.IntFunction;
import org.apiguardian.api.API;

/**
 * Which number about a class is explained.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum Output {
  /** The class's logit, the score before the softmax. */
  LOGIT(Objective::logit),
  /** The class's probability, the softmax of the logits; its gradient fades where it is near 1. */
  PROBABILITY(Objective::probability),
  /**
   * The class's logit minus the largest other one. It does not change when all logits are shifted.
   */
  MARGIN(Objective::margin);

  private final IntFunction<Objective> objective;

  Output(IntFunction<Objective> objective) {
    this.objective = objective;
  }

  /** The function of the logits that is differentiated, for a class. */
  public Objective objective(int label) {
    return objective.apply(label);
  }

  /** The name in commands, specs and tables: the constant's, in lower case. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads a name.
   *
   * @param text {@code logit}, {@code probability} or {@code margin}
   * @throws IllegalArgumentException on any other text
   */
  public static Output parse(String text) {
    return Arrays.stream(values())
        .filter(output -> output.text().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "output must be logit, probability or margin but was " + text));
  }
}
