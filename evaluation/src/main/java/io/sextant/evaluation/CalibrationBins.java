package io.sextant.evaluation;

import io.sextant.gradients.Logits;

/**
 * Predictions by their confidence, the largest probability: how often they are right.
 *
 * <p>Guo, Pleiss, Sun, Weinberger, "On Calibration of Modern Neural Networks", ICML 2017,
 * arXiv:1706.04599: bins of equal width, 15 of them.
 *
 * @param counts predictions in each bin
 * @param confidence sum of their confidence
 * @param right how many are right
 */
record CalibrationBins(long[] counts, double[] confidence, long[] right) {
  private static final int BINS = 15;

  static CalibrationBins empty() {
    return new CalibrationBins(new long[BINS], new double[BINS], new long[BINS]);
  }

  /** Of predictions; those that are not finite are sure of nothing and wrong. */
  static CalibrationBins of(double[][] logits, int[] labels) {
    CalibrationBins bins = empty();
    for (int i = 0; i < labels.length; i++) {
      int decided = Logits.decision(logits[i]);
      double sure = decided < 0 ? 0 : Logits.probabilities(logits[i])[decided];
      int bin = Math.min(BINS - 1, (int) (sure * BINS));
      bins.counts[bin]++;
      bins.confidence[bin] += sure;
      bins.right[bin] += decided == labels[i] ? 1 : 0;
    }
    return bins;
  }

  CalibrationBins plus(CalibrationBins other) {
    CalibrationBins sum = empty();
    for (int b = 0; b < BINS; b++) {
      sum.counts[b] = counts[b] + other.counts[b];
      sum.confidence[b] = confidence[b] + other.confidence[b];
      sum.right[b] = right[b] + other.right[b];
    }
    return sum;
  }

  /** The expected calibration error: the mean distance of confidence and share of right ones. */
  double error() {
    long all = 0;
    double apart = 0;
    for (int b = 0; b < BINS; b++) {
      all += counts[b];
      apart += Math.abs(confidence[b] - right[b]);
    }
    return all == 0 ? 0 : Math.min(1, apart / all);
  }
}
