package io.sextant.evaluation;

import io.sextant.gradients.Logits;
import java.util.Arrays;

/** How sure a network is, computed from its logits. */
final class Scores {
  private Scores() {}

  /** The probability of a decision; 0 when there is none. */
  static double confidence(double[] logits, int prediction) {
    return prediction < 0 || !Logits.finite(logits) ? 0 : Logits.probabilities(logits)[prediction];
  }

  /** The lead of the largest logit over the second; 0 when they are not finite. */
  static double margin(double[] logits) {
    if (!Logits.finite(logits)) {
      return 0;
    }
    double[] sorted = logits.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length - 1] - sorted[sorted.length - 2];
  }
}
