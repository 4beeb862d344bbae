package io.sextant.explainers.layer;

import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Shape;

/**
 * Where a class activation map lies in one network.
 *
 * @param layer has the feature maps, {@code [channels, height, width]}
 * @param shape of the map that comes out, {@code [height, width]}
 * @param relu whether what speaks against the class is set to 0
 */
record CamFrame(Node layer, Shape shape, boolean relu) {
  /** An activation of the layer, or a gradient by one. */
  FeatureMaps maps(double[] values) {
    return new FeatureMaps(layer.shape(), values);
  }

  /** A raw map of the layer's height and width with the ReLU, brought to its shape. */
  double[] finished(double[] raw) {
    double[] map = raw.clone();
    for (int i = 0; relu && i < map.length; i++) {
      map[i] = Math.max(0, map[i]);
    }
    return resized(map);
  }

  /** A map of the layer's height and width, brought to the shape. */
  double[] resized(double[] map) {
    Shape own = layer.shape();
    return new Bilinear(own.size(1), own.size(2), shape.size(0), shape.size(1)).apply(map);
  }
}
