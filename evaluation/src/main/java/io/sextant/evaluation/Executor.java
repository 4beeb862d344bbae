package io.sextant.evaluation;

import java.io.IOException;

/**
 * Does units of work, several at a time: in this process, or by sending {@link UnitData} to where
 * the model and the examples are.
 */
@FunctionalInterface
interface Executor {
  /**
   * Does one unit.
   *
   * @return what came of it; the same wherever it was done
   * @throws IOException when it could not be done there
   */
  Unit.Done run(AttackRunner.Task task) throws IOException;
}
