package io.sextant.junit;

import io.sextant.methods.Suggestion;
import java.util.Collection;
import java.util.Set;

/** The ids of the rules behind the checks that assertions have by name. */
final class Checks {
  static final String CLEAN = "clean-accuracy";
  static final String ROBUST = "robust-accuracy";
  static final String ROBUST_OF_EACH_CLASS = "robust-accuracy-of-each-class";
  static final String COMPLETENESS = "completeness-gap";
  static final String DRIFT = "attribution-drift";
  static final String CLEAN_NOT_BELOW_BASELINE = "clean-accuracy-not-below-baseline";
  static final String ROBUST_NOT_BELOW_BASELINE = "robust-accuracy-not-below-baseline";

  private static final Set<String> ALL =
      Set.of(
          CLEAN,
          ROBUST,
          ROBUST_OF_EACH_CLASS,
          COMPLETENESS,
          DRIFT,
          CLEAN_NOT_BELOW_BASELINE,
          ROBUST_NOT_BELOW_BASELINE);

  private Checks() {}

  /** Whether an id is meant to be that of such a check. */
  static boolean isMistyped(String id) {
    return Suggestion.isMistyped(id, ALL);
  }

  /** Whether one of the ids is that of such a check. */
  static boolean hasOne(Collection<String> ids) {
    return ids.stream().anyMatch(ALL::contains);
  }
}
