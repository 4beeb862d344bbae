package io.sextant.onnx.lowering;

import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import io.sextant.onnx.constants.Shapes;
import io.sextant.onnx.file.Operator;
import io.sextant.onnx.lowering.Value.Moving;
import io.sextant.onnx.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Functions of each value by itself. */
final class Functions {
  private static final double SELU_ALPHA = 1.6732632423543772;
  private static final double SELU_GAMMA = 1.0507009873554805;

  /** Attributes of floats differ from the numbers that they stand for in the last digits. */
  private static final double FLOAT_PRECISION = 1e-5;

  private Functions() {}

  static Map<String, Rule> rules() {
    Map<String, Rule> rules = new HashMap<>();
    Map.<String, java.util.function.Function<Operator, Function>>ofEntries(
            Map.entry("Relu", op -> new Function.Relu()),
            Map.entry("LeakyRelu", op -> new Function.LeakyRelu(op.real("alpha", 0.01))),
            Map.entry("Elu", op -> new Function.Elu(op.real("alpha", 1))),
            Map.entry("Celu", op -> new Function.Celu(op.real("alpha", 1))),
            Map.entry("Selu", Functions::selu),
            Map.entry("ThresholdedRelu", op -> new Function.ThresholdedRelu(op.real("alpha", 1))),
            Map.entry("Sigmoid", op -> new Function.Sigmoid()),
            Map.entry(
                "HardSigmoid",
                op -> new Function.HardSigmoid(op.real("alpha", 0.2), op.real("beta", 0.5))),
            Map.entry("HardSwish", op -> new Function.HardSwish()),
            Map.entry("Tanh", op -> new Function.Tanh()),
            Map.entry("Softplus", op -> new Function.Softplus()),
            Map.entry("Softsign", op -> new Function.Softsign()),
            Map.entry("Exp", op -> new Function.Exponential()),
            Map.entry("Log", op -> new Function.Logarithm()),
            Map.entry("Sqrt", op -> new Function.Power(0.5)),
            Map.entry("Reciprocal", op -> new Function.Power(-1)),
            Map.entry("Abs", op -> new Function.Absolute()),
            Map.entry("Erf", op -> new Function.Erf()),
            Map.entry("Sin", op -> new Function.Sine()),
            Map.entry("Cos", op -> new Function.Cosine()),
            Map.entry("Mish", op -> new Function.Mish()),
            Map.entry("Gelu", Functions::gelu))
        .forEach(
            (type, function) ->
                rules.put(
                    type,
                    step ->
                        each(step, new Operation.Elementwise(function.apply(step.operator())))));
    rules.put("Neg", step -> each(step, Operation.Rescale.all(-1, 0)));
    rules.put("Clip", Functions::clip);
    rules.put("PRelu", Functions::parametricRelu);
    rules.put("Softmax", step -> softmax(step, false));
    rules.put("LogSoftmax", step -> softmax(step, true));
    return rules;
  }

  private static List<Value> each(Step step, Operation operation) {
    Moving x = step.moving(0);
    return step.result(step.add(operation, x.node()), x.layout());
  }

  private static Function selu(Operator operator) {
    if (Math.abs(operator.real("alpha", SELU_ALPHA) - SELU_ALPHA) > FLOAT_PRECISION
        || Math.abs(operator.real("gamma", SELU_GAMMA) - SELU_GAMMA) > FLOAT_PRECISION) {
      throw operator.unsupported("only the alpha and gamma of the paper are supported");
    }
    return new Function.Selu();
  }

  private static Function gelu(Operator operator) {
    String approximate = operator.text("approximate", "none");
    return switch (approximate) {
      case "none" -> new Function.Gelu();
      case "tanh" -> new Function.TanhGelu(0.044715);
      default -> throw operator.unsupported("approximation %s is not known".formatted(approximate));
    };
  }

