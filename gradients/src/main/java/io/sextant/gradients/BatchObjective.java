package io.sextant.gradients;

import java.util.Arrays;
import java.util.function.IntFunction;
import org.apiguardian.api.API;

/**
 * A scalar per row that may depend on the logits of the whole batch, with the derivative of their
 * sum: entropy over the rows that are certain enough, weights by how unlike the others a row is.
 * Unlike an {@link Objective} it sees all rows, so that a method can choose among them.
 *
 * @since 0.1
 */
@FunctionalInterface
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface BatchObjective {
  /**
   * Evaluates the objective.
   *
   * @param logits {@code [rows][classes]}; not modified
   * @param cotangents {@code [rows][classes]}, all 0; written with the derivative, by each logit,
   *     of what is differentiated, usually the sum of the values. Rows that stay 0 are left out of
   *     it: they cost no backward.
   * @return a value for each row, 0 for those that are left out
   */
  double[] evaluate(double[][] logits, double[][] cotangents);

  /**
   * The sum over rows of an objective of each by itself.
   *
   * @param objective by row
   */
  static BatchObjective sum(IntFunction<Objective> objective) {
    return (logits, cotangents) -> {
      double[] values = new double[logits.length];
      Arrays.setAll(values, row -> objective.apply(row).evaluate(logits[row], cotangents[row]));
      return values;
    };
  }
}
