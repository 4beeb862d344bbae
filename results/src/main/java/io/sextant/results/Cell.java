package io.sextant.results;

import org.apiguardian.api.API;

/**
 * One cell of a measurement: what one method made of the examples under one condition.
 *
 * @param condition under which the examples were judged
 * @param method id of the method, or {@value SampleRow#WORST_CASE} for all of them together
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Cell(Condition condition, String method) {
  public Cell {
    Check.notBlank("method", method);
  }

  /** All methods together. */
  public static Cell worstCase(Condition condition) {
    return new Cell(condition, SampleRow.WORST_CASE);
  }

  /** Whether all methods count together. */
  public boolean isWorstCase() {
    return method.equals(SampleRow.WORST_CASE);
  }

  /** The same method under another condition. */
  public Cell under(Condition other) {
    return new Cell(other, method);
  }

  /** For example {@code pgd at linf 8/255}, for messages. */
  @Override
  public String toString() {
    return method + " at " + condition.text();
  }
}
