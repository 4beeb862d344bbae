package io.sextant.adaptation;

import io.sextant.gradients.Logits;
import io.sextant.gradients.Objective;
import org.apiguardian.api.API;

/**
 * Objectives that need no label: how unsure a prediction is.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Confidence {
  /** Probabilities above it are as good as certain: the likelihood ratio has no slope there. */
  private static final double CLIP = 0.99;

  private Confidence() {}

  /**
   * The entropy H(p) = -sum of p log p of the softmax, in nats; d/dz_k = -p_k (log p_k + H).
   *
   * <p>Wang, Shelhamer, Liu, Olshausen, Darrell, "Tent: Fully Test-Time Adaptation by Entropy
   * Minimization", ICLR 2021, arXiv:2006.10726.
   */
  public static Objective entropy() {
    return (logits, cotangent) -> {
      double normalizer = Logits.logSumExp(logits);
      double entropy = 0;
      for (double logit : logits) {
        entropy -= Math.exp(logit - normalizer) * (logit - normalizer);
      }
      for (int k = 0; k < logits.length; k++) {
        double log = logits[k] - normalizer;
        cotangent[k] = -Math.exp(log) * (log + entropy);
      }
      return entropy;
    };
  }

  /** The entropy of one row. */
  public static double entropy(double[] logits) {
    return entropy().evaluate(logits, new double[logits.length]);
  }

  /**
   * The soft likelihood ratio -sum of p log(p / (1 - p)), p cut at 0.99: unlike the entropy's, its
   * slope does not vanish where the model is confident.
   *
   * <p>Mummadi, Hutmacher, Rambach, Levinkov, Brox, Metzen, "Test-Time Adaptation to Distribution
   * Shift by Confidence Maximization and Input Transformation", 2021, arXiv:2106.14999; cut as in
   * Marsden, Doebler, Yang, "Universal Test-Time Adaptation through Weight Ensembling, Diversity
   * Weighting, and Prior Correction", WACV 2024, arXiv:2306.00650.
   */
  public static Objective softLikelihoodRatio() {
    return (logits, cotangent) -> {
      double[] p = Logits.probabilities(logits);
      double[] slope = new double[p.length];
      double value = 0;
      double mean = 0;
      for (int c = 0; c < p.length; c++) {
        double q = Math.min(p[c], CLIP);
        // The product goes to 0 with the probability.
        value -= q == 0 ? 0 : q * (Math.log(q) - Math.log1p(-q));
        slope[c] = p[c] > CLIP || q == 0 ? 0 : -(Math.log(q) - Math.log1p(-q)) - 1 / (1 - q);
        mean += p[c] * slope[c];
      }
      for (int k = 0; k < p.length; k++) {
        cotangent[k] = p[k] * (slope[k] - mean);
      }
      return value;
    };
  }
}
