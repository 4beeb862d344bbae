package io.sextant.onnx.lowering;

import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Statistics;
import io.sextant.onnx.constants.Shapes;
import io.sextant.onnx.file.Operator;
import io.sextant.onnx.lowering.Value.Moving;
import io.sextant.onnx.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Normalisations, and reductions of whole dimensions. */
final class Norms {
  private Norms() {}

  static Map<String, Rule> rules() {
    Map<String, Rule> rules = new HashMap<>();
    rules.put("BatchNormalization", Norms::batch);
    rules.put("LayerNormalization", Norms::layer);
    rules.put("InstanceNormalization", Norms::instance);
    rules.put("GroupNormalization", Norms::group);
    rules.put("LRN", Norms::localResponse);
    rules.put("LpNormalization", Norms::unit);
    rules.put("ReduceMean", step -> reduced(step, Operation.Reduction.AVERAGE, 18));
    rules.put("ReduceSum", step -> reduced(step, Operation.Reduction.SUM, 13));
    rules.put("ReduceMax", step -> reduced(step, Operation.Reduction.MAX, 18));
    rules.put("ReduceMin", Norms::minimum);
    rules.put("ReduceL1", step -> norm(step, 1));
    rules.put("ReduceL2", step -> norm(step, 2));
    rules.put("ReduceSumSquare", Norms::sumOfSquares);
    rules.put("ReduceLogSum", step -> outside(step, new Function.Logarithm(), Optional.empty()));
    rules.put(
        "ReduceLogSumExp",
        step -> outside(step, new Function.Logarithm(), Optional.of(new Function.Exponential())));
    return rules;
  }

  private static List<Value> batch(Step step) {
    Operator operator = step.operator();
    operator.ignore("momentum");
    if (operator.flag("training_mode") || operator.integer("spatial", 1) == 0) {
      throw step.unsupported(
          "it uses the statistics of the batch, or of each position; export the model for inference");
    }
    for (int output = 1; output < 5; output++) {
      step.requireUnread(output, "a statistic of training");
    }
    Moving x = step.batchFirst(0);
    Shape channels = Shape.of(x.node().shape().channels());
    double epsilon = operator.real("epsilon", 1e-5f);
    Operation norm =
        new Operation.BatchNorm(
            channel(step, 3, "mean", channels),
            channel(step, 4, "variance", channels),
            channel(step, 1, "gamma", channels),
            channel(step, 2, "beta", channels),
            epsilon,
            Statistics.stored());
    return step.result(step.add(norm, x.node()), x.layout());
  }

  private static Parameter channel(Step step, int input, String key, Shape channels) {
    Tensor tensor = step.constant(input);
    if (tensor.count() != channels.elements()) {
      throw step.unsupported(
          "%s of shape %s does not fit %d channels".formatted(key, tensor, channels.elements()));
    }
    return step.parameter(key, channels, tensor.values());
  }

  private static List<Value> layer(Step step) {
    Operator operator = step.operator();
    operator.ignore("stash_type");
    step.requireUnread(1, "the mean");
    step.requireUnread(2, "the inverse deviation");
    Moving x = step.moving(0);
    int axis = Shapes.axis(operator, operator.integer("axis", -1), x.layout().rank());
    x = step.without(x, axis);
    if (x.layout().axis() >= axis) {
      throw step.unsupported("it would normalise over the examples of a batch");
    }
    Shape shape = x.node().shape();
    int dimensions = x.layout().rank() - axis;
    Shape last =
        Shape.of(Arrays.copyOfRange(shape.sizes(), shape.rank() - dimensions, shape.rank()));
    Parameter gamma = step.parameter("gamma", last, repeated(step, 1, last));
    Optional<Parameter> beta =
        step.has(2)
            ? Optional.of(step.parameter("beta", last, repeated(step, 2, last)))
            : Optional.empty();
    Operation norm =
        new Operation.LayerNorm(
            dimensions, Optional.of(gamma), beta, operator.real("epsilon", 1e-5f));
    return step.result(step.add(norm, x.node()), x.layout());
  }

  private static double[] repeated(Step step, int input, Shape shape) {
    try {
      return step.constant(input).broadcast(shape.sizes()).values();
    } catch (IllegalArgumentException e) {
      throw step.unsupported(e.getMessage());
    }
  }

  private static List<Value> instance(Step step) {
    Moving x = step.batchFirst(0);
    int channels = x.node().shape().channels();
    return inGroups(
        step,
        x,
        channels,
        step.constant(1).values(),
        step.constant(2).values(),
        step.operator().real("epsilon", 1e-5f));
  }

  private static List<Value> group(Step step) {
    Operator operator = step.operator();
    operator.ignore("stash_type");
    Moving x = step.batchFirst(0);
    int channels = x.node().shape().channels();
    int groups = operator.index("num_groups", 0);
    if (groups < 1 || channels % groups != 0) {
      throw step.unsupported("%d channels cannot be in %d groups".formatted(channels, groups));
    }
    int each = channels / groups;
    double[] gamma = step.constant(1).values();
    double[] beta = step.constant(2).values();
    // Operator set 18 has one scale for each group.
    boolean perGroup = gamma.length == groups && operator.opset() < 21;
    return inGroups(
        step,
        x,
        groups,
        perGroup ? spread(gamma, each) : gamma,
        perGroup ? spread(beta, each) : beta,
        operator.real("epsilon", 1e-5f));
  }

  private static double[] spread(double[] values, int each) {
    return IntStream.range(0, values.length * each).mapToDouble(i -> values[i / each]).toArray();
  }

