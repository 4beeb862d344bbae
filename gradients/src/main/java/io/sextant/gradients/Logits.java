package io.sextant.gradients;

import org.apiguardian.api.API;

/**
 * What can be read off one example's logits.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Logits {
  private Logits() {}

  /** The class decided for: the first largest logit; -1 when a logit is not finite. */
  public static int decision(double[] logits) {
    int best = 0;
    for (int i = 0; i < logits.length; i++) {
      if (!Double.isFinite(logits[i])) {
        return -1;
      }
      if (logits[i] > logits[best]) {
        best = i;
      }
    }
    return best;
  }

  /**
   * A class by its place in the order of the logits, the largest first and the first of equal ones
   * before the others; -1 when a logit is not finite.
   *
   * @param rank from 0, which is the {@link #decision}, to below the number of classes
   */
  public static int ranked(double[] logits, int rank) {
    if (!finite(logits)) {
      return -1;
    }
    for (int i = 0; i < logits.length; i++) {
      int before = 0;
      for (int k = 0; k < logits.length; k++) {
        before += logits[k] > logits[i] || logits[k] == logits[i] && k < i ? 1 : 0;
      }
      if (before == rank) {
        return i;
      }
    }
    throw new IllegalArgumentException(
        "rank must be in 0..%d but was %d".formatted(logits.length - 1, rank));
  }

  /** log of the sum of exponentials, without overflow. */
  public static double logSumExp(double[] logits) {
    double max = Double.NEGATIVE_INFINITY;
    for (double logit : logits) {
      max = Math.max(max, logit);
    }
    if (Double.isInfinite(max)) {
      return max;
    }
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit - max);
    }
    return max + Math.log(sum);
  }

  /** The softmax. */
  public static double[] probabilities(double[] logits) {
    double logNormalizer = logSumExp(logits);
    double[] probabilities = new double[logits.length];
    for (int i = 0; i < logits.length; i++) {
      probabilities[i] = Math.exp(logits[i] - logNormalizer);
    }
    return probabilities;
  }

  /** True when every logit is a finite number. */
  public static boolean finite(double[] logits) {
    for (double logit : logits) {
      if (!Double.isFinite(logit)) {
        return false;
      }
    }
    return true;
  }
}
