package io.sextant.evaluation;

import io.sextant.gradients.model.TrainedModel;
import io.sextant.results.ModelInfo;
import java.util.Arrays;
import java.util.List;

/** The layer table of a model, as results tell it. */
final class ModelLayers {
  private ModelLayers() {}

  static List<ModelInfo.Layer> of(TrainedModel model) {
    return model.layers().stream()
        .map(
            layer ->
                new ModelInfo.Layer(
                    layer.index(),
                    layer.name(),
                    layer.kind(),
                    Arrays.stream(layer.shape().sizes()).boxed().toList(),
                    layer.parameters()))
        .toList();
  }
}
