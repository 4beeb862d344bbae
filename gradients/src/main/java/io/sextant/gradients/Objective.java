package io.sextant.gradients;

import java.util.Arrays;
import org.apiguardian.api.API;

/**
 * A scalar function of one example's logits, with its gradient (the cotangent of the pullback). It
 * carries what it is about: the example's label, a target class, constants.
 *
 * <p>Objectives know no batch: values and gradients of a batch are never averaged, so that a row's
 * gradient does not depend on its neighbours. Attacks maximise an objective.
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
    return (logits, cotangent) -> {
      double value = evaluate(logits, cotangent);
      for (int i = 0; i < cotangent.length; i++) {
        cotangent[i] = -cotangent[i];
      }
      return -value;
    };
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
    return (logits, cotangent) -> {
      int rival = rival(logits, label);
      Arrays.fill(cotangent, 0);
      cotangent[label] = 1;
      cotangent[rival] = -1;
      return logits[label] - logits[rival];
    };
  }

  /** z_label. */
  static Objective logit(int label) {
    return (logits, cotangent) -> {
      Arrays.fill(cotangent, 0);
      cotangent[label] = 1;
      return logits[label];
    };
  }

  /** softmax(z)_label. */
  static Objective probability(int label) {
    return (logits, cotangent) -> {
      double logNormalizer = Logits.logSumExp(logits);
      double p = Math.exp(logits[label] - logNormalizer);
      for (int i = 0; i < logits.length; i++) {
        double q = Math.exp(logits[i] - logNormalizer);
        cotangent[i] = i == label ? p * (1 - p) : -p * q;
      }
      return p;
    };
  }

  /**
   * log softmax(z)_label.
   *
   * <p>Written by the gaps z_i - z_label, so that neither the value nor the label's cotangent (the
   * negative sum of the others') loses its digits where the model is confident.
   */
  static Objective logProbability(int label) {
    return (logits, cotangent) -> {
      double largest = 0;
      for (double logit : logits) {
        largest = Math.max(largest, logit - logits[label]);
      }
      double others = 0;
      for (int i = 0; i < logits.length; i++) {
        cotangent[i] = i == label ? 0 : Math.exp(logits[i] - logits[label] - largest);
        others += cotangent[i];
      }
      double own = Math.exp(-largest);
      double sum = 0;
      for (int i = 0; i < logits.length; i++) {
        cotangent[i] = -cotangent[i] / (own + others);
        sum -= cotangent[i];
      }
      cotangent[label] = sum;
      return largest == 0 ? -Math.log1p(others) : -largest - Math.log(own + others);
    };
  }

  private static int rival(double[] logits, int label) {
    if (logits.length < 2) {
      throw new IllegalArgumentException(
          "a margin needs at least 2 classes but there were " + logits.length);
    }
    int rival = label == 0 ? 1 : 0;
    for (int i = 0; i < logits.length; i++) {
      if (i != label && logits[i] > logits[rival]) {
        rival = i;
      }
    }
    return rival;
  }
}
