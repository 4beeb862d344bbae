package io.sextant.evaluation;

import io.sextant.results.QueryCount;
import io.sextant.results.SampleRow;
import io.sextant.results.ValidityCheck;
import java.util.List;
import java.util.Set;

/**
 * What a stage has found. Later stages read it by its type; what it adds to the account of the
 * audit, it says itself, so that the account need not know the stages.
 */
interface Finding {
  /** Rows of {@code samples.csv}, without worst cases. */
  default List<SampleRow> rows() {
    return List.of();
  }

  /** Whether the stage can be believed. */
  default List<ValidityCheck> checks() {
    return List.of();
  }

  /** Work by consumer. */
  default List<QueryCount> queries() {
    return List.of();
  }

  /** What was measured. */
  default Set<Topic> measured() {
    return Set.of();
  }

  /** What was asked for and not done, in words. */
  default List<String> leftOut() {
    return List.of();
  }
}
