package io.sextant.attacks;

import io.sextant.results.Epsilon;
import io.sextant.results.Norm;
import java.math.BigDecimal;
import java.util.Objects;
import org.apiguardian.api.API;

/**
 * What the attacker may do and wants. What exists at all (bounds, types, immutable features) is the
 * service's {@link io.sextant.gradients.InputDomain}.
 *
 * <p>Distance is measured over real and integer features, each in units of its scale; categories
 * have their own count.
 *
 * @param norm the measure of a perturbation
 * @param epsilon the largest perturbation, in that norm
 * @param goal which decision counts
 * @param categoryChanges how many one-hot groups and lone binary features may differ from the clean
 *     input, at least 0; 0 freezes them
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record ThreatModel(Norm norm, Epsilon epsilon, Goal goal, int categoryChanges) {
  public ThreatModel {
    Objects.requireNonNull(norm, "norm");
    Objects.requireNonNull(epsilon, "epsilon");
    Objects.requireNonNull(goal, "goal");
    if (categoryChanges < 0) {
      throw new IllegalArgumentException(
          "category changes must be at least 0 but were " + categoryChanges);
    }
  }

  /**
   * Any wrong class, categories frozen.
   *
   * @param norm the measure of a perturbation
   * @param epsilon a decimal or a fraction such as {@code 8/255}
   */
  public static ThreatModel of(Norm norm, String epsilon) {
    return new ThreatModel(norm, Epsilon.parse(epsilon), Goal.UNTARGETED, 0);
  }

  /**
   * Any wrong class, categories frozen.
   *
   * @param norm the measure of a perturbation
   * @param epsilon above 0; kept as its shortest decimal, so that 0.03 is exactly 3/100
   * @throws IllegalArgumentException if epsilon is no radius
   */
  public static ThreatModel of(Norm norm, double epsilon) {
    if (!Double.isFinite(epsilon)) {
      throw new IllegalArgumentException("epsilon must be a finite number but was " + epsilon);
    }
    return of(norm, BigDecimal.valueOf(epsilon).stripTrailingZeros().toPlainString());
  }

  /** This threat with another radius. */
  public ThreatModel withEpsilon(Epsilon newEpsilon) {
    return new ThreatModel(norm, newEpsilon, goal, categoryChanges);
  }

  /** This threat with another goal. */
  public ThreatModel withGoal(Goal newGoal) {
    return new ThreatModel(norm, epsilon, newGoal, categoryChanges);
  }

  /** This threat with another number of category changes. */
  public ThreatModel withCategoryChanges(int newCategoryChanges) {
    return new ThreatModel(norm, epsilon, goal, newCategoryChanges);
  }
}
