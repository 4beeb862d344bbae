package io.sextant.spec;

import io.sextant.results.Condition;
import io.sextant.results.Epsilon;
import io.sextant.results.Norm;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.apiguardian.api.API;

/**
 * What the attacker may do, at several radii.
 *
 * @param norm the measure of a perturbation
 * @param epsilons radii as written, rising
 * @param targetClass the class that is aimed at, empty when any wrong class will do
 * @param categoryChanges one-hot groups and binaries that may be switched, at least 0
 * @param budget the most that an attacker pays for all changes together, at the schema's prices,
 *     above 0; empty when money is no object
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record ThreatSpec(
    Norm norm,
    List<Epsilon> epsilons,
    OptionalInt targetClass,
    int categoryChanges,
    OptionalDouble budget) {
  public ThreatSpec {
    epsilons = epsilons.stream().sorted().toList();
    if (epsilons.isEmpty()) {
      throw new IllegalArgumentException("a threat must have at least one epsilon");
    }
    if (epsilons.stream().distinct().count() != epsilons.size()) {
      throw new IllegalArgumentException("epsilons must differ in value but were " + epsilons);
    }
    // Refuses what is no radius in the norm.
    Condition.Within.each(norm, epsilons);
    if (categoryChanges < 0) {
      throw new IllegalArgumentException(
          "category-changes must be at least 0 but was " + categoryChanges);
    }
    if (budget.isPresent()
        && !(budget.getAsDouble() > 0 && Double.isFinite(budget.getAsDouble()))) {
      throw new IllegalArgumentException(
          "budget must be a finite number above 0 but was " + budget.getAsDouble());
    }
  }

  /** A threat without a budget. */
  public ThreatSpec(
      Norm norm, List<Epsilon> epsilons, OptionalInt targetClass, int categoryChanges) {
    this(norm, epsilons, targetClass, categoryChanges, OptionalDouble.empty());
  }

  /** One condition for each radius, ascending. */
  public List<Condition.Within> conditions() {
    return Condition.Within.each(norm, epsilons);
  }
}
