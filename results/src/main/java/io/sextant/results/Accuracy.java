package io.sextant.results;

import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * Every accuracy of the audit.
 *
 * @param clean without an attack
 * @param robust per threat and radius, in the order of the plan
 * @param classes per class, in the order of the labels
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Accuracy(Proportion clean, List<RobustAccuracy> robust, List<ClassAccuracy> classes) {
  public Accuracy {
    robust = List.copyOf(robust);
    classes = List.copyOf(classes);
  }

  /** The figures at one radius, where they were measured. */
  public Optional<RobustAccuracy> at(Norm norm, Epsilon epsilon) {
    return robust.stream()
        .filter(cell -> cell.norm() == norm && cell.epsilon().equals(epsilon))
        .findFirst();
  }
}
