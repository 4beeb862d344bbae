package io.sextant.gradients.keras;

import com.fasterxml.jackson.databind.JsonNode;
import io.sextant.gradients.model.ModelFileException;
import java.util.Optional;
import java.util.Set;

/**
 * A layer as a model's configuration has it.
 *
 * @param name unique in its model
 * @param kind its class without packages
 * @param module the package of its class, where the configuration tells; else empty
 * @param registered the name under which a class of somebody's own is known; else empty
 * @param config its options
 * @param inner the model that it is, for models inside models
 */
record LayerConfig(
    String name,
    String kind,
    String module,
    String registered,
    JsonNode config,
    Optional<Architecture> inner) {
  private static final Set<String> MODELS = Set.of("Sequential", "Functional", "Model");

  static LayerConfig of(JsonNode json, int depth) {
    String kind = json.path("class_name").asText();
    JsonNode config = json.path("config");
    String name = config.path("name").asText(json.path("name").asText());
    boolean model = MODELS.contains(kind);
    if (kind.isEmpty() || !(config.isObject() || model && config.isArray())) {
      throw new ModelFileException(
          "layer %s has no class_name or no config".formatted(ModelFileException.quote(name)));
    }
    return new LayerConfig(
        name,
        kind,
        json.path("module").isTextual() ? json.path("module").textValue() : "",
        json.path("registered_name").isTextual() ? json.path("registered_name").textValue() : "",
        config,
        model ? Optional.of(Architecture.of(json, depth + 1)) : Optional.empty());
  }

  static boolean model(String kind) {
    return MODELS.contains(kind);
  }

  /** A layer inside a wrapper. */
  LayerConfig wrapped(String key) {
    if (!config.path(key).isObject()) {
      throw new ModelFileException(
          "layer %s: %s is no layer".formatted(ModelFileException.quote(name), key));
    }
    return of(config.path(key), Architecture.DEEPEST - 1);
  }
}
