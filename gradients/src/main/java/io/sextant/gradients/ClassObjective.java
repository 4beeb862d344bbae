package io.sextant.gradients;

import java.util.Arrays;

/** An objective about one class. Records, so that equal ones are known to be equal. */
sealed interface ClassObjective extends Objective {
  /** z_label. */
  record Logit(int label) implements ClassObjective {
    @Override
    public double evaluate(double[] logits, double[] cotangent) {
      Arrays.fill(cotangent, 0);
      cotangent[label] = 1;
      return logits[label];
    }
  }

  /** z_label minus the largest other logit. */
  record Margin(int label) implements ClassObjective {
    @Override
    public double evaluate(double[] logits, double[] cotangent) {
      int rival = rival(logits);
      Arrays.fill(cotangent, 0);
      cotangent[label] = 1;
      cotangent[rival] = -1;
      return logits[label] - logits[rival];
    }

    private int rival(double[] logits) {
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

  /** softmax(z)_label. */
  record Probability(int label) implements ClassObjective {
    @Override
    public double evaluate(double[] logits, double[] cotangent) {
      double logNormalizer = Logits.logSumExp(logits);
      double p = Math.exp(logits[label] - logNormalizer);
      for (int i = 0; i < logits.length; i++) {
        double q = Math.exp(logits[i] - logNormalizer);
        cotangent[i] = i == label ? p * (1 - p) : -p * q;
      }
      return p;
    }
  }

  /** log softmax(z)_label. */
  record LogProbability(int label) implements ClassObjective {
    @Override
    public double evaluate(double[] logits, double[] cotangent) {
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
    }
  }
}
