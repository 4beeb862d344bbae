package com.example.methods;

import io.sextant.gradients.Objective;

/**
 * An objective: by how much a class leads over all others together,
 *
 * <pre>
 * f(z) = z_label - log sum over i other than label of exp(z_i)
 * </pre>
 *
 * Unlike the margin it has a gradient in every logit, and unlike cross-entropy it does not flatten
 * where the model is confident.
 *
 * @param label the class
 */
public record SoftMargin(int label) implements Objective {
  @Override
  public double evaluate(double[] logits, double[] cotangent) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < logits.length; i++) {
      largest = i == label ? largest : Math.max(largest, logits[i]);
    }
    double sum = 0;
    for (int i = 0; i < logits.length; i++) {
      cotangent[i] = i == label ? 0 : Math.exp(logits[i] - largest);
      sum += cotangent[i];
    }
    for (int i = 0; i < logits.length; i++) {
      cotangent[i] = i == label ? 1 : -cotangent[i] / sum;
    }
    return logits[label] - largest - Math.log(sum);
  }
}
