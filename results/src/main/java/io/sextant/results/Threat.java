package io.sextant.results;

import java.util.HashSet;
import java.util.List;
import org.apiguardian.api.API;

/**
 * What the attacker may do.
 *
 * @param norm measures the perturbation
 * @param epsilons radii, at least one, each value once, in the order of the spec
 * @param goal for example {@code untargeted} or {@code targeted 3}
 * @param notes on the domain, for example which features are frozen
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Threat(Norm norm, List<Epsilon> epsilons, String goal, List<String> notes) {
  public Threat {
    epsilons = List.copyOf(epsilons);
    notes = List.copyOf(notes);
    Check.notBlank("goal", goal);
    if (epsilons.isEmpty() || new HashSet<>(epsilons).size() != epsilons.size()) {
      throw new IllegalArgumentException(
          "threat %s must list at least one epsilon and each value once but had %s"
              .formatted(norm.key(), epsilons));
    }
  }

  /** One condition for each radius, in order. */
  public List<Condition.Within> conditions() {
    return Condition.Within.each(norm, epsilons);
  }
}
