package io.sextant.gradients.dl4j.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.ForeignFormat;
import io.sextant.gradients.model.ModelFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A Keras model's configuration, checked before Deeplearning4j's importer sees it, and put into the
 * form that it can import.
 */
final class KerasConfiguration {
  private static final Set<String> LAYERS =
      Set.of(
          "InputLayer",
          "Dense",
          "Conv2D",
          "Convolution2D",
          "DepthwiseConv2D",
          "SeparableConv2D",
          "SeparableConvolution2D",
          "MaxPooling2D",
          "AveragePooling2D",
          "GlobalMaxPooling2D",
          "GlobalAveragePooling2D",
          "BatchNormalization",
          "Activation",
          "ReLU",
          "LeakyReLU",
          "PReLU",
          "ELU",
          "ThresholdedReLU",
          "Softmax",
          "Flatten",
          "Dropout",
          "SpatialDropout2D",
          "GaussianNoise",
          "GaussianDropout",
          "AlphaDropout",
          "ActivityRegularization",
          "ZeroPadding2D",
          "Cropping2D",
          "UpSampling2D",
          "Add",
          "Subtract",
          "Multiply",
          "Average",
          "Maximum",
          "Concatenate",
          "Merge");

  private static final Set<String> MODELS = Set.of("Sequential", "Functional", "Model");

  private static final Set<String> CONVOLUTIONS = Set.of("Conv2D", "Convolution2D");

  /** Layers whose output's shape is that of their input. */
  private static final Set<String> SHAPELESS =
      Set.of("InputLayer", "Dropout", "Activation", "GaussianNoise", "GaussianDropout");

  private static final List<String> SHAPE_KEYS = List.of("batch_input_shape", "batch_shape");

  private final String file;
  private final ObjectNode model;
  private final int version;
  private final String backend;
  private final List<ObjectNode> layers = new ArrayList<>();

  private KerasConfiguration(String file, ObjectNode model, int version, String backend) {
    this.file = file;
    this.model = model;
    this.version = version;
    this.backend = backend;
  }

  /**
   * Reads a configuration.
   *
   * @param file for messages
   * @param json the attribute's text
   * @param versionText the version of Keras that wrote it, where the file says
   * @param backend what Keras computed with, such as {@code tensorflow} or {@code theano}
   * @throws ModelFileException if it is no JSON, of another Keras, or has a layer that is not
   *     supported
   */
  static KerasConfiguration read(
      String file, String json, Optional<String> versionText, String backend) {
    JsonNode tree = ConfigurationGuard.parse(file + ": model_config", json);
    // Files that do not say are old; Keras 2 renamed the initialisers.
    String told =
        versionText.orElseGet(
            () -> tree.path("keras_version").asText(json.contains("_initializer\"") ? "2" : "1"));
    int version = told.isEmpty() || !Character.isDigit(told.charAt(0)) ? 2 : told.charAt(0) - '0';
    if (version > 2) {
      throw new ModelFileException(
          "%s was written by Keras %s; %s"
              .formatted(file, ModelFileException.quote(told), ForeignFormat.KERAS_3_ADVICE));
    }
    ObjectNode model = (ObjectNode) tree;
    model.put("keras_version", version == 1 ? "1.2.2" : "2.4.0");
    model.put("backend", backend);
    KerasConfiguration read = new KerasConfiguration(file, model, version, backend);
    read.collect();
    read.layers.forEach(KerasConfiguration::neutral);
    read.layers.forEach(read::ordered);
    read.flattenFirst();
    read.requireKnownOrder();
    return read;
  }

