package io.sextant.evaluation;

import io.sextant.gradients.dl4j.TrainedModel;
import io.sextant.gradients.graph.Node;
import io.sextant.results.ModelInfo;
import java.util.Arrays;
import java.util.List;

/** The layer table of a model. */
final class ModelLayers {
  private ModelLayers() {}

  static List<ModelInfo.Layer> of(TrainedModel model) {
    return model.graph().nodes().stream()
        .map(
            node ->
                new ModelInfo.Layer(
                    node.index(),
                    node.name(),
                    node.operation().getClass().getSimpleName(),
                    Arrays.stream(node.shape().sizes()).boxed().toList(),
                    parameters(node)))
        .toList();
  }

  private static long parameters(Node node) {
    return node.operation().parameters().stream().mapToLong(p -> p.shape().elements()).sum();
  }
}
