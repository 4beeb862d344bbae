package io.sextant.gradients.keras;

import com.fasterxml.jackson.databind.JsonNode;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.model.ModelFileException;
import io.sextant.gradients.model.UnsupportedLayerException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** One call of a layer while it is lowered: its options, its weights, and the graph to add to. */
final class Step {
  private final Compilation compilation;
  private final LayerConfig layer;
  private final String path;
  private final Options options;
  private final WeightStore weights;
  private final Map<String, JsonNode> arguments;
  private final Map<String, Integer> names;

  Step(
      Compilation compilation,
      LayerConfig layer,
      String path,
      WeightStore weights,
      Map<String, JsonNode> arguments,
      Map<String, Integer> names) {
    this.compilation = compilation;
    this.layer = layer;
    this.path = path;
    this.options = new Options(layer.name(), layer.config());
    this.weights = weights;
    this.arguments = new HashMap<>(arguments);
    this.names = names;
  }

  Options options() {
    return options;
  }

  LayerConfig layer() {
    return layer;
  }

  Conventions conventions() {
    return compilation.conventions();
  }

  UnsupportedLayerException refusal(String what) {
    return options.refusal(what);
  }

  /** What was given beside tensors, which then counts as asked for. */
  Optional<JsonNode> argument(String name) {
    return Optional.ofNullable(arguments.remove(name));
  }

  /** The places of the inputs that were given by name. */
  Map<String, Integer> names() {
    return names;
  }

  /** Refuses options and arguments that nobody asked for. */
  void finish() {
    options.finish();
    requireIdle(layer, arguments);
  }

  /** Refuses arguments with an effect, of a layer or of a model inside the model. */
  static void requireIdle(LayerConfig layer, Map<String, JsonNode> arguments) {
    arguments.forEach(
        (name, value) -> {
          if (!idle(value)) {
            throw new UnsupportedLayerException(
                ModelFileException.quote(layer.name()),
                "it is applied with %s = %s, which is not supported".formatted(name, value));
          }
        });
  }

  /** Dropout and the like stay on in training mode; a mask of nothing masks nothing. */
  private static boolean idle(JsonNode value) {
    boolean all = true;
    for (JsonNode each : value) {
      all &= each.isNull();
    }
    return value.isNull() || value.isBoolean() && !value.booleanValue() || value.isArray() && all;
  }

  /** Adds an operation. */
  Node add(Operation operation, Node... inputs) {
    return compilation
        .graph()
        .add(
            path + "/" + operation.getClass().getSimpleName().toLowerCase(Locale.ROOT),
            operation,
            inputs);
  }

  /** The node of a value in Keras's order. */
  Node ordered(Value value) {
    if (!value.channelsFirst()) {
      return value.node();
    }
    List<Integer> order = new ArrayList<>();
    for (int d = 1; d < value.rank(); d++) {
      order.add(d);
    }
    order.add(0);
    return compilation.reordered(this, value.node(), order);
  }

  /** The node of a value with Keras's last axis first. */
  Node channelsFirst(Value value) {
    if (value.channelsFirst() || value.rank() == 1) {
      return value.node();
    }
    List<Integer> order = new ArrayList<>();
    order.add(value.rank() - 1);
    for (int d = 0; d < value.rank() - 1; d++) {
      order.add(d);
    }
    return compilation.reordered(this, value.node(), order);
  }

  /** An axis of Keras, which counts the batch and may count from the end, without the batch. */
  int axis(int axis, int rank) {
    int own = axis < 0 ? axis + rank : axis - 1;
    if (own < 0 || own >= rank) {
      throw refusal(
          "axis %d does not exist in %d dimensions beside the batch".formatted(axis, rank));
    }
    return own;
  }

  /** Whether the layer takes images with the channels in front. */
  boolean channelsInFront() {
    return options
        .text("data_format", "channels_last", "channels_last", "channels_first", "default")
        .equals("channels_first");
  }

  /**
   * The arrays of the layer.
   *
   * @param roles what they are, in the order in which the layer makes them
   */
  LayerWeights weights(List<String> roles) {
    return weights(weights, roles);
  }

  /** The arrays of a part of the layer. */
  LayerWeights weights(String part, int index, int parts, List<String> roles) {
    return weights(weights.part(part, index, parts), roles);
  }

  /** An array's values. */
  Weight read(Stored array) {
    return compilation.read(array.array());
  }

  /** The mean and the variance of a layer that was adapted to data; the count of it is not read. */
  LayerWeights adaptedWeights() {
    List<Stored> arrays = weights.arrays();
    if (arrays.size() < 2) {
      throw refusal("its mean and variance are missing; adapt it to data before it is saved");
    }
    return new LayerWeights(
        Map.of(
            "mean", compilation.read(arrays.get(0).array()),
            "variance", compilation.read(arrays.get(1).array())));
  }

  /** A part of the layer's arrays. */
  WeightStore part(String name, int index, int parts) {
    return weights.part(name, index, parts);
  }

  private LayerWeights weights(WeightStore store, List<String> roles) {
    List<Stored> arrays = store.arrays();
    if (arrays.size() != roles.size()) {
      throw refusal(
          "its weights must be %s but the file has %d arrays".formatted(roles, arrays.size()));
    }
    List<String> told = arrays.stream().map(array -> array.name().orElse("")).toList();
    boolean byName = told.containsAll(roles);
    Map<String, Weight> read = new HashMap<>();
    for (int i = 0; i < roles.size(); i++) {
      Stored array = arrays.get(byName ? told.indexOf(roles.get(i)) : i);
      read.put(roles.get(i), compilation.read(array.array()));
    }
    return new LayerWeights(read);
  }

  /** Checks an array's sizes; dimensions of size 1 in front or between do not count. */
  Weight sized(String role, Weight weight, int... sizes) {
    long wanted = 1;
    for (int size : sizes) {
      wanted *= size;
    }
    int[] own = IntStream.of(weight.sizes()).filter(size -> size != 1).toArray();
    int[] other = IntStream.of(sizes).filter(size -> size != 1).toArray();
    if (!Arrays.equals(own, other) || wanted != weight.values().length) {
      throw refusal(
          "%s must have the shape %s but has %s"
              .formatted(role, Arrays.toString(sizes), Arrays.toString(weight.sizes())));
    }
    return weight.as(sizes);
  }

  /** A parameter of the graph; a layer that is shared has one for all its calls. */
  Parameter parameter(String role, Weight weight) {
    return compilation.parameter(path + "/" + role, weight);
  }

  /**
   * Applies another layer that this one holds.
   *
   * @param field that holds it: two of them may have one name
   */
  Value apply(String field, LayerConfig inner, WeightStore store, List<Value> inputs) {
    return compilation.layer(inner, path + "/" + field, store, inputs, Map.of(), Map.of());
  }
}
