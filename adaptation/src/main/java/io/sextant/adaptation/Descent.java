package io.sextant.adaptation;

import io.sextant.methods.Form;
import io.sextant.methods.Setting;
import org.apiguardian.api.API;

/**
 * A method that follows gradients of parameters: by which rule, and how fast.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface Descent extends Adaptation {
  /** Which optimizer takes the steps. */
  Setting<Descent, Optimizer.Rule> OPTIMIZER =
      Setting.of(
          "optimizer",
          Form.choice(Optimizer.Rule.class),
          "what takes the steps",
          Descent::optimizer);

  /** The learning rate. */
  Setting<Descent, Double> LEARNING_RATE =
      Setting.of(
          "learning-rate", Form.between(0, 10), "how far a step goes", Descent::learningRate);

  /** The optimizer. */
  Optimizer.Rule optimizer();

  /** Its learning rate, above 0. */
  double learningRate();

  /** A fresh optimizer for so many parameters. */
  default Optimizer start(int parameters) {
    return optimizer().start(learningRate(), parameters);
  }
}
