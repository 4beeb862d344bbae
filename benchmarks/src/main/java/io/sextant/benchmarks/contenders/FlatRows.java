package io.sextant.benchmarks.contenders;

/** Rows one after another, as native libraries take them. */
public final class FlatRows {
  private FlatRows() {}

  /** Equally long rows as one float array. */
  public static float[] of(double[][] rows) {
    int width = rows[0].length;
    float[] flat = new float[rows.length * width];
    for (int row = 0; row < rows.length; row++) {
      for (int i = 0; i < width; i++) {
        flat[row * width + i] = (float) rows[row][i];
      }
    }
    return flat;
  }
}