  /** The activation of a recurrent layer by its name. */
  static Function named(Step step, String name, double alpha, double beta) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "sigmoid" -> new Function.Sigmoid();
      case "tanh" -> new Function.Tanh();
      case "relu" -> new Function.Relu();
      case "softsign" -> new Function.Softsign();
      case "softplus" -> new Function.Softplus();
      case "hardsigmoid" ->
          new Function.HardSigmoid(
              Double.isNaN(alpha) ? 0.2 : alpha, Double.isNaN(beta) ? 0.5 : beta);
      case "leakyrelu" -> new Function.LeakyRelu(Double.isNaN(alpha) ? 0.01 : alpha);
      case "elu" -> new Function.Elu(Double.isNaN(alpha) ? 1 : alpha);
      default -> throw step.unsupported("activation %s is not supported".formatted(name));
    };
  }

  private static List<Value> clip(Step step) {
    Operator operator = step.operator();
    double least = bound(step, "min", 1, Double.NEGATIVE_INFINITY);
    double most = bound(step, "max", 2, Double.POSITIVE_INFINITY);
    if (!(least <= most)) {
      throw operator.unsupported("values cannot lie between %s and %s".formatted(least, most));
    }
    return each(step, new Operation.Elementwise(clipped(least, most)));
  }

  /** The function under the name by which engines know it best. */
  static Function clipped(double least, double most) {
    if (least == 0 && most == 6) {
      return new Function.Relu6();
    }
    return least == 0 && most == Double.POSITIVE_INFINITY
        ? new Function.Relu()
        : new Function.Clip(least, most);
  }

  private static double bound(Step step, String attribute, int input, double none) {
    double given = step.operator().real(attribute, none);
    return step.optional(input).map(tensor -> single(step, tensor)).orElse(given);
  }

  private static double single(Step step, Tensor tensor) {
    if (tensor.count() != 1) {
      throw step.unsupported("one number was expected but there are %s".formatted(tensor));
    }
    return tensor.value(0);
  }

  private static List<Value> parametricRelu(Step step) {
    Moving x = step.moving(0);
    Tensor slopes = Broadcast.perExample(step, step.value(1), x.layout());
    Optional<Integer> rank = Optional.of(x.node().shape().rank()).filter(r -> r == slopes.rank());
    if (rank.isEmpty()) {
      throw step.unsupported("slopes of shape %s do not fit".formatted(slopes));
    }
    return step.result(
        step.add(new Operation.ParametricRelu(step.parameter("slope", slopes)), x.node()),
        x.layout());
  }

  /** Before operator set 13 everything from the axis on counted as one dimension. */
  private static List<Value> softmax(Step step, boolean logarithm) {
    boolean flattens = step.operator().opset() < 13;
    int axis =
        Shapes.axis(
            step.operator(),
            step.operator().integer("axis", flattens ? 1 : -1),
            step.moving(0).layout().rank());
    Moving x = step.without(step.moving(0), axis);
    Layout layout = x.layout();
    int last = flattens ? layout.rank() - 1 : axis;
    if (layout.axis() >= axis && layout.axis() <= last) {
      throw step.unsupported("it sums over the examples of a batch");
    }
    Node at = x.node();
    Shape shape = at.shape();
    int place = layout.place(axis);
    if (last > axis) {
      int[] flat = Arrays.copyOf(shape.sizes(), place + 1);
      flat[place] = 1;
      for (int d = place; d < shape.rank(); d++) {
        flat[place] *= shape.size(d);
      }
      at = step.reshaped(at, Shape.of(flat));
    }
    boolean moved = !at.shape().equals(shape);
    Operation softmax = new Operation.Softmax(place);
    Node result = moved || logarithm ? step.inner(softmax, at) : step.add(softmax, at);
    if (logarithm) {
      Operation log = new Operation.Elementwise(new Function.Logarithm());
      result = moved ? step.inner(log, result) : step.add(log, result);
    }
    return step.result(moved ? step.add(new Operation.Reshape(shape), result) : result, layout);
  }
}
