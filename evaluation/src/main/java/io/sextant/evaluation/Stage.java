package io.sextant.evaluation;

import java.io.IOException;
import java.util.List;

/**
 * A step of an audit. It reads what earlier stages have found and finds one thing more; an audit is
 * the list of its stages, in {@link Audit}.
 */
interface Stage {
  /** The name under which its time is recorded. */
  String name();

  /** What it does, for whoever waits. */
  String phase();

  /**
   * Ends an audit that asks for what cannot be done, before its work.
   *
   * @throws IllegalArgumentException that names what, and the next step
   */
  default void require(Preparation prepared, Effort effort) {}

  /** Does it. */
  Finding run(Run run) throws IOException;

  /**
   * What it costs at most.
   *
   * @param right examples that the model decides rightly
   */
  default List<AuditPlan.Cost> plan(Preparation prepared, Effort effort, int right) {
    return List.of();
  }

  /** Bytes of Java heap that it needs beside the inputs of its costs, at most, about. */
  default long heap(Preparation prepared, Effort effort) {
    return 0;
  }
}
