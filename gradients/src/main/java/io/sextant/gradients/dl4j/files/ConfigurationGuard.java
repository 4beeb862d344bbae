package io.sextant.gradients.dl4j.files;

import com.fasterxml.jackson.databind.JsonNode;
import io.sextant.gradients.files.JsonText;
import io.sextant.gradients.model.ModelFileException;
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

  /** Made by Deeplearning4j's importer of Keras files, which is not on the class path by itself. */
  private static final String IMPORTED = "org.deeplearning4j.nn.modelimport.";

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
    JsonNode root = JsonText.parse(file + ": configuration.json", json);
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

  private static void checkClass(String file, String name) {
    if (CLASS_NAME.matcher(name).matches()
        && PACKAGES.stream().anyMatch(name::startsWith)
        && REFUSED.stream().noneMatch(name::startsWith)) {
      if (name.startsWith(IMPORTED)) {
        requirePresent(file, name);
      }
      return;
    }
    throw new ModelFileException(
        ("%s: configuration.json names the class %s, which is not allowed; only Deeplearning4j's"
                + " own layers, vertices, activations and losses are, custom classes are not")
            .formatted(file, ModelFileException.quote(name)));
  }

  private static void requirePresent(String file, String name) {
    try {
      Class.forName(name, false, ConfigurationGuard.class.getClassLoader());
    } catch (ClassNotFoundException | LinkageError e) {
      throw new ModelFileException(
          ("%s: the network was imported from Keras and needs the class %s; open the Keras file"
                  + " itself, or add org.deeplearning4j:deeplearning4j-modelimport to the class path")
              .formatted(file, ModelFileException.quote(name)),
          e);
    }
  }
}
