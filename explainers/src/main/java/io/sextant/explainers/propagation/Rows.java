package io.sextant.explainers.propagation;

/** New values from places of rows. */
final class Rows {
  private Rows() {}

  /** A value by its row and place. */
  @FunctionalInterface
  interface Value {
    double at(int row, int place);
  }

  /** Rows as long as others. */
  static double[][] map(double[][] like, Value value) {
    double[][] mapped = new double[like.length][];
    for (int row = 0; row < like.length; row++) {
      mapped[row] = new double[like[row].length];
      for (int i = 0; i < mapped[row].length; i++) {
        mapped[row][i] = value.at(row, i);
      }
    }
    return mapped;
  }
}
