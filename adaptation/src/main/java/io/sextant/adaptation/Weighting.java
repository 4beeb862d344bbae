package io.sextant.adaptation;

import java.util.Arrays;
import java.util.function.IntPredicate;
import org.apiguardian.api.API;

/**
 * How much each row of a batch counts in the loss, read off the batch's logits. Weights are
 * constants to the gradient.
 *
 * @since 0.1
 */
@FunctionalInterface
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface Weighting {
  /**
   * The weights.
   *
   * @param logits {@code [rows][classes]}; not modified
   * @return one per row; 0 leaves a row out
   */
  double[] of(double[][] logits);

  /** Every row alike: the mean over the batch. */
  static Weighting mean() {
    return logits -> meanOf(logits.length, i -> true);
  }

  /** The mean over some rows; all zero when there are none. */
  static double[] meanOf(int rows, IntPredicate among) {
    double[] weights = new double[rows];
    int count = 0;
    for (int i = 0; i < rows; i++) {
      if (among.test(i)) {
        weights[i] = 1;
        count++;
      }
    }
    int all = Math.max(1, count);
    return Arrays.stream(weights).map(weight -> weight / all).toArray();
  }
}
