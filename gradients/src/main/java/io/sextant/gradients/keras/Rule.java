package io.sextant.gradients.keras;

import io.sextant.gradients.model.ModelFileException;
import io.sextant.gradients.model.UnsupportedLayerException;
import java.util.List;
import java.util.Map;

/**
 * How layers of a class are lowered.
 *
 * @param lowering makes the result of one call
 * @param takes how many tensors it is applied to
 * @param masks what becomes of a mask
 */
record Rule(Lowering lowering, Takes takes, Masks masks) {
  /** Makes the result of one call of a layer. */
  @FunctionalInterface
  interface Lowering {
    Value apply(Step step, List<Value> inputs);
  }

  /** How many tensors a layer is applied to. */
  enum Takes {
    /** One. */
    ONE,
    /** Several, by their places. */
    SEVERAL,
    /** Several, of which the lowering knows the names. */
    NAMED;

    /** Refuses tensors that the layer would not look at, such as a mask that is handed over. */
    void check(LayerConfig layer, int given, Map<String, Integer> names) {
      boolean surplus = this == ONE && given > 1 || this == SEVERAL && !names.isEmpty();
      if (surplus) {
        throw new UnsupportedLayerException(
            ModelFileException.quote(layer.name()),
            "%s takes %s here but is given %d, by the names %s; masks and states that are handed over are not supported"
                .formatted(
                    layer.kind(),
                    this == ONE ? "one tensor" : "tensors without names",
                    given,
                    names.keySet()));
      }
    }
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
