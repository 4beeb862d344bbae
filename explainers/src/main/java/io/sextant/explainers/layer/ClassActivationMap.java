package io.sextant.explainers.layer;

import io.sextant.explainers.Explainer;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Shape;

/** What explainers share that add up feature maps; they differ in the weights. */
interface ClassActivationMap extends Explainer {
  /** Which feature maps, and what is done with their sum. */
  Cam cam();

  /** Height and width of the input, or of the layer. */
  @Override
  default Shape shape(InferenceGraph graph) {
    return frame(graph).shape();
  }

  /** Where the map lies in a network. */
  default CamFrame frame(InferenceGraph graph) {
    return cam().in(graph, name());
  }
}
