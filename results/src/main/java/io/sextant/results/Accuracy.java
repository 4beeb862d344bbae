package io.sextant.results;

import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * Every accuracy of the audit.
 *
 * @param clean without an attack
 * @param robust per condition, in the order of the plan
 * @param classes per class, in the order of the labels
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Accuracy(Proportion clean, List<RobustAccuracy> robust, List<ClassAccuracy> classes) {
  public Accuracy {
    robust = List.copyOf(robust);
    classes = List.copyOf(classes);
  }

  /** The figures under one condition, where they were measured. */
  public Optional<RobustAccuracy> at(Condition condition) {
    return robust.stream().filter(at -> at.condition().equals(condition)).findFirst();
  }
}
