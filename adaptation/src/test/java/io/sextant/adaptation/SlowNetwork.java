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

  SlowNetwork(InferenceGraph graph) {
    firstW = weights(graph, "first", 0);
    firstB = weights(graph, "first", 1);
    lastW = weights(graph, "last", 0);
    lastB = weights(graph, "last", 1);
  }

  private static double[] weights(InferenceGraph graph, String name, int which) {
    Operation operation = graph.node(name).orElseThrow().operation();
    return graph.weights().values(operation.parameters().get(which));
  }

  /** Six gammas, then six betas. */
  double[][] logits(double[][] rows, double[] scales) {
    int n = rows.length;
    double[][] hidden = new double[n][6];
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < 6; k++) {
        hidden[i][k] = firstB[k];
        for (int f = 0; f < 4; f++) {
          hidden[i][k] += rows[i][f] * firstW[f * 6 + k];
        }
      }
    }
    for (int k = 0; k < 6; k++) {
      double mean = 0;
      double variance = 0;
      for (double[] h : hidden) {
        mean += h[k] / n;
      }
      for (double[] h : hidden) {
        variance += (h[k] - mean) * (h[k] - mean) / n;
      }
      for (double[] h : hidden) {
        double normal = (h[k] - mean) / Math.sqrt(variance + Models.EPSILON);
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
