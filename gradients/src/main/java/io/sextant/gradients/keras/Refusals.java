package io.sextant.gradients.keras;

import com.fasterxml.jackson.databind.JsonNode;
import io.sextant.gradients.model.ModelFileException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a model must not have, told before anything is built, all at once and with what helps. */
final class Refusals {
  private static final Map<String, String> ADVICE =
      Map.of(
          "Lambda",
          "a Lambda layer holds Python code, which is never run; build the model with a layer of"
              + " Keras in its place, such as Rescaling",
          "Embedding",
          "an Embedding takes whole numbers, which have no gradient; audit the part of the model"
              + " behind it",
          "TensorFlowOpLayer",
          "calls of TensorFlow are not read; build the model with layers of Keras");

  private static final List<String> OWN =
      List.of("keras", "tf_keras", "tensorflow", "tensorflow.keras");

  /** Options that may hold a layer. */
  private static final List<String> PARTS =
      List.of("layer", "backward_layer", "activation", "recurrent_activation");

  private Refusals() {}

  /** Checks all layers, those inside models and wrappers too. */
  static void check(Architecture model) {
    Set<String> unknown = new TreeSet<>();
    Map<String, String> told = new TreeMap<>();
    collect(model, unknown, told);
    if (!told.isEmpty()) {
      throw new ModelFileException(String.join("; ", told.values()));
    }
    if (!unknown.isEmpty()) {
      throw new ModelFileException(
          "Keras layers that are not supported: %s; supported are %s"
              .formatted(ModelFileException.quote(String.join(", ", unknown)), Layers.supported()));
    }
  }

  private static void collect(Architecture model, Set<String> unknown, Map<String, String> told) {
    for (LayerConfig layer : model.layers()) {
      collect(layer, unknown, told);
    }
  }

  private static void collect(LayerConfig layer, Set<String> unknown, Map<String, String> told) {
    if (layer.inner().isPresent()) {
      collect(layer.inner().get(), unknown, told);
      return;
    }
    String kind = layer.kind();
    if (ADVICE.containsKey(kind)) {
      told.put(
          kind,
          "layer %s (%s): %s"
              .formatted(ModelFileException.quote(layer.name()), kind, ADVICE.get(kind)));
    } else if (somebodysOwn(layer)) {
      told.put(
          kind,
          "layer %s is of the class %s, which is not Keras's own and would need its code; build the model with layers of Keras"
              .formatted(
                  ModelFileException.quote(layer.name()),
                  ModelFileException.quote(
                      layer.registered().isEmpty() ? kind : layer.registered())));
    } else if (!kind.equals("InputLayer")
        && Layers.find(layer).isEmpty()
        && Layers.find(Keras1.renamed(layer)).isEmpty()) {
      unknown.add(kind);
    }
    for (String part : PARTS) {
      JsonNode inner = layer.config().path(part);
      // Functions are known by their names and packages where they are applied.
      if (inner.isObject()
          && inner.has("class_name")
          && !inner.path("class_name").asText().equals("function")) {
        collect(layer.wrapped(part), unknown, told);
      }
    }
  }

  /** A class that its writer registered, or one from a package that is not Keras's. */
  private static boolean somebodysOwn(LayerConfig layer) {
    String registered = layer.registered();
    boolean named = !registered.isEmpty() && !registered.equals(layer.kind());
    String module = layer.module();
    boolean foreign =
        !module.isEmpty()
            && OWN.stream().noneMatch(own -> module.equals(own) || module.startsWith(own + "."));
    return named || foreign;
  }
}
