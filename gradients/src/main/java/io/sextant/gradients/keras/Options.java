package io.sextant.gradients.keras;

import com.fasterxml.jackson.databind.JsonNode;
import io.sextant.gradients.model.ModelFileException;
import io.sextant.gradients.model.UnsupportedLayerException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A layer's configuration, of which each entry must be asked for: what nobody asked for is refused
 * in the end, so that no option is dropped in silence.
 */
final class Options {
  /** What counts in training alone, or for a model's making. */
  private static final Set<String> TRAINING =
      Set.of(
          "name",
          "trainable",
          "batch_input_shape",
          "batch_shape",
          "batch_size",
          "input_shape",
          "input_dim",
          "input_dtype",
          "input_length",
          "autocast",
          "seed",
          "seed_generator",
          "momentum",
          "synchronized",
          "implementation",
          "unroll",
          "unit_forget_bias",
          "dropout",
          "recurrent_dropout",
          "use_cudnn",
          "fused",
          "renorm_clipping",
          "renorm_momentum",
          // Keras 1
          "init",
          "inner_init",
          "forget_bias_init",
          "weights",
          "W_learning_rate_multiplier",
          "b_learning_rate_multiplier",
          "dropout_W",
          "dropout_U",
          "consume_less",
          "beta_init",
          "gamma_init");

  private static final List<String> TRAINING_ENDINGS =
      List.of("_initializer", "_regularizer", "_constraint");

  private final String layer;
  private final JsonNode config;
  private final Set<String> asked = new HashSet<>();

  Options(String layer, JsonNode config) {
    this.layer = layer;
    this.config = config;
  }

  UnsupportedLayerException refusal(String what) {
    return new UnsupportedLayerException(ModelFileException.quote(layer), what);
  }

  private UnsupportedLayerException refusal(String key, JsonNode value, String must) {
    return refusal(
        "%s must be %s but was %s"
            .formatted(key, must, ModelFileException.quote(value.toString())));
  }

  /** An entry as it stands; missing or null alike. */
  JsonNode any(String key) {
    asked.add(key);
    return config.path(key);
  }

  /** A list. */
  JsonNode list(String key) {
    JsonNode value = any(key);
    if (!value.isArray()) {
      throw refusal(key, value, "a list");
    }
    return value;
  }

  /** True when the entry is there and not null. */
  boolean has(String key) {
    return config.hasNonNull(key);
  }

  /** A whole number of at least 1. */
  int size(String key) {
    JsonNode value = any(key);
    if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 1) {
      throw refusal(key, value, "a whole number of at least 1");
    }
    return value.intValue();
  }

  /** A whole number of at least 1, or what it is where it is missing. */
  int size(String key, int missing) {
    return has(key) ? size(key) : missing(key, missing);
  }

  private <T> T missing(String key, T value) {
    asked.add(key);
    return value;
  }

  /** A whole number. */
  int whole(String key, int missing) {
    JsonNode value = any(key);
    if (value.isMissingNode() || value.isNull()) {
      return missing;
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw refusal(key, value, "a whole number");
    }
    return value.intValue();
  }

  /** A finite number. */
  double number(String key, double missing) {
    JsonNode value = any(key);
    // Arrays of one number come out of Python's arrays.
    JsonNode one = value.path("value").isNumber() ? value.path("value") : value;
    if (one.isMissingNode() || one.isNull()) {
      return missing;
    }
    if (!one.isNumber() || !Double.isFinite(one.doubleValue())) {
      throw refusal(key, value, "a finite number");
    }
    return one.doubleValue();
  }

  boolean flag(String key, boolean missing) {
    JsonNode value = any(key);
    if (value.isMissingNode() || value.isNull()) {
      return missing;
    }
    if (value.isBoolean()) {
      return value.booleanValue();
    }
    if (value.isIntegralNumber() && (value.intValue() == 0 || value.intValue() == 1)) {
      return value.intValue() == 1;
    }
    throw refusal(key, value, "true or false");
  }

  /** Refuses the entry unless it is missing, null or what it must be. */
  void mustBe(String key, Object expected) {
    JsonNode value = any(key);
    if (!value.isMissingNode() && !value.isNull() && !value.asText().equals(expected.toString())) {
      throw refusal(key, value, expected.toString());
    }
  }

  /** One of some texts. */
  String text(String key, String missing, String... known) {
    JsonNode value = any(key);
    if (value.isMissingNode() || value.isNull()) {
      return missing;
    }
    if (!value.isTextual() || !List.of(known).contains(value.textValue())) {
      throw refusal(key, value, "one of " + List.of(known));
    }
    return value.textValue();
  }

  /** A size for each of some dimensions; one number counts for all. */
  int[] sizes(String key, int rank, int missing) {
    int[] sizes = wholes(key, rank, missing);
    for (int size : sizes) {
      if (size < 1) {
        throw refusal(key, any(key), "at least 1");
      }
    }
    return sizes;
  }

  /** A whole number for each of some dimensions; one number counts for all. */
  int[] wholes(String key, int rank, int missing) {
    JsonNode value = any(key);
    int[] all = new int[rank];
    for (int i = 0; i < rank; i++) {
      JsonNode at = value.isArray() && value.size() == rank ? value.path(i) : value;
      // Keras 1 and 2 wrote the one size of a 1-D layer as a list or alone.
      if (value.isMissingNode() || value.isNull()) {
        all[i] = missing;
      } else if (at.isIntegralNumber() && at.canConvertToInt()) {
        all[i] = at.intValue();
      } else {
        throw refusal(key, value, "a whole number or a list of %d".formatted(rank));
      }
    }
    return all;
  }

  /** Refuses what nobody asked for and what has an effect at test time, or might. */
  void finish() {
    for (Map.Entry<String, JsonNode> entry : config.properties()) {
      String key = entry.getKey();
      if (asked.contains(key) || entry.getValue().isNull() || training(key)) {
        continue;
      }
      if (key.equals("dtype")) {
        requireFloats(entry.getValue());
        continue;
      }
      throw refusal(
          "the option %s (%s) is not known"
              .formatted(
                  ModelFileException.quote(key),
                  ModelFileException.quote(entry.getValue().toString())));
    }
  }

  private static boolean training(String key) {
    return TRAINING.contains(key) || TRAINING_ENDINGS.stream().anyMatch(key::endsWith);
  }

  /** Numbers of any width are computed in the graph's; quantised weights are other numbers. */
  private void requireFloats(JsonNode type) {
    String name = type.isTextual() ? type.textValue() : type.path("config").path("name").asText();
    String policy = type.path("class_name").asText("DTypePolicy");
    if (!List.of("DTypePolicy", "Policy").contains(policy)
        || !name.isEmpty() && !name.matches("(mixed_)?b?float(16|32|64)")) {
      throw refusal(
          "its numbers are %s, and only floats are supported"
              .formatted(ModelFileException.quote(name.isEmpty() ? policy : name)));
    }
  }
}