  /** Each example's groups of channels by their own mean and variance, then a map per channel. */
  private static List<Value> inGroups(
      Step step, Moving x, int groups, double[] gamma, double[] beta, double epsilon) {
    Shape shape = x.node().shape();
    if (gamma.length != shape.channels() || beta.length != shape.channels()) {
      throw step.unsupported(
          "scales of %d and %d values do not fit %d channels"
              .formatted(gamma.length, beta.length, shape.channels()));
    }
    Node grouped = step.reshaped(x.node(), Shape.of(groups, shape.elements() / groups));
    Node norm =
        step.inner(
            new Operation.LayerNorm(1, Optional.empty(), Optional.empty(), epsilon), grouped);
    Node back = step.reshaped(norm, shape);
    return step.result(
        step.add(
            new Operation.Rescale(
                Arrays.stream(gamma).boxed().toList(), Arrays.stream(beta).boxed().toList()),
            back),
        x.layout());
  }

  private static List<Value> localResponse(Step step) {
    Operator operator = step.operator();
    int size = operator.index("size", 0);
    if (size < 1 || size % 2 == 0) {
      throw step.unsupported("only an odd size is supported but it is %d".formatted(size));
    }
    Moving x = step.batchFirst(0);
    Operation norm =
        new Operation.LocalResponseNorm(
            operator.real("bias", 1),
            size / 2,
            operator.real("alpha", 1e-4f) / size,
            operator.real("beta", 0.75f));
    return step.result(step.add(norm, x.node()), x.layout());
  }

  /** Each value divided by the norm along a dimension. */
  private static List<Value> unit(Step step) {
    Operator operator = step.operator();
    Moving x = step.moving(0);
    int axis = Shapes.axis(operator, operator.integer("axis", -1), x.layout().rank());
    x = step.without(x, axis);
    if (x.layout().axis() == axis) {
      throw step.unsupported("it would normalise over the examples of a batch");
    }
    Node norm =
        step.inner(
            new Operation.Reduce(
                Operation.Reduction.PNORM,
                operator.index("p", 2),
                List.of(x.layout().place(axis)),
                true),
            x.node());
    return step.result(
        step.add(
            new Operation.Combine(Operation.Combination.QUOTIENT),
            x.node(),
            step.expanded(norm, x.node().shape())),
        x.layout());
  }

  /** What a reduction goes over. */
  private record Reduced(Moving x, List<Integer> axes, Layout layout, boolean nothing) {}

  private static Reduced over(Step step, int axesAsInput) {
    Operator operator = step.operator();
    Moving x = step.moving(0);
    int rank = x.layout().rank();
    boolean keep = operator.integer("keepdims", 1) != 0;
    boolean none = operator.flag("noop_with_empty_axes");
    Tensor given = operator.opset() >= axesAsInput ? step.optional(1).orElse(null) : null;
    Optional<int[]> named = Shapes.axes(operator, given, rank).filter(axes -> axes.length > 0);
    if (named.isEmpty() && none) {
      return new Reduced(x, List.of(), x.layout(), true);
    }
    int[] axes = named.orElseGet(() -> IntStream.range(0, rank).toArray());
    for (int axis : axes) {
      x = step.without(x, axis);
    }
    Layout layout = x.layout();
    List<Integer> places = new ArrayList<>();
    for (int axis : axes) {
      if (axis == layout.axis()) {
        throw step.unsupported("it would reduce over the examples of a batch");
      }
      places.add(layout.place(axis));
    }
    Layout result = layout;
    for (int i = axes.length - 1; i >= 0; i--) {
      result = keep ? result.with(axes[i], 1) : result.without(axes[i]);
    }
    Collections.sort(places);
    return new Reduced(x, places, result, false);
  }

  private static Node reduce(
      Step step, Reduced over, Operation.Reduction reduction, double p, Node at, boolean last) {
    if (over.nothing()) {
      return at;
    }
    boolean keep = step.operator().integer("keepdims", 1) != 0;
    Operation reduce = new Operation.Reduce(reduction, p, over.axes(), keep);
    Node node = last ? step.add(reduce, at) : step.inner(reduce, at);
    return step.reshaped(node, over.layout().shape());
  }

  private static List<Value> reduced(Step step, Operation.Reduction reduction, int axesAsInput) {
    Reduced over = over(step, axesAsInput);
    return step.result(reduce(step, over, reduction, 2, over.x().node(), true), over.layout());
  }

  private static List<Value> norm(Step step, double p) {
    Reduced over = over(step, 18);
    if (over.nothing()) {
      throw step.unsupported("a norm of single values is not supported");
    }
    return step.result(
        reduce(step, over, Operation.Reduction.PNORM, p, over.x().node(), true), over.layout());
  }

  /** The smallest value is the largest of the negatives, negated. */
  private static List<Value> minimum(Step step) {
    Reduced over = over(step, 18);
    Node negative = step.inner(Operation.Rescale.all(-1, 0), over.x().node());
    Node largest = reduce(step, over, Operation.Reduction.MAX, 2, negative, false);
    return step.result(step.add(Operation.Rescale.all(-1, 0), largest), over.layout());
  }

  private static List<Value> sumOfSquares(Step step) {
    Reduced over = over(step, 18);
    Node squares = step.inner(new Operation.Elementwise(new Function.Power(2)), over.x().node());
    return step.result(
        reduce(step, over, Operation.Reduction.SUM, 2, squares, true), over.layout());
  }

  /** A function of the sum of another. */
  private static List<Value> outside(Step step, Function outer, Optional<Function> inner) {
    Reduced over = over(step, 18);
    Node at = over.x().node();
    if (inner.isPresent()) {
      at = step.inner(new Operation.Elementwise(inner.get()), at);
    }
    Node sum = reduce(step, over, Operation.Reduction.SUM, 2, at, false);
    return step.result(step.add(new Operation.Elementwise(outer), sum), over.layout());
  }
}
