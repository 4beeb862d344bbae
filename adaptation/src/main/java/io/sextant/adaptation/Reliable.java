package io.sextant.adaptation;

import io.sextant.gradients.Logits;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * EATA's choice of rows to learn from: reliable ones (entropy below a margin) that are not
 * redundant (not too much like the mean prediction so far); each with weight exp(margin - entropy),
 * averaged over the chosen.
 *
 * <p>Niu, Wu, Zhang, Chen, Zheng, Zhao, Tan, "Efficient Test-Time Model Adaptation without
 * Forgetting", ICML 2022, arXiv:2204.02610.
 *
 * @param margin largest entropy, in nats
 * @param similarity largest absolute cosine to the mean prediction
 * @param mean moving mean of the probabilities of the rows chosen so far, {@code [classes]}; none
 *     before the first
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Reliable(double margin, double similarity, Optional<double[]> mean)
    implements Weighting {
  private static final double KEEP = 0.9;

  private boolean chosen(double[] logits) {
    return Confidence.entropy(logits) < margin
        && mean.map(m -> Math.abs(Vectors.cosine(m, Logits.probabilities(logits))) < similarity)
            .orElse(true);
  }

  @Override
  public double[] of(double[][] logits) {
    double[] weights = Weighting.meanOf(logits.length, i -> chosen(logits[i]));
    for (int i = 0; i < weights.length; i++) {
      weights[i] *= weights[i] == 0 ? 0 : Math.exp(margin - Confidence.entropy(logits[i]));
    }
    return weights;
  }

  /** After a batch: the mean prediction moves towards that of the chosen rows. */
  public Reliable after(double[][] logits) {
    double[] moved = new double[logits[0].length];
    int count = 0;
    for (double[] row : logits) {
      if (chosen(row)) {
        double[] p = Logits.probabilities(row);
        for (int c = 0; c < p.length; c++) {
          moved[c] += p[c];
        }
        count++;
      }
    }
    if (count == 0) {
      return this;
    }
    for (int c = 0; c < moved.length; c++) {
      double now = moved[c] / count;
      moved[c] = mean.isPresent() ? KEEP * mean.get()[c] + (1 - KEEP) * now : now;
    }
    return new Reliable(margin, similarity, Optional.of(moved));
  }
}
