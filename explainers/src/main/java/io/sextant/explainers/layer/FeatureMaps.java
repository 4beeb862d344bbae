package io.sextant.explainers.layer;

import io.sextant.gradients.graph.Shape;

/**
 * Values at the places of several channels: an activation of a convolutional layer, or a gradient
 * by one.
 *
 * @param shape {@code [channels, height, width]}
 * @param values in row-major order; not modified
 */
record FeatureMaps(Shape shape, double[] values) {
  /** The mean of each channel over its places, {@code [channels]}. */
  double[] means() {
    double[] means = new double[shape.channels()];
    for (int i = 0; i < values.length; i++) {
      means[i / shape.positions()] += values[i];
    }
    for (int k = 0; k < means.length; k++) {
      means[k] /= shape.positions();
    }
    return means;
  }

  /** The sum of the channels, each times its weight, {@code [height, width]}. */
  double[] weighted(double[] weights) {
    double[] sum = new double[shape.positions()];
    for (int i = 0; i < values.length; i++) {
      sum[i % sum.length] += weights[i / sum.length] * values[i];
    }
    return sum;
  }

  /** The sum over the channels of the products with other maps, {@code [height, width]}. */
  double[] times(FeatureMaps others) {
    double[] sum = new double[shape.positions()];
    for (int i = 0; i < values.length; i++) {
      sum[i % sum.length] += others.values[i] * values[i];
    }
    return sum;
  }
}
