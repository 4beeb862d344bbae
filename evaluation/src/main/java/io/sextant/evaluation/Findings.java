package io.sextant.evaluation;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** What the stages of a run have found so far: one finding of each type. */
final class Findings {
  private final Map<Class<?>, Finding> found = new LinkedHashMap<>();

  void add(Finding finding) {
    found.put(finding.getClass(), finding);
  }

  /**
   * The finding of an earlier stage.
   *
   * @throws IllegalStateException when no stage has found such a thing yet
   */
  <F extends Finding> F of(Class<F> type) {
    Finding finding = found.get(type);
    if (finding == null) {
      throw new IllegalStateException(
          "no stage has found %s yet; list the one that does before those that need it"
              .formatted(type.getSimpleName()));
    }
    return type.cast(finding);
  }

  /** All of them, in the order of the stages. */
  Stream<Finding> all() {
    return found.values().stream();
  }
}
