package io.sextant.evaluation;

import io.sextant.gradients.GradientService;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Rows between the precision of files and that of arithmetic. */
final class Rows {
  /** Rows that are asked about at a time. */
  private static final int PART = 256;

  private Rows() {}

  static double[] widen(float[] row) {
    double[] wide = new double[row.length];
    for (int i = 0; i < row.length; i++) {
      wide[i] = row[i];
    }
    return wide;
  }

  static float[] narrow(double[] row) {
    float[] narrow = new float[row.length];
    for (int i = 0; i < row.length; i++) {
      narrow[i] = (float) row[i];
    }
    return narrow;
  }

  /**
   * A model's logits, few rows at a time in memory.
   *
   * @param count of the rows
   * @param row by its place, from 0
   * @return {@code [count][classes]}
   */
  static double[][] logits(GradientService service, int count, IntFunction<double[]> row) {
    double[][] logits = new double[count][];
    for (int from = 0; from < count; from += PART) {
      int to = Math.min(count, from + PART);
      double[][] part = IntStream.range(from, to).mapToObj(row).toArray(double[][]::new);
      System.arraycopy(service.logits(part), 0, logits, from, to - from);
    }
    return logits;
  }
}