  private void collect() {
    String kind = model.path("class_name").asText();
    if (!MODELS.contains(kind)) {
      throw new ModelFileException(
          "%s: a Keras model must be Sequential or Functional but is %s"
              .formatted(file, ModelFileException.quote(kind)));
    }
    JsonNode config = model.path("config");
    JsonNode list = config.isArray() ? config : config.path("layers");
    if (!list.isArray() || list.isEmpty()) {
      throw new ModelFileException(file + ": the Keras model has no layers");
    }
    Set<String> refused = new TreeSet<>();
    for (JsonNode layer : list) {
      String name = layer.path("class_name").asText();
      if (!(layer instanceof ObjectNode object) || !(layer.path("config") instanceof ObjectNode)) {
        throw new ModelFileException(
            "%s: a model inside a model (%s) is not supported; build one model of all their layers"
                .formatted(file, ModelFileException.quote(name)));
      }
      if (MODELS.contains(name)) {
        throw new ModelFileException(
            "%s: a model inside a model (%s %s) is not supported; build one model of all their layers"
                .formatted(file, name, ModelFileException.quote(name(object))));
      }
      if (!LAYERS.contains(name)) {
        refused.add(name.isEmpty() ? "a layer without class_name" : name);
      }
      layers.add(object);
    }
    if (!refused.isEmpty()) {
      throw new ModelFileException(
          "%s: Keras layers that are not supported: %s; supported are %s"
              .formatted(
                  file,
                  ModelFileException.quote(String.join(", ", refused)),
                  String.join(", ", new TreeSet<>(LAYERS))));
    }
  }

  /**
   * What was random before training does not matter after it, and the importer would run it first:
   * its orthogonal initialiser never returns for 16 units and more.
   */
  private static void neutral(ObjectNode layer) {
    ObjectNode config = (ObjectNode) layer.get("config");
    List<String> initialisers = new ArrayList<>();
    config
        .fieldNames()
        .forEachRemaining(
            key -> {
              if (key.endsWith("_initializer") && !config.path(key).isNull()) {
                initialisers.add(key);
              }
            });
    for (String key : initialisers) {
      ObjectNode zeros = JsonNodeFactory.instance.objectNode();
      zeros.put("class_name", "Zeros");
      zeros.putObject("config");
      config.set(key, zeros);
    }
    if (config.has("init")) {
      config.put("init", "zero");
    }
  }

  /**
   * In Keras 1 only layers that need it say where the channels stand; the importer takes a Flatten
   * that does not say for one with the channels first.
   */
  private void ordered(ObjectNode layer) {
    ObjectNode config = (ObjectNode) layer.get("config");
    if (version == 1 && !config.has("dim_ordering")) {
      layers.stream()
          .map(other -> other.path("config").path("dim_ordering").asText())
          .filter(order -> !order.isEmpty())
          .findFirst()
          .ifPresent(order -> config.put("dim_ordering", order));
    }
  }

  /**
   * A network that flattens its input before anything else takes vectors: it is told so, since the
   * importer cannot flatten what no convolution has read.
   */
  private void flattenFirst() {
    Optional<ArrayNode> shape = stated();
    if (shape.isEmpty() || shape.get().size() < 3) {
      return;
    }
    ArrayNode sizes = shape.get();
    for (ObjectNode layer : layers) {
      String kind = layer.path("class_name").asText();
      if (kind.equals("Flatten")) {
        long values = 1;
        for (int d = 1; d < sizes.size(); d++) {
          values = sizes.get(d).isInt() ? Math.multiplyExact(values, sizes.get(d).intValue()) : -1;
          if (values < 1 || values > Integer.MAX_VALUE) {
            return;
          }
        }
        if (sizes.size() == 4 && version == 2 && channelsFirst(layer)) {
          if (sizes.get(1).asInt() > 1) {
            throw reordered();
          }
        } else if (sizes.size() == 4 && channels(sizes) > 1 && !channelsFirst(layer)) {
          throw new ModelFileException(
              ("%s: it flattens an image of %d channels before any other layer, with the channels"
                      + " last, which is not supported; put a 1x1 convolution in front, or train on"
                      + " vectors")
                  .formatted(file, channels(sizes)));
        }
        sizes.removeAll();
        sizes.addNull();
        sizes.add((int) values);
        layer.put("class_name", "Activation");
        ((ObjectNode) layer.get("config")).put("activation", "linear");
        return;
      }
      if (!SHAPELESS.contains(kind)) {
        return;
      }
    }
  }

