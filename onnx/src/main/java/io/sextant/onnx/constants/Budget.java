package io.sextant.onnx.constants;

import org.apiguardian.api.API;

/**
 * How much may be folded in one model, in values: a few bytes of a file can ask for more than any
 * machine has.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Budget {
  private static final long AT_LEAST = 1L << 25;
  private static final long PER_WEIGHT = 8;

  private final long limit;
  private long left;

  /**
   * A budget.
   *
   * @param weights values that the file brings: folding may copy each a few times
   */
  public Budget(long weights) {
    this.limit = AT_LEAST + PER_WEIGHT * weights;
    this.left = limit;
  }

  /**
   * Takes what one operator makes or goes through.
   *
   * @param values how many
   * @throws IllegalArgumentException when more was taken than there is
   */
  public void take(long values) {
    left -= Math.min(Math.max(values, 1), limit + 1);
    if (left < 0) {
      throw new IllegalArgumentException(
          "folding the constants of a model of this size may make at most %d values but makes more"
              .formatted(limit));
    }
  }
}
