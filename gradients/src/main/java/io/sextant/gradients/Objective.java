package io.sextant.gradients;

import org.apiguardian.api.API;

/**
 * A scalar function of one example's logits, with its gradient (the cotangent of the pullback). It
 * carries what it is about: the example's label, a target class, constants.
 *
 * <p>Objectives know no batch: values and gradients of a batch are never averaged, so that a row's
 * gradient does not depend on its neighbours. Attacks maximise an objective.
 *
 * <p>Those here are records, and so is the negative of a record: equal ones are the same function,
 * and what was answered about one need not be asked again ({@link GradientService#remembering}).
 * Where an objective of your own is a record, equal ones must be the same function of the logits
 * alone. A lambda equals nothing but itself, and is asked about again each time.
 *
 * @since 0.1
 */
@FunctionalInterface
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface Objective {
  /**
   * Evaluates the objective.
   *
   * @param logits the example's logits, one per class; not modified
   * @param cotangent written with the derivative by each logit; as long as {@code logits}
   * @return the value
   */
  double evaluate(double[] logits, double[] cotangent);

  /** The negative: what descends on this objective. */
  default Objective negated() {
    return new Negated(this);
  }

  /** -log softmax(z)_label. */
  static Objective crossEntropy(int label) {
    return logProbability(label).negated();
  }

  /**
   * z_label minus the largest other logit: above 0 exactly when the model decides for the label. At
   * a tie the first of the largest others takes the gradient.
   *
   * <p>Carlini, Wagner, "Towards Evaluating the Robustness of Neural Networks", IEEE S&amp;P 2017,
   * arXiv:1608.04644 (loss f6, without the hinge).
   */
  static Objective margin(int label) {
    return new ClassObjective.Margin(label);
  }

  /** z_label. */
  static Objective logit(int label) {
    return new ClassObjective.Logit(label);
  }

  /** softmax(z)_label. */
  static Objective probability(int label) {
    return new ClassObjective.Probability(label);
  }

  /**
   * log softmax(z)_label.
   *
   * <p>Written by the gaps z_i - z_label, so that neither the value nor the label's cotangent (the
   * negative sum of the others') loses its digits where the model is confident.
   */
  static Objective logProbability(int label) {
    return new ClassObjective.LogProbability(label);
  }
}
