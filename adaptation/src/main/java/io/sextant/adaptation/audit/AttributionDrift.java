package io.sextant.adaptation.audit;

import io.sextant.gradients.Objective;
import io.sextant.methods.Passes;
import java.util.Arrays;
import org.apiguardian.api.API;

/**
 * How far adaptation moves what a decision rests on: the gradient of a logit by a row before and
 * after, for the class that the model before decides for. Where rows depend on one another it is
 * the derivative by the row itself, in the company of its batch.
 *
 * @param cosine of the two gradients, by row; from -1 to 1; 1 where both are 0, 0 where one is, or
 *     is not finite
 * @param spearman rank correlation of their magnitudes, by row; from -1 to 1; 1 where both, 0 where
 *     one of them is the same everywhere
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record AttributionDrift(double[] cosine, double[] spearman) {
  /**
   * Compares two models. Costs two forwards and backwards for each row looked at, of a whole batch
   * where rows depend on one another.
   *
   * @param before usually the trained model
   * @param after the adapted one
   * @param batch {@code [rows][input values]}; not modified
   * @param places the rows to look at
   */
  public static AttributionDrift between(
      FrozenModel before, FrozenModel after, double[][] batch, int... places) {
    int[] decisions = before.decisions(batch);
    double[] cosine = new double[places.length];
    double[] spearman = new double[places.length];
    for (int i = 0; i < places.length; i++) {
      int explained = Math.max(0, decisions[places[i]]);
      double[] a = gradient(before, batch, places[i], explained);
      double[] b = gradient(after, batch, places[i], explained);
      cosine[i] = cosine(a, b);
      spearman[i] = cosine(ranks(a), ranks(b));
    }
    return new AttributionDrift(cosine, spearman);
  }

  /**
   * What {@link #between} costs, where rows do not depend on one another before.
   *
   * @param rows of the batch
   * @param places how many of them are looked at
   * @param coupled whether they do so after
   */
  public static Passes passes(long rows, long places, boolean coupled) {
    return new Passes(rows + places * (1 + (coupled ? rows : 1)), 2 * places);
  }

  private static double[] gradient(FrozenModel model, double[][] batch, int row, int explained) {
    double[][] beside = model.coupled() ? batch : new double[][] {batch[row]};
    int at = model.coupled() ? row : 0;
    boolean[] own = new boolean[beside.length];
    own[at] = true;
    return model.climb(beside, FrozenModel.over(own, i -> Objective.logit(explained)))
        .inputGradients()[at];
  }

  /** The mean cosine. */
  public double meanCosine() {
    return Arrays.stream(cosine).average().orElse(0);
  }

  /** The mean rank correlation. */
  public double meanSpearman() {
    return Arrays.stream(spearman).average().orElse(0);
  }

  private static double cosine(double[] a, double[] b) {
    double dot = 0;
    double first = 0;
    double second = 0;
    for (int i = 0; i < a.length; i++) {
      dot += a[i] * b[i];
      first += a[i] * a[i];
      second += b[i] * b[i];
    }
    if (!Double.isFinite(first) || !Double.isFinite(second)) {
      return 0;
    }
    if (first == 0 || second == 0) {
      return first == second ? 1 : 0;
    }
    return dot / (Math.sqrt(first) * Math.sqrt(second));
  }

  /** Ranks of the magnitudes about their mean; equal ones share the mean of their places. */
  private static double[] ranks(double[] gradient) {
    double[] sorted = Arrays.stream(gradient).map(Math::abs).sorted().toArray();
    double[] ranks = new double[gradient.length];
    for (int i = 0; i < ranks.length; i++) {
      double magnitude = Math.abs(gradient[i]);
      ranks[i] =
          (first(sorted, magnitude) + first(sorted, Math.nextUp(magnitude)) - sorted.length) / 2.0;
    }
    return ranks;
  }

  /** How many are smaller. */
  private static int first(double[] sorted, double value) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] < value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
