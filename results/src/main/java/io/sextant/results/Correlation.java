package io.sextant.results;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * How two lists of numbers go together; NaN where one of them does not vary.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Correlation {
  private static final double ROUNDING = 1e-24;

  private Correlation() {}

  /** Pearson's coefficient of lists of equal length. */
  public static double pearson(double[] first, double[] second) {
    double meanFirst = Arrays.stream(first).average().orElse(0);
    double meanSecond = Arrays.stream(second).average().orElse(0);
    double product = 0;
    double squareFirst = 0;
    double squareSecond = 0;
    for (int i = 0; i < first.length; i++) {
      double a = first[i] - meanFirst;
      double b = second[i] - meanSecond;
      product += a * b;
      squareFirst += a * a;
      squareSecond += b * b;
    }
    // What varies by rounding alone does not vary.
    boolean varies =
        squareFirst > ROUNDING * first.length * meanFirst * meanFirst
            && squareSecond > ROUNDING * second.length * meanSecond * meanSecond;
    return varies ? product / Math.sqrt(squareFirst * squareSecond) : Double.NaN;
  }

  /** Pearson's of the ranks. */
  public static double spearman(double[] first, double[] second) {
    return pearson(ranks(first), ranks(second));
  }

  /** Ranks from 1 for the smallest; equal numbers share the mean of theirs. */
  public static double[] ranks(double[] values) {
    int[] order =
        IntStream.range(0, values.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> values[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] ranks = new double[values.length];
    for (int from = 0; from < order.length; ) {
      int to = from + 1;
      while (to < order.length && values[order[to]] == values[order[from]]) {
        to++;
      }
      for (int i = from; i < to; i++) {
        ranks[order[i]] = (from + 1 + to) / 2.0;
      }
      from = to;
    }
    return ranks;
  }

  /**
   * Kendall's coefficient of concordance, from 0 where judges agree no more than by chance could be
   * less to 1 where all rank alike; corrected for ties.
   *
   * <p>Kendall, Babington Smith, "The Problem of m Rankings", Annals of Mathematical Statistics
   * 10(3), 1939.
   *
   * @param ranks {@code [judges][items]}, at least two of each
   */
  public static double concordance(double[][] ranks) {
    int judges = ranks.length;
    int items = ranks[0].length;
    double[] sums = new double[items];
    double ties = 0;
    for (double[] of : ranks) {
      for (int i = 0; i < items; i++) {
        sums[i] += of[i];
      }
      double[] sorted = Arrays.stream(of).sorted().toArray();
      for (int from = 0; from < items; ) {
        int to = from;
        while (to < items && sorted[to] == sorted[from]) {
          to++;
        }
        double alike = to - from;
        ties += alike * alike * alike - alike;
        from = to;
      }
    }
    double mean = Arrays.stream(sums).average().orElse(0);
    double spread = Arrays.stream(sums).map(sum -> (sum - mean) * (sum - mean)).sum();
    double n = items;
    double most = (double) judges * judges * (n * n * n - n) - judges * ties;
    return 12 * spread / most;
  }
}
