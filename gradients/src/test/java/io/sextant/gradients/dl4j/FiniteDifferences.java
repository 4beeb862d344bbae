package io.sextant.gradients.dl4j;

import io.sextant.gradients.GradientService;

/**
 * The gradient of {@code <cotangent, logits>} at one input by central differences with one
 * Richardson step, and whether the function is smooth around it.
 *
 * @param gradient {@code [1][features]}
 * @param smooth whether one-sided differences agree, up to curvature, along each axis
 */
record FiniteDifferences(double[][] gradient, boolean smooth) {
  private static final double STEP = 1e-5;
  private static final double[] PLACES = {-STEP, -STEP / 2, STEP / 2, STEP};

  static FiniteDifferences of(GradientService service, double[] row, double[] cotangent) {
    double[][] moved = new double[row.length * PLACES.length + 1][];
    for (int i = 0; i < row.length; i++) {
      for (int p = 0; p < PLACES.length; p++) {
        double[] next = row.clone();
        next[i] += PLACES[p];
        moved[i * PLACES.length + p] = next;
      }
    }
    moved[moved.length - 1] = row;
    double[][] logits = service.logits(moved);
    double centre = dot(logits[moved.length - 1], cotangent);
    double[] gradient = new double[row.length];
    double largest = 0;
    double bend = 0;
    for (int i = 0; i < row.length; i++) {
      double[] f = new double[PLACES.length];
      for (int p = 0; p < f.length; p++) {
        f[p] = dot(logits[i * f.length + p], cotangent);
      }
      double wide = (f[3] - f[0]) / (2 * STEP);
      double narrow = (f[2] - f[1]) / STEP;
      gradient[i] = (4 * narrow - wide) / 3;
      largest = Math.max(largest, Math.abs(gradient[i]));
      // Curvature grows with the step and cancels here; a kink does not.
      double curvature = (f[3] - 2 * centre + f[0]) / STEP;
      double half = (f[2] - 2 * centre + f[1]) / (STEP / 2);
      bend = Math.max(bend, Math.abs(curvature - 2 * half));
    }
    return new FiniteDifferences(new double[][] {gradient}, bend <= 1e-7 * Math.max(largest, 1e-3));
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
