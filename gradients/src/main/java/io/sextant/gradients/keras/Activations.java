package io.sextant.gradients.keras;

import com.fasterxml.jackson.databind.JsonNode;
import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.model.ModelFileException;
import java.util.List;
import java.util.Optional;

/** The activation functions of Keras by their names, and the layers that are nothing else. */
final class Activations {
  /** Slopes that Keras takes where none is said. */
  private static final double STRING_LEAK = 0.2;

  private static final double LAYER_LEAK = 0.3;

  private static final int SIX = 6;

  private Activations() {}

  /** A layer's option "activation" applied to what it computed. */
  static Value apply(Step step, String key, Value value) {
    JsonNode given = step.options().any(key);
    if (given.isMissingNode() || given.isNull()) {
      return value;
    }
    if (given.isObject() && !serialisedFunction(given)) {
      return step.apply(
          key,
          LayerConfig.of(given, Architecture.DEEPEST - 1),
          step.part("activation", 0, 1),
          List.of(value));
    }
    return named(step, name(step, given), value);
  }

  /** Keras 3 wraps functions of its own; "function" alone is somebody's code. */
  private static boolean serialisedFunction(JsonNode given) {
    return given.path("class_name").asText().equals("function");
  }

  private static String name(Step step, JsonNode given) {
    JsonNode name = given.isObject() ? given.path("config") : given;
    boolean own = given.isObject() && !given.path("module").asText("keras").startsWith("keras");
    if (!name.isTextual() || own && !given.path("module").asText().equals("builtins")) {
      throw step.refusal(
          "its activation %s is not one of Keras's own"
              .formatted(ModelFileException.quote(given.toString())));
    }
    return name.textValue();
  }

  private static Value named(Step step, String name, Value value) {
    switch (name) {
      case "linear":
        return value;
      case "softmax":
        return softmax(step, value, -1);
      case "log_softmax":
        Value probabilities = softmax(step, value, -1);
        return probabilities.with(
            step.add(new Operation.Elementwise(new Function.Logarithm()), probabilities.node()));
      default:
        return each(step, function(step, name), value);
    }
  }

  /** The function of a gate, or of anything that is applied to each value by itself. */
  static Function function(Step step, String key, String missing) {
    JsonNode given = step.options().any(key);
    String name = given.isMissingNode() || given.isNull() ? missing : name(step, given);
    return name.equals("linear") ? new Function.Identity() : function(step, name);
  }

  private static Function function(Step step, String name) {
    return known(name, step.conventions())
        .orElseThrow(
            () ->
                step.refusal(
                    "the activation %s is not supported"
                        .formatted(ModelFileException.quote(name))));
  }

  private static Optional<Function> known(String name, Conventions conventions) {
    return Optional.ofNullable(
        switch (name) {
          case "relu" -> new Function.Relu();
          case "relu6" -> new Function.Relu6();
          case "leaky_relu" -> new Function.LeakyRelu(STRING_LEAK);
          case "elu" -> new Function.Elu(1);
          case "selu" -> new Function.Selu();
          case "celu" -> new Function.Celu(1);
          case "gelu" -> new Function.Gelu();
          case "silu", "swish" -> new Function.Swish();
          case "hard_silu", "hard_swish" -> new Function.HardSwish();
          case "mish" -> new Function.Mish();
          case "sigmoid" -> new Function.Sigmoid();
          case "hard_sigmoid" -> hardSigmoid(conventions);
          case "tanh" -> new Function.Tanh();
          case "hard_tanh" -> new Function.HardTanh();
          case "softplus" -> new Function.Softplus();
          case "softsign" -> new Function.Softsign();
          case "exponential" -> new Function.Exponential();
          default -> null;
        });
  }

  /** Keras 3 changed the slope. */
  private static Function hardSigmoid(Conventions conventions) {
    return conventions.version() < 3
        ? new Function.HardSigmoid()
        : new Function.HardSigmoid(1.0 / SIX, 0.5);
  }

  static Value each(Step step, Function function, Value value) {
    return value.with(step.add(new Operation.Elementwise(function), value.node()));
  }

  private static Value softmax(Step step, Value value, int axis) {
    int own = step.axis(axis, value.rank());
    return value.with(step.add(new Operation.Softmax(value.dimension(own)), value.node()));
  }

  static Value activation(Step step, List<Value> inputs) {
    return apply(step, "activation", inputs.get(0));
  }

  static Value softmaxLayer(Step step, List<Value> inputs) {
    JsonNode axis = step.options().any("axis");
    JsonNode one = axis.isArray() && axis.size() == 1 ? axis.get(0) : axis;
    if (!one.isMissingNode() && !one.isInt()) {
      throw step.refusal("softmax over several axes is not supported");
    }
    return softmax(step, inputs.get(0), one.asInt(-1));
  }

  static Value relu(Step step, List<Value> inputs) {
    Options options = step.options();
    double most = options.number("max_value", Double.POSITIVE_INFINITY);
    double slope = options.number("negative_slope", 0);
    double threshold = options.number("threshold", 0);
    Function function;
    if (slope == 0 && threshold == 0 && Double.isInfinite(most)) {
      function = new Function.Relu();
    } else if (slope == 0 && threshold == 0 && most == SIX) {
      function = new Function.Relu6();
    } else {
      function = new Function.BoundedRelu(most, threshold, slope);
    }
    return each(step, function, inputs.get(0));
  }

  static Value leakyRelu(Step step, List<Value> inputs) {
    Options options = step.options();
    String key = options.has("negative_slope") ? "negative_slope" : "alpha";
    return each(step, new Function.LeakyRelu(options.number(key, LAYER_LEAK)), inputs.get(0));
  }

  static Value elu(Step step, List<Value> inputs) {
    return each(step, new Function.Elu(step.options().number("alpha", 1)), inputs.get(0));
  }

  static Value thresholdedRelu(Step step, List<Value> inputs) {
    return each(
        step, new Function.ThresholdedRelu(step.options().number("theta", 1)), inputs.get(0));
  }

  static Value parametricRelu(Step step, List<Value> inputs) {
    Value value = inputs.get(0);
    int[] sizes = value.shape().sizes();
    JsonNode shared = step.options().any("shared_axes");
    for (JsonNode axis : shared.isArray() ? shared : List.<JsonNode>of()) {
      sizes[step.axis(axis.asInt(), value.rank())] = 1;
    }
    Weight slopes = step.sized("alpha", step.weights(List.of("alpha")).get("alpha"), sizes);
    int rank = value.rank();
    int[] order = new int[rank];
    for (int axis = 0; axis < rank; axis++) {
      order[value.dimension(axis)] = axis;
    }
    String role = value.channelsFirst() ? "alpha" : "alpha in order";
    return value.with(
        step.add(
            new Operation.ParametricRelu(step.parameter(role, slopes.permuted(order))),
            value.node()));
  }
}
