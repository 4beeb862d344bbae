package io.sextant.adaptation;

import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import java.util.Optional;

/**
 * The dense layer that makes the logits.
 *
 * @param features name of the node that it reads
 * @param columns its weights, {@code [classes][features]}
 * @param bias {@code [classes]}
 */
record Head(String features, double[][] columns, double[] bias) {
  /** That of a network, where its last node is one. */
  static Optional<Head> of(InferenceGraph graph) {
    Node last = graph.output();
    if (!(last.operation() instanceof Operation.Affine affine)) {
      return Optional.empty();
    }
    int classes = last.shape().elements();
    double[] weights = graph.weights().values(affine.weights());
    double[][] columns = new double[classes][weights.length / classes];
    for (int i = 0; i < weights.length; i++) {
      columns[i % classes][i / classes] = weights[i];
    }
    double[] bias = affine.bias().map(graph.weights()::values).orElseGet(() -> new double[classes]);
    return Optional.of(new Head(graph.nodes().get(last.inputs().get(0)).name(), columns, bias));
  }

  double[] logits(double[] values) {
    double[] logits = bias.clone();
    for (int c = 0; c < logits.length; c++) {
      logits[c] += Vectors.product(columns[c], values);
    }
    return logits;
  }
}
