package io.sextant.adaptation.alarm;

import io.sextant.gradients.Logits;
import java.util.Arrays;
import org.apiguardian.api.API;

/**
 * Reads the proxies off the predictions of a stream: an immutable value that knows the decisions so
 * far.
 *
 * @param adapted decisions of the adapted model by class
 * @param trained decisions of the trained model by class
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Reading(long[] adapted, long[] trained) {
  /** Before the first batch. */
  public static Reading start(int classes) {
    return new Reading(new long[classes], new long[classes]);
  }

  /**
   * The proxies of a batch.
   *
   * @param own logits of the adapted model, {@code [rows][classes]}
   * @param other logits of the trained model for the same rows
   * @return {@code [rows][proxies]}, in the order of {@link Proxy}; all 1 where a logit is not
   *     finite
   */
  public double[][] of(double[][] own, double[][] other) {
    double[][] read = new double[own.length][Proxy.values().length];
    for (int i = 0; i < own.length; i++) {
      int decided = Logits.decision(own[i]);
      int before = Logits.decision(other[i]);
      if (decided < 0) {
        Arrays.fill(read[i], 1);
        continue;
      }
      read[i][Proxy.DOUBT.ordinal()] = clamp(1 - Logits.probabilities(own[i])[decided]);
      if (before >= 0) {
        double[] p = Logits.probabilities(other[i]);
        read[i][Proxy.CROWDING.ordinal()] =
            clamp((1 + share(adapted, decided) - share(trained, before)) / 2);
        read[i][Proxy.DISSENT.ordinal()] = clamp(p[before] - p[decided]);
      }
    }
    return read;
  }

  /** After a batch. */
  public Reading after(double[][] own, double[][] other) {
    return new Reading(counted(adapted, own), counted(trained, other));
  }

  private static long[] counted(long[] counts, double[][] logits) {
    long[] counted = counts.clone();
    for (double[] row : logits) {
      int decided = Logits.decision(row);
      if (decided >= 0) {
        counted[decided]++;
      }
    }
    return counted;
  }

  /** A share that begins uniform. */
  private static double share(long[] counts, int of) {
    long all = 0;
    for (long count : counts) {
      all += count;
    }
    return (counts[of] + 1.0) / (all + counts.length);
  }

  private static double clamp(double value) {
    return Math.max(0, Math.min(1, value));
  }
}
