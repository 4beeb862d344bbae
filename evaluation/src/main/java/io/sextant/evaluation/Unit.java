package io.sextant.evaluation;

import io.sextant.attacks.Beginning;
import io.sextant.gradients.Examples;
import io.sextant.results.Cell;
import io.sextant.results.Outcome;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A unit of work: one attack at one radius on a fixed chunk of examples. Its result depends on
 * nothing else, so units can be done in any order, by any number of workers, and kept.
 *
 * @param cell threat at a radius, and attack
 * @param chunk number of the chunk
 * @param examples the chunk
 */
record Unit(Cell cell, int chunk, Examples examples) {
  /** Examples in a chunk. */
  static final int CHUNK = 128;

  /**
   * What came of a unit.
   *
   * @param attempts one per example, in order
   * @param adversarial the inputs, one per example: clean where already wrong
   */
  record Done(List<Attempt> attempts, float[][] adversarial) {
    Done {
      attempts = List.copyOf(attempts);
    }

    /** What this left of each example, for a smaller radius to begin with. */
    List<Beginning> beginnings() {
      return IntStream.range(0, attempts.size())
          .mapToObj(
              i ->
                  new Beginning(
                      Rows.widen(adversarial[i]), attempts.get(i).outcome() == Outcome.HELD))
          .toList();
    }
  }

  /** A file name that no other unit of the run has. */
  String key() {
    return "%s-%s-%05d".formatted(Evidence.fileName(cell.condition()), cell.method(), chunk);
  }

  String describe() {
    return "%s, %s, %d %s from sample %d"
        .formatted(
            cell.method(),
            cell.condition().describe(),
            examples.size(),
            examples.size() == 1 ? "example" : "examples",
            examples.id(0));
  }
}
