package io.sextant.evaluation;

import io.sextant.gradients.Feature;
import io.sextant.gradients.InputDomain;
import io.sextant.results.Norm;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Checks adversarial inputs without the code that found them: distance and domain in double
 * precision, from their definitions.
 */
final class Verifier {
  // Sums over a million features may round by this much; nothing else is forgiven.
  private static final double ROUNDING = 1e-9;

  private final InputDomain domain;
  private final Norm norm;
  private final int categoryChanges;
  private final double budget;

  Verifier(InputDomain domain, Norm norm, int categoryChanges, double budget) {
    this.domain = domain;
    this.norm = norm;
    this.categoryChanges = categoryChanges;
    this.budget = budget;
  }

  /** The distance in the threat's norm, in units of scale over real and integer features. */
  double distance(double[] clean, double[] changed) {
    double total = 0;
    for (int i = 0; i < clean.length; i++) {
      Feature feature = domain.feature(i);
      if (feature.kind() == Feature.Kind.BINARY) {
        continue;
      }
      double change = Math.abs(changed[i] - clean[i]) / feature.scale();
      total =
          switch (norm) {
            case LINF -> Math.max(total, change);
            case L2 -> total + change * change;
            case L1 -> total + change;
            case L0 -> total + (change > 0 ? 1 : 0);
          };
    }
    return norm == Norm.L2 ? Math.sqrt(total) : total;
  }

  /**
   * Whether a decision is what the threat wants: its target, or any class but the right one. The
   * right one never is, even if it is the target.
   *
   * @param decided class, below 0 when the output is not finite
   */
  static boolean fooled(OptionalInt target, int label, int decided) {
    return decided >= 0 && decided != label && (target.isEmpty() || decided == target.getAsInt());
  }

  /** Why the changed input is not one that the threat allows, or empty when it is. */
  Optional<String> violation(double[] clean, double[] changed, double radius) {
    String outside = domain.violation(changed);
    if (!outside.isEmpty()) {
      return Optional.of("outside the domain: " + outside);
    }
    double distance = distance(clean, changed);
    if (!(distance <= radius * (1 + ROUNDING))) {
      return Optional.of("distance %s exceeds epsilon %s".formatted(distance, radius));
    }
    Set<String> switched = new HashSet<>();
    for (int i = 0; i < clean.length; i++) {
      if (changed[i] == clean[i]) {
        continue;
      }
      Feature feature = domain.feature(i);
      if (!feature.mutable()) {
        return Optional.of("immutable feature %s was changed".formatted(feature.name()));
      }
      if (feature.direction() == Feature.Direction.INCREASE && changed[i] < clean[i]
          || feature.direction() == Feature.Direction.DECREASE && changed[i] > clean[i]) {
        return Optional.of("feature %s was moved against its direction".formatted(feature.name()));
      }
      if (feature.kind() == Feature.Kind.BINARY) {
        switched.add(group(i));
      }
    }
    if (switched.size() > categoryChanges) {
      return Optional.of(
          "%d categories were switched but %d are allowed"
              .formatted(switched.size(), categoryChanges));
    }
    double price = price(clean, changed);
    if (!(price <= budget * (1 + ROUNDING))) {
      return Optional.of("changes cost %s, above the budget of %s".formatted(price, budget));
    }
    return Optional.empty();
  }

  /** What all changes cost, by the definition of prices. */
  private double price(double[] clean, double[] changed) {
    double price = 0;
    for (int i = 0; i < clean.length; i++) {
      Feature feature = domain.feature(i);
      if (feature.kind() != Feature.Kind.BINARY) {
        price += feature.price() * Math.abs(changed[i] - clean[i]) / feature.scale();
      } else if (changed[i] > clean[i] || changed[i] < clean[i] && !group(i).startsWith("group ")) {
        price += feature.price();
      }
    }
    return price;
  }

  private String group(int feature) {
    return domain.groups().stream()
        .filter(group -> group.members().contains(feature))
        .map(group -> "group " + group.name())
        .findFirst()
        .orElse("feature " + feature);
  }
}
