package io.sextant.adaptation.alarm;

import io.sextant.gradients.Logits;
import java.util.List;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * Reads the proxies off the predictions of a stream: an immutable value that knows the late
 * decisions.
 *
 * @param adapted late decisions of the adapted model by class, older ones counting less
 * @param trained those of the trained model
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Reading(double[] adapted, double[] trained) {
  /** What a decision counts after each later one: about 200 are remembered. */
  private static final double KEEP = 0.995;

  /** Before the first batch. */
  public static Reading start(int classes) {
    return new Reading(new double[classes], new double[classes]);
  }

  /**
   * The proxies of a batch.
   *
   * @param own logits of the adapted model, {@code [rows][classes]}
   * @param other logits of the trained model for the same rows
   * @return one per row; all 1 where a logit of the adapted model is not finite, and neutral where
   *     one of the trained model is not
   */
  public List<Proxies> of(double[][] own, double[][] other) {
    return IntStream.range(0, own.length).mapToObj(i -> of(own[i], other[i])).toList();
  }

  private Proxies of(double[] own, double[] other) {
    int decided = Logits.decision(own);
    int before = Logits.decision(other);
    if (decided < 0) {
      return new Proxies(1, 1, 1);
    }
    if (before < 0) {
      return Proxies.NEUTRAL;
    }
    double[] p = Logits.probabilities(own);
    double[] q = Logits.probabilities(other);
    return new Proxies(
        (1 + q[before] - p[decided]) / 2,
        (1 + share(adapted, decided) - share(trained, before)) / 2,
        (1 + q[before] - q[decided] - p[decided] + p[before]) / 2);
  }

  /** After a batch. */
  public Reading after(double[][] own, double[][] other) {
    return new Reading(counted(adapted, own), counted(trained, other));
  }

  private static double[] counted(double[] counts, double[][] logits) {
    double[] counted = counts.clone();
    for (double[] row : logits) {
      for (int c = 0; c < counted.length; c++) {
        counted[c] *= KEEP;
      }
      int decided = Logits.decision(row);
      if (decided >= 0) {
        counted[decided]++;
      }
    }
    return counted;
  }

  /** A share that begins uniform. */
  private static double share(double[] counts, int of) {
    double all = 0;
    for (double count : counts) {
      all += count;
    }
    return (counts[of] + 1.0) / (all + counts.length);
  }
}
