package io.sextant.gradients.dl4j.files;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sextant.gradients.model.ModelFileException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Checks a network configuration's raw JSON before Deeplearning4j binds it. Its mapper loads the
 * class that a type id names, so each place where a type id can stand is compared with an
 * allow-list of Deeplearning4j's own configuration packages: the properties {@code @class} and
 * {@code type}, and Jackson's array form {@code ["class", value]}, which it accepts wherever the
 * property form is expected. The forms of old releases (wrapper objects) name no classes.
 */
final class ConfigurationGuard {
  private static final int DEEPEST = 100;
  private static final int LONGEST_TEXT = 1 << 20;
  private static final int LONGEST_NUMBER = 100;

  /** Most values, names and brackets: a network of a thousand layers has a tenth of it. */
  private static final int MOST_TOKENS = 1_000_000;

  private static final Set<String> TYPE_KEYS = Set.of("@class", "@type", "@c", "type", "class");

  /** Values of a "type" that is a property of Deeplearning4j's and no type id: kinds of input. */
  private static final Set<String> INPUT_KINDS = Set.of("FF", "RNN", "CNN", "CNNFlat", "CNN3D");

  /** Lists of layer and parameter names, in which a dot means nothing. */
  private static final Set<String> NAME_LISTS =
      Set.of("networkInputs", "networkOutputs", "vertexInputs", "topologicalOrderStr", "variables");

  private static final Pattern CLASS_NAME =
      Pattern.compile("[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)+(\\$[A-Za-z0-9_]+)*");

  private static final List<String> PACKAGES =
      List.of(
          "org.deeplearning4j.nn.conf.",
          "org.deeplearning4j.nn.weights.",
          "org.deeplearning4j.nn.modelimport.keras.preprocessors.",
          "org.nd4j.linalg.activations.impl.",
          "org.nd4j.linalg.learning.config.",
          "org.nd4j.linalg.learning.regularization.",
          "org.nd4j.linalg.lossfunctions.impl.",
          "org.nd4j.linalg.schedule.");

  /** In those packages, but they bind encoded arrays of unchecked size, or other classes. */
  private static final List<String> REFUSED =
      List.of(
          "org.deeplearning4j.nn.conf.memory.",
          "org.deeplearning4j.nn.conf.layers.objdetect.",
          "org.deeplearning4j.nn.weights.embeddings.");

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEEPEST)
                          .maxStringLength(LONGEST_TEXT)
                          .maxNumberLength(LONGEST_NUMBER)
                          .build())
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private record Place(String key, JsonNode node, boolean names) {}

  private ConfigurationGuard() {}

  /**
   * Parses and checks a configuration.
   *
   * @param file for messages
   * @param json the raw text that will be bound
   * @return the tree
   * @throws ModelFileException if it is not JSON, too deep, or names a class that is not allowed
   */
  static JsonNode check(String file, String json) {
    JsonNode root = parse(file + ": configuration.json", json);
    Deque<Place> places = new ArrayDeque<>();
    places.push(new Place("", root, false));
    while (!places.isEmpty()) {
      Place place = places.pop();
      JsonNode node = place.node();
      if (node.isTextual()
          && TYPE_KEYS.contains(place.key().toLowerCase(Locale.ROOT))
          && !INPUT_KINDS.contains(node.textValue())) {
        checkClass(file, node.textValue());
      }
      if (node.isArray()
          && !place.names()
          && node.size() > 1
          && node.get(0).isTextual()
          && (node.get(0).textValue().contains(".") || !node.get(1).isTextual())) {
        checkClass(file, node.get(0).textValue());
      }
      for (JsonNode child : node.isArray() ? node : List.<JsonNode>of()) {
        places.push(new Place("", child, place.names()));
      }
      for (Map.Entry<String, JsonNode> child : node.properties()) {
        places.push(
            new Place(
                child.getKey(),
                child.getValue(),
                place.names() || NAME_LISTS.contains(child.getKey())));
      }
    }
    return root;
  }

  /**
   * Parses JSON within limits.
   *
   * @param what for messages
   * @param json the text
   */
  static JsonNode parse(String what, String json) {
    JsonNode root;
    try {
      count(what, json);
      root = MAPPER.readTree(json);
    } catch (IOException e) {
      throw new ModelFileException(
          "%s cannot be read as JSON: %s".formatted(what, ModelFileException.firstLine(e)), e);
    }
    if (!root.isObject()) {
      throw new ModelFileException(what + " must be a JSON object");
    }
    return root;
  }

  /** Objects in memory take many times their text, so they are counted before any is made. */
  private static void count(String what, String json) throws IOException {
    int tokens = 0;
    try (JsonParser parser = MAPPER.createParser(json)) {
      while (parser.nextToken() != null) {
        if (++tokens > MOST_TOKENS) {
          throw new ModelFileException(
              "%s may have at most %,d values, names and brackets, but has more"
                  .formatted(what, MOST_TOKENS));
        }
      }
    }
  }

  private static void checkClass(String file, String name) {
    if (CLASS_NAME.matcher(name).matches()
        && PACKAGES.stream().anyMatch(name::startsWith)
        && REFUSED.stream().noneMatch(name::startsWith)) {
      return;
    }
    throw new ModelFileException(
        ("%s: configuration.json names the class %s, which is not allowed; only Deeplearning4j's"
                + " own layers, vertices, activations and losses are, custom classes are not")
            .formatted(file, ModelFileException.quote(name)));
  }
}
