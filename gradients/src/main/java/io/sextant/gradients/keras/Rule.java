package io.sextant.gradients.keras;

import java.util.List;

/**
 * How layers of a class are lowered.
 *
 * @param lowering makes the result of one call
 * @param masks what becomes of a mask
 */
record Rule(Lowering lowering, Masks masks) {
  /** Makes the result of one call of a layer. */
  @FunctionalInterface
  interface Lowering {
    Value apply(Step step, List<Value> inputs);
  }

  /** What a layer does with the mask of a sequence. */
  enum Masks {
    /** It takes none: a mask that reaches it is refused. */
    REFUSED,
    /** Its result has its input's mask. */
    PASSED,
    /** The lowering sees to it. */
    HONOURED
  }
}
