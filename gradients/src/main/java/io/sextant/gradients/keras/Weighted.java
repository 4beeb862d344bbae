package io.sextant.gradients.keras;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/** Which layers have arrays of their own in an archive. */
final class Weighted {
  private static final Set<String> ALWAYS =
      Set.of(
          "Dense",
          "Conv1D",
          "Conv2D",
          "Conv3D",
          "Conv1DTranspose",
          "Conv2DTranspose",
          "Conv3DTranspose",
          "DepthwiseConv1D",
          "DepthwiseConv2D",
          "SeparableConv1D",
          "SeparableConv2D",
          "BatchNormalization",
          "PReLU",
          "LSTM",
          "GRU",
          "SimpleRNN",
          "Bidirectional",
          "MultiHeadAttention");

  private Weighted() {}

  /** Whether the layer, the model or what it wraps has arrays. */
  static boolean has(LayerConfig layer) {
    if (layer.inner().isPresent()) {
      return layer.inner().get().layers().stream().anyMatch(Weighted::has);
    }
    JsonNode config = layer.config();
    return switch (layer.kind()) {
      case "TimeDistributed" -> has(layer.wrapped("layer"));
      case "Attention" -> config.path("use_scale").asBoolean();
      case "LayerNormalization" ->
          config.path("scale").asBoolean(true) || config.path("center").asBoolean(true);
      case "Normalization" -> !config.hasNonNull("mean");
      // A learned activation is a layer inside.
      case "Activation" ->
          config.path("activation").isObject()
              && config.path("activation").path("class_name").asText().equals("PReLU");
      default -> ALWAYS.contains(layer.kind());
    };
  }
}
