package io.sextant.evaluation;

/** Rows between the precision of files and that of arithmetic. */
final class Rows {
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
}
