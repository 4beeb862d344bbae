package io.sextant.adaptation;

import java.util.Objects;
import org.apiguardian.api.API;

/**
 * What a learner makes of a batch.
 *
 * @param logits {@code [rows][classes]}; their softmax are the method's probabilities
 * @param next the learner after the batch
 * @param parameters what the method has adapted so far; {@link Parameters#NONE} where it adapts
 *     none
 * @param reset whether the method itself went back to the trained model at this batch
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Turn(double[][] logits, Learner next, Parameters parameters, boolean reset) {
  public Turn {
    Objects.requireNonNull(logits, "logits");
    Objects.requireNonNull(next, "next");
    Objects.requireNonNull(parameters, "parameters");
  }

  /** Of a method that changes no parameters. */
  public Turn(double[][] logits, Learner next) {
    this(logits, next, Parameters.NONE, false);
  }

  /** Of a method that has moved the parameters. */
  public Turn(double[][] logits, Learner next, Parameters parameters) {
    this(logits, next, parameters, false);
  }
}
