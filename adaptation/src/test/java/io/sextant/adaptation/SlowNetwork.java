package io.sextant.adaptation;

import io.sextant.gradients.Logits;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Operation;

/** {@link Models#dense} written out, with statistics of the batch and gradients by differences. */
final class SlowNetwork {
  private final double[] firstW;
  private final double[] firstB;
  private final double[] lastW;
  private final double[] lastB;
  private final double[] storedMean;
  private final double[] storedVariance;

  SlowNetwork(InferenceGraph graph) {
    firstW = weights(graph, "first", 0);
    firstB = weights(graph, "first", 1);
    lastW = weights(graph, "last", 0);
    lastB = weights(graph, "last", 1);
    storedMean = weights(graph, "norm", 0);
    storedVariance = weights(graph, "norm", 1);
  }

  private static double[] weights(InferenceGraph graph, String name, int which) {
    Operation operation = graph.node(name).orElseThrow().operation();
    return graph.weights().values(operation.parameters().get(which));
  }

  /** With statistics of the batch; six gammas, then six betas. */
  double[][] logits(double[][] rows, double[] scales) {
    double[][] hidden = hidden(rows);
    double[] mean = new double[6];
    double[] variance = new double[6];
    for (int k = 0; k < 6; k++) {
      for (double[] h : hidden) {
        mean[k] += h[k] / rows.length;
      }
      for (double[] h : hidden) {
        variance[k] += (h[k] - mean[k]) * (h[k] - mean[k]) / rows.length;
      }
    }
    return logits(hidden, mean, variance, scales);
  }

  /** With stored statistics, by which rows are independent. */
  double[] stored(double[] row, double[] scales) {
    return logits(hidden(new double[][] {row}), storedMean, storedVariance, scales)[0];
  }

  private double[][] hidden(double[][] rows) {
    double[][] hidden = new double[rows.length][6];
    for (int i = 0; i < rows.length; i++) {
      for (int k = 0; k < 6; k++) {
        hidden[i][k] = firstB[k];
        for (int f = 0; f < 4; f++) {
          hidden[i][k] += rows[i][f] * firstW[f * 6 + k];
        }
      }
    }
    return hidden;
  }

  private double[][] logits(double[][] hidden, double[] mean, double[] variance, double[] scales) {
    int n = hidden.length;
    for (int k = 0; k < 6; k++) {
      for (double[] h : hidden) {
        double normal = (h[k] - mean[k]) / Math.sqrt(variance[k] + Models.EPSILON);
        h[k] = Math.tanh(scales[k] * normal + scales[6 + k]);
      }
    }
    double[][] logits = new double[n][3];
    for (int i = 0; i < n; i++) {
      for (int c = 0; c < 3; c++) {
        logits[i][c] = lastB[c];
        for (int k = 0; k < 6; k++) {
          logits[i][c] += hidden[i][k] * lastW[k * 3 + c];
        }
      }
    }
    return logits;
  }

  double meanEntropy(double[][] rows, double[] scales) {
    double sum = 0;
    for (double[] row : logits(rows, scales)) {
      for (double p : Logits.probabilities(row)) {
        sum -= p * Math.log(p) / rows.length;
      }
    }
    return sum;
  }

  double[] gradient(double[][] rows, double[] scales) {
    double[] gradient = new double[scales.length];
    for (int i = 0; i < gradient.length; i++) {
      double[] up = scales.clone();
      double[] down = scales.clone();
      up[i] += 1e-5;
      down[i] -= 1e-5;
      gradient[i] = (meanEntropy(rows, up) - meanEntropy(rows, down)) / 2e-5;
    }
    return gradient;
  }
}
