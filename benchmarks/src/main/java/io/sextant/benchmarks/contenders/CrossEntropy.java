package io.sextant.benchmarks.contenders;

/** The derivative of the cross-entropy by the logits: the softmax minus the label's indicator. */
public final class CrossEntropy {
  private CrossEntropy() {}

  /**
   * Replaces logits by the cotangent, row by row.
   *
   * @param logits flat {@code [rows, classes]}; overwritten
   * @param labels one class per row
   * @param classes number of logits of a row
   */
  public static void cotangent(float[] logits, int[] labels, int classes) {
    for (int row = 0; row < labels.length; row++) {
      int start = row * classes;
      float largest = Float.NEGATIVE_INFINITY;
      for (int i = start; i < start + classes; i++) {
        largest = Math.max(largest, logits[i]);
      }
      double sum = 0;
      for (int i = start; i < start + classes; i++) {
        double exponential = Math.exp(logits[i] - largest);
        logits[i] = (float) exponential;
        sum += exponential;
      }
      for (int i = start; i < start + classes; i++) {
        logits[i] = (float) (logits[i] / sum);
      }
      logits[start + labels[row]] -= 1;
    }
  }
}
