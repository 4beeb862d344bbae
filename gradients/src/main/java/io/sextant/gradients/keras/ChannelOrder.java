package io.sextant.gradients.keras;

import java.util.Optional;

/**
 * Where a model has the channels of its images: its layers say so, and the first of them counts.
 */
final class ChannelOrder {
  private ChannelOrder() {}

  /** True where they stand in front of rows and columns. */
  static boolean first(Architecture model) {
    return told(model, false).or(() -> told(model, true)).orElse(false);
  }

  /** A layer that flattens is often told what the images before it never had. */
  private static Optional<Boolean> told(Architecture model, boolean flattens) {
    for (LayerConfig layer : model.layers()) {
      if (layer.inner().isPresent()) {
        Optional<Boolean> inner = told(layer.inner().get(), flattens);
        if (inner.isPresent()) {
          return inner;
        }
      } else if (layer.kind().equals("Flatten") == flattens) {
        String told =
            layer.config().path("data_format").asText("")
                + layer.config().path("dim_ordering").asText("");
        if (!told.isEmpty()) {
          return Optional.of(told.equals("channels_first") || told.equals("th"));
        }
      }
    }
    return Optional.empty();
  }
}
