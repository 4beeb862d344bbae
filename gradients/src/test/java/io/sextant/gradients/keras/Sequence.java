package io.sextant.gradients.keras;

import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.FrameworkNetwork;
import io.sextant.gradients.model.LoadedNetwork;
import io.sextant.gradients.model.LogitsSaid;
import io.sextant.gradients.model.ModelFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** A sequence of layers with their arrays, as a test writes it down. */
final class Sequence {
  /**
   * A layer.
   *
   * @param kind its class
   * @param options its configuration, without braces
   * @param arrays by their names, in the layer's order; {@code cell/kernel} is one of a part
   */
  record Layer(String kind, String options, Map<String, Tensor> arrays) {}

  private final int[] input;
  private final List<Layer> layers = new ArrayList<>();

  private Sequence(int[] input) {
    this.input = input;
  }

  /** A sequence whose input has this shape for Keras. */
  static Sequence of(int... input) {
    return new Sequence(input);
  }

  Sequence layer(String kind, String options) {
    return layer(kind, options, Map.of());
  }

  Sequence layer(String kind, String options, Map<String, Tensor> arrays) {
    layers.add(new Layer(kind, options, arrays));
    return this;
  }

  /** Arrays by their names, in this order. */
  static Map<String, Tensor> arrays(Object... namesAndTensors) {
    Map<String, Tensor> arrays = new LinkedHashMap<>();
    for (int i = 0; i < namesAndTensors.length; i += 2) {
      arrays.put((String) namesAndTensors[i], (Tensor) namesAndTensors[i + 1]);
    }
    return arrays;
  }

  String json(boolean archive) {
    String batch =
        "[null, %s]"
            .formatted(
                Arrays.stream(input).mapToObj(Integer::toString).collect(Collectors.joining(", ")));
    List<String> all = new ArrayList<>();
    if (archive) {
      all.add(
          "{\"module\": \"keras.layers\", \"class_name\": \"InputLayer\", \"config\": {\"batch_shape\": %s, \"dtype\": \"float32\", \"name\": \"in\"}, \"registered_name\": null}"
              .formatted(batch));
    }
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      all.add(
          "{\"class_name\": \"%s\", \"config\": {\"name\": \"l%d\", \"trainable\": true, \"dtype\": \"float32\"%s%s}}"
              .formatted(
                  layer.kind(),
                  i,
                  i == 0 && !archive ? ", \"batch_input_shape\": " + batch : "",
                  layer.options().isEmpty() ? "" : ", " + layer.options()));
    }
    return "{\"class_name\": \"Sequential\", \"config\": {\"name\": \"s\", \"layers\": [%s]}}"
        .formatted(String.join(", ", all));
  }

  /** As Keras 1 and 2 write it, and Keras 3 on demand. */
  byte[] hdf5(String version, String backend) {
    return hdf5(version, backend, UnaryOperator.identity());
  }

  /** The same with another configuration than the layers have. */
  byte[] hdf5(String version, String backend, UnaryOperator<String> configuration) {
    Map<String, List<Written.Values>> groups = new TreeMap<>();
    for (int i = 0; i < layers.size(); i++) {
      String name = "l" + i;
      List<Written.Values> values = new ArrayList<>();
      layers
          .get(i)
          .arrays()
          .forEach(
              (path, tensor) -> values.add(new Written.Values(name + "/" + path + ":0", tensor)));
      groups.put(name, values);
    }
    Map<String, String> attributes = new LinkedHashMap<>();
    attributes.put("model_config", configuration.apply(json(false)));
    attributes.put("keras_version", version);
    if (!backend.isEmpty()) {
      attributes.put("backend", backend);
    }
    return Written.hdf5(attributes, groups);
  }

  byte[] archive(String version) {
    List<Written.Values> values = new ArrayList<>();
    Map<String, Integer> seen = new HashMap<>();
    for (Layer layer : layers) {
      String word = PathWeights.words(layer.kind());
      int number = seen.merge(word, 1, Integer::sum) - 1;
      String own = "layers/" + word + (number == 0 ? "" : "_" + number);
      Map<String, Integer> counts = new HashMap<>();
      layer
          .arrays()
          .forEach(
              (path, tensor) -> {
                int slash = path.lastIndexOf('/');
                String part = slash < 0 ? "" : "/" + path.substring(0, slash);
                int index = counts.merge(part, 1, Integer::sum) - 1;
                values.add(new Written.Values(own + part + "/vars/" + index, tensor));
              });
    }
    return Written.archive(json(true), version, values);
  }

  /** What a file's model answers; images with the channels first. */
  static double[] answer(byte[] file, Tensor input) {
    LoadedNetwork loaded = ModelFile.read("test", file);
    Shape shape = loaded.inputShape().orElseThrow();
    FrameworkNetwork.Compiled compiled =
        loaded.network().compile(shape, Optional.empty(), Optional.empty(), LogitsSaid.NOT);
    return compiled.judge().outputs(new double[][] {input.data()})[0];
  }
}