  /**
   * Keras 2 turns an image whose channels come first to channels last when it flattens it, so that
   * weights fit both; the importer does not, and its numbers would be others.
   */
  private void requireKnownOrder() {
    if (version == 2
        && layers.stream().anyMatch(KerasConfiguration::channelsFirst)
        && layers.stream().anyMatch(l -> l.path("class_name").asText().equals("Flatten"))) {
      throw reordered();
    }
  }

  private ModelFileException reordered() {
    return new ModelFileException(
        file
            + ": it flattens images with the channels first (data_format channels_first), which is"
            + " not supported; build the same model with channels_last and set_weights of this one,"
            + " or pool globally in place of Flatten");
  }

  private static int channels(ArrayNode sizes) {
    return sizes.get(sizes.size() - 1).asInt();
  }

  private static boolean channelsFirst(ObjectNode layer) {
    JsonNode config = layer.path("config");
    return config.path("data_format").asText().equals("channels_first")
        || config.path("dim_ordering").asText().equals("th");
  }

  private static String name(ObjectNode layer) {
    return layer.path("config").path("name").asText(layer.path("name").asText());
  }

  /** The batch's shape as the first layer states it. */
  private Optional<ArrayNode> stated() {
    for (ObjectNode layer : layers) {
      for (String key : SHAPE_KEYS) {
        if (layer.path("config").get(key) instanceof ArrayNode sizes) {
          return Optional.of(sizes);
        }
      }
    }
    return Optional.empty();
  }

  /** True when the model is a sequence of layers. */
  boolean sequential() {
    return model.path("class_name").asText().equals("Sequential");
  }

  /** The configuration as the importer takes it. */
  String json() {
    return model.toString();
  }

  /**
   * Whether a layer's kernels have to be turned by 180 degrees. Theano convolves where others
   * correlate, so Keras 2 turns kernels that were trained on Theano when it loads them on another
   * backend; the importer does so only where the channels come first.
   */
  boolean turned(String layer) {
    return version == 2
        && backend.equals("theano")
        && layers.stream()
            .anyMatch(
                own ->
                    name(own).equals(layer)
                        && CONVOLUTIONS.contains(own.path("class_name").asText())
                        && !channelsFirst(own));
  }

  /** One example's shape, channels first, where the configuration states it in full. */
  Optional<Shape> shape() {
    Optional<ArrayNode> sizes = stated();
    if (sizes.isEmpty()) {
      return Optional.empty();
    }
    int rank = sizes.get().size() - 1;
    int[] own = new int[rank];
    for (int d = 0; d < rank; d++) {
      own[d] = sizes.get().get(d + 1).asInt();
      if (own[d] < 1) {
        return Optional.empty();
      }
    }
    if (rank == 1) {
      return Optional.of(Shape.of(own));
    }
    if (rank != 3) {
      return Optional.empty();
    }
    boolean first = layers.stream().anyMatch(KerasConfiguration::channelsFirst);
    return Optional.of(first ? Shape.of(own) : Shape.of(own[2], own[0], own[1]));
  }

  /**
   * Whether a training configuration says that the outputs are logits.
   *
   * @param file for messages
   * @param json the attribute's text
   */
  static boolean logits(String file, String json) {
    return fromLogits(ConfigurationGuard.parse(file + ": training_config", json));
  }

  private static boolean fromLogits(JsonNode training) {
    JsonNode loss = training.path("loss");
    if (loss.path("class_name").isMissingNode()) {
      // One loss per output: all of them must say so.
      boolean any = false;
      for (JsonNode each : loss) {
        if (!says(each)) {
          return false;
        }
        any = true;
      }
      return any;
    }
    return says(loss);
  }

  private static boolean says(JsonNode loss) {
    return loss.path("class_name")
            .asText()
            .toLowerCase(java.util.Locale.ROOT)
            .contains("crossentropy")
        && loss.path("config").path("from_logits").asBoolean(false);
  }
}
