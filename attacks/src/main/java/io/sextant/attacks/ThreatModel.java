package io.sextant.attacks;

import io.sextant.results.Condition;
import io.sextant.results.Epsilon;
import io.sextant.results.Norm;
import java.math.BigDecimal;
import java.util.Objects;
import java.util.Set;
import org.apiguardian.api.API;

/**
 * What the attacker may do and wants. What exists at all (bounds, types, immutable features) is the
 * service's {@link io.sextant.gradients.InputDomain}.
 *
 * <p>Distance is measured over real and integer features, each in units of its scale; categories
 * have their own count.
 *
 * @param condition the measure of a perturbation, and the largest one; {@link Condition.Nearest}
 *     for attacks that look for the smallest
 * @param goal which decision counts
 * @param categoryChanges how many one-hot groups and lone binary features may differ from the clean
 *     input, at least 0; 0 freezes them
 * @param budget the most that an attacker pays for all changes together, at the prices of the
 *     domain's features, above 0; infinite when money is no object
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record ThreatModel(
    Condition.Perturbed condition, Goal goal, int categoryChanges, double budget) {
  /** The norms whose balls are convex: a gradient has a steepest step there, and a projection. */
  public static final Set<Norm> CONVEX_NORMS = Set.of(Norm.LINF, Norm.L2, Norm.L1);

  public ThreatModel {
    Objects.requireNonNull(condition, "condition");
    Objects.requireNonNull(goal, "goal");
    if (categoryChanges < 0) {
      throw new IllegalArgumentException(
          "category changes must be at least 0 but were " + categoryChanges);
    }
    if (!(budget > 0)) {
      throw new IllegalArgumentException("budget must be above 0 but was " + budget);
    }
  }

  /** A threat without a budget. */
  public ThreatModel(Condition.Perturbed condition, Goal goal, int categoryChanges) {
    this(condition, goal, categoryChanges, Double.POSITIVE_INFINITY);
  }

  /**
   * Any wrong class, categories frozen.
   *
   * @param norm the measure of a perturbation
   * @param epsilon a decimal or a fraction such as {@code 8/255}
   */
  public static ThreatModel of(Norm norm, String epsilon) {
    return of(norm.within(Epsilon.parse(epsilon)));
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
    String decimal = BigDecimal.valueOf(epsilon).stripTrailingZeros().toPlainString();
    return of(norm.within(Epsilon.parse(decimal)));
  }

  /** Any wrong class, at whatever distance, categories frozen: for minimum-norm attacks. */
  public static ThreatModel nearest(Norm norm) {
    return of(new Condition.Nearest(norm));
  }

  /** Any wrong class under a condition, categories frozen. */
  public static ThreatModel of(Condition.Perturbed condition) {
    return new ThreatModel(condition, Goal.UNTARGETED, 0);
  }

  /** The measure of a perturbation. */
  public Norm norm() {
    return condition.norm();
  }

  /** The largest perturbation, in the norm; infinite for minimum-norm attacks. */
  public double radius() {
    return condition.radius();
  }

  /** This threat with another radius. */
  public ThreatModel withEpsilon(Epsilon newEpsilon) {
    return new ThreatModel(norm().within(newEpsilon), goal, categoryChanges, budget);
  }

  /** This threat at whatever distance, for minimum-norm attacks. */
  public ThreatModel withoutRadius() {
    return new ThreatModel(new Condition.Nearest(norm()), goal, categoryChanges, budget);
  }

  /** This threat with another goal. */
  public ThreatModel withGoal(Goal newGoal) {
    return new ThreatModel(condition, newGoal, categoryChanges, budget);
  }

  /** This threat with another number of category changes. */
  public ThreatModel withCategoryChanges(int newCategoryChanges) {
    return new ThreatModel(condition, goal, newCategoryChanges, budget);
  }

  /** This threat with the most that an attacker pays for all changes together. */
  public ThreatModel withBudget(double newBudget) {
    return new ThreatModel(condition, goal, categoryChanges, newBudget);
  }
}
