package io.sextant.adaptation.audit;

import io.sextant.gradients.BatchObjective;
import io.sextant.gradients.BatchQuery;
import io.sextant.gradients.BatchReply;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Logits;
import io.sextant.gradients.Objective;
import io.sextant.gradients.graph.Weights;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.IntFunction;
import org.apiguardian.api.API;

/**
 * A model as adaptation has left it: it learns no more, and its statistics may still be those of
 * each batch. With no values and stored statistics it is the trained model.
 *
 * @param service of the trained graph, or of the same on other statistics; stays its owner's
 * @param bound the adapted values, of the graph's {@code bindable} parameters
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record FrozenModel(GradientService service, Weights bound) {
  public FrozenModel {
    Objects.requireNonNull(service, "service");
    Objects.requireNonNull(bound, "bound");
  }

  /** With the graph's own parameters. */
  public static FrozenModel of(GradientService service) {
    return new FrozenModel(service, Weights.empty());
  }

  /** Whether a row's answer depends on the rows beside it. */
  boolean coupled() {
    return !service.graph().rowsIndependent();
  }

  /**
   * The classes decided for.
   *
   * @param batch {@code [rows][input values]}; not modified
   * @return one per row, -1 where a logit is not finite
   */
  public int[] decisions(double[][] batch) {
    double[][] logits = service.answer(BatchQuery.of(batch).bound(bound)).logits();
    return Arrays.stream(logits).mapToInt(Logits::decision).toArray();
  }

  /** Logits, the objective's values, and the gradient of their sum by each row. */
  BatchReply climb(double[][] batch, BatchObjective objective) {
    return service.answer(
        BatchQuery.of(batch).bound(bound).objective(objective).withInputGradients());
  }

  /** The sum of an objective over some of the rows. */
  static BatchObjective over(boolean[] rows, IntFunction<Objective> objective) {
    return (logits, cotangents) -> {
      double[] values = new double[logits.length];
      for (int row = 0; row < logits.length; row++) {
        if (rows[row]) {
          values[row] = objective.apply(row).evaluate(logits[row], cotangents[row]);
        }
      }
      return values;
    };
  }

  void requireBatch(double[][] batch, int[] labels) {
    if (batch.length != labels.length) {
      throw new IllegalArgumentException(
          "there must be one label per row but there were %d labels and %d rows"
              .formatted(labels.length, batch.length));
    }
    for (int label : labels) {
      if (label < 0 || label >= service.classes()) {
        throw new IllegalArgumentException(
            "labels must be in 0..%d but one was %d".formatted(service.classes() - 1, label));
      }
    }
  }
}
