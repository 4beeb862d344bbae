package io.sextant.gradients.keras;

import com.fasterxml.jackson.databind.JsonNode;
import io.sextant.gradients.model.ModelFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The layers of a model and how they are connected. A sequence of layers is a graph like any other.
 *
 * @param layers in the configuration's order
 * @param calls of the layers; one that is shared has several
 * @param inputs of the model
 * @param outputs of the model
 * @param batchShape of the input as the configuration states it, the batch in front; perhaps
 *     missing
 */
record Architecture(
    List<LayerConfig> layers,
    List<Call> calls,
    List<Tensor> inputs,
    List<Tensor> outputs,
    JsonNode batchShape) {
  /** How deep models may stand in models. */
  static final int DEEPEST = 8;

  private static final int MOST_LAYERS = 4096;
  private static final int MOST_CALLS = 1 << 14;
  private static final List<String> SHAPE_KEYS = List.of("batch_input_shape", "batch_shape");

  /**
   * What a call of a layer gave.
   *
   * @param layer the layer's name
   * @param call which call of the layer, from 0
   * @param index which of the call's results
   */
  record Tensor(String layer, int call, int index) {}

  /**
   * A layer applied to tensors.
   *
   * @param layer that is applied
   * @param number which call of the layer
   * @param inputs the tensors, those that were given by name after the others
   * @param names the names of those that were given by name, with their places among the inputs
   * @param arguments everything else that was given, by name; what has none is numbered
   */
  record Call(
      LayerConfig layer,
      int number,
      List<Tensor> inputs,
      Map<String, Integer> names,
      Map<String, JsonNode> arguments) {}

  /** Reads a model's configuration. */
  static Architecture of(JsonNode model, int depth) {
    if (depth > DEEPEST) {
      throw new ModelFileException(
          "models may stand in models %d deep but are deeper".formatted(DEEPEST));
    }
    String kind = model.path("class_name").asText();
    JsonNode config = model.path("config");
    JsonNode list = config.isArray() ? config : config.path("layers");
    if (!list.isArray() || list.isEmpty()) {
      throw new ModelFileException("the Keras model has no layers");
    }
    if (list.size() > MOST_LAYERS) {
      throw new ModelFileException(
          "a model may have at most %d layers but has %d".formatted(MOST_LAYERS, list.size()));
    }
    List<LayerConfig> layers = new ArrayList<>();
    Map<String, LayerConfig> byName = new HashMap<>();
    for (JsonNode layer : list) {
      LayerConfig read = LayerConfig.of(layer, depth);
      if (byName.put(read.name(), read) != null) {
        throw new ModelFileException(
            "two layers have the name " + ModelFileException.quote(read.name()));
      }
      layers.add(read);
    }
    return kind.equals("Sequential")
        ? sequence(layers, config)
        : new Connections(list, byName, config).graph(layers);
  }

  private static Architecture sequence(List<LayerConfig> layers, JsonNode config) {
    boolean input = layers.get(0).kind().equals("InputLayer");
    Tensor first = new Tensor(input ? layers.get(0).name() : "", 0, 0);
    Tensor at = first;
    List<Call> calls = new ArrayList<>();
    for (LayerConfig layer : input ? layers.subList(1, layers.size()) : layers) {
      calls.add(new Call(layer, 0, List.of(at), Map.of(), Map.of()));
      at = new Tensor(layer.name(), 0, 0);
    }
    JsonNode shape = stated(layers.get(0));
    return new Architecture(
        layers,
        calls,
        List.of(first),
        List.of(at),
        shape.isArray() ? shape : config.path("build_input_shape"));
  }

  /** The shape of a batch that a layer says it is made for; missing where it says none. */
  private static JsonNode stated(LayerConfig layer) {
    for (String key : SHAPE_KEYS) {
      if (layer.config().path(key).isArray()) {
        return layer.config().path(key);
      }
    }
    return layer.inner().map(Architecture::batchShape).orElse(layer.config().path("batch_shape"));
  }

  /** The layer of this name. */
  Optional<LayerConfig> layer(String name) {
    return layers.stream().filter(layer -> layer.name().equals(name)).findFirst();
  }

  /** The configuration of a model whose layers say what they are applied to. */
  private record Connections(JsonNode list, Map<String, LayerConfig> layers, JsonNode config) {
    Architecture graph(List<LayerConfig> all) {
      List<Call> calls = new ArrayList<>();
      for (int i = 0; i < all.size(); i++) {
        JsonNode nodes = list.path(i).path("inbound_nodes");
        if (!nodes.isArray() && !nodes.isMissingNode() && !nodes.isNull()) {
          throw new ModelFileException(
              "inbound_nodes of layer %s must be a list"
                  .formatted(ModelFileException.quote(all.get(i).name())));
        }
        for (int number = 0; number < nodes.size(); number++) {
          if (all.get(i).kind().equals("InputLayer")) {
            continue;
          }
          calls.add(call(all.get(i), number, nodes.path(number)));
          if (calls.size() > MOST_CALLS) {
            throw new ModelFileException(
                "layers may be applied at most %d times but are more often".formatted(MOST_CALLS));
          }
        }
      }
      List<Tensor> inputs = tensors("input_layers");
      return new Architecture(
          all,
          List.copyOf(calls),
          inputs,
          tensors("output_layers"),
          inputs.isEmpty() ? config.path("none") : stated(layer(inputs.get(0).layer())));
    }

    private LayerConfig layer(String name) {
      LayerConfig layer = layers.get(name);
      if (layer == null) {
        throw new ModelFileException(
            "there is no layer %s, to which the model refers"
                .formatted(ModelFileException.quote(name)));
      }
      return layer;
    }

    private List<Tensor> tensors(String key) {
      List<Tensor> found = new ArrayList<>();
      collect(config.path(key), found);
      if (found.isEmpty()) {
        throw new ModelFileException("the Keras model names no " + key);
      }
      return List.copyOf(found);
    }

    /** {@code ["dense", 0, 0]}, lists and dictionaries of these, or a tensor of Keras 3. */
    private void collect(JsonNode json, List<Tensor> into) {
      if (refers(json)) {
        into.add(tensor(json));
      } else if (json.path("class_name").asText().equals("__keras_tensor__")) {
        into.add(tensor(json.path("config").path("keras_history")));
      } else if (json.isArray() || json.isObject()) {
        json.forEach(part -> collect(part, into));
      }
    }

    private boolean refers(JsonNode json) {
      return json.isArray()
          && json.size() >= 3
          && json.get(0).isTextual()
          && json.get(1).isIntegralNumber()
          && json.get(2).isIntegralNumber();
    }

    private Tensor tensor(JsonNode json) {
      if (!refers(json)) {
        throw new ModelFileException("a tensor of the Keras model has no layer");
      }
      return new Tensor(
          layer(json.get(0).textValue()).name(), json.get(1).intValue(), json.get(2).intValue());
    }

    private Call call(LayerConfig layer, int number, JsonNode node) {
      List<Tensor> inputs = new ArrayList<>();
      Map<String, Integer> names = new LinkedHashMap<>();
      Map<String, JsonNode> arguments = new LinkedHashMap<>();
      if (node.isObject() && node.has("args")) {
        for (JsonNode argument : node.path("args")) {
          positional(argument, inputs, arguments);
        }
        named(node.path("kwargs"), inputs, names, arguments);
      } else if (node.isArray() && !node.isEmpty() && node.get(0).isTextual()) {
        older(node, inputs, names, arguments);
      } else {
        for (JsonNode part : node) {
          older(part, inputs, names, arguments);
        }
      }
      return new Call(layer, number, List.copyOf(inputs), names, arguments);
    }

    private void positional(
        JsonNode argument, List<Tensor> inputs, Map<String, JsonNode> arguments) {
      int before = inputs.size();
      collect(argument, inputs);
      if (inputs.size() == before && !argument.isNull()) {
        arguments.put("argument " + (inputs.size() + arguments.size()), argument);
      }
    }

    /** Keras 1 and 2: {@code ["layer", 0, 0, {arguments by name}]}. */
    private void older(
        JsonNode part,
        List<Tensor> inputs,
        Map<String, Integer> names,
        Map<String, JsonNode> arguments) {
      if (part.path(0).asText().equals("_CONSTANT_VALUE")) {
        arguments.put("argument " + (inputs.size() + arguments.size()), part.path(2));
        return;
      }
      if (!refers(part)) {
        throw new ModelFileException("a layer of the Keras model is applied to what is no tensor");
      }
      inputs.add(tensor(part));
      named(part.path(3), inputs, names, arguments);
    }

    private void named(
        JsonNode given,
        List<Tensor> inputs,
        Map<String, Integer> names,
        Map<String, JsonNode> arguments) {
      for (Map.Entry<String, JsonNode> entry : given.properties()) {
        int before = inputs.size();
        collect(entry.getValue(), inputs);
        if (inputs.size() == before + 1) {
          names.put(entry.getKey(), before);
        } else if (inputs.size() > before) {
          throw new ModelFileException(
              "the argument %s holds several tensors, which is not supported"
                  .formatted(ModelFileException.quote(entry.getKey())));
        } else if (!entry.getValue().isNull()) {
          arguments.put(entry.getKey(), entry.getValue());
        }
      }
    }
  }
}
