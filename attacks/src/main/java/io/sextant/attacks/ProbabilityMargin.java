package io.sextant.attacks;

import io.sextant.gradients.Objective;

/**
 * p_y minus the largest other probability. Of equal ones the first takes the gradient.
 *
 * @param label y
 */
record ProbabilityMargin(int label) implements Objective {
  @Override
  public double evaluate(double[] logits, double[] cotangent) {
    int rival = Ranking.without(label, logits)[0];
    double largest = Math.max(logits[label], logits[rival]);
    double sum = 0;
    for (int i = 0; i < logits.length; i++) {
      cotangent[i] = Math.exp(logits[i] - largest);
      sum += cotangent[i];
    }
    double p = cotangent[label] / sum;
    double q = cotangent[rival] / sum;
    // 1 - p and 1 - q as sums of what is left, which keeps their digits where p or q is near 1.
    double notLabel = 0;
    double notRival = 0;
    for (int i = 0; i < logits.length; i++) {
      notLabel += i == label ? 0 : cotangent[i] / sum;
      notRival += i == rival ? 0 : cotangent[i] / sum;
    }
    double value = p - q;
    for (int i = 0; i < logits.length; i++) {
      cotangent[i] =
          i == label
              ? p * (notLabel + q)
              : i == rival ? -q * (notRival + p) : -value * cotangent[i] / sum;
    }
    return value;
  }
}
