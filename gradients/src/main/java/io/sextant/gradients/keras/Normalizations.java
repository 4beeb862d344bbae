package io.sextant.gradients.keras;

import com.fasterxml.jackson.databind.JsonNode;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Statistics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Layers that shift and scale: normalisations and preprocessing. */
final class Normalizations {
  /** The smallest deviation that Keras divides by. */
  private static final double LEAST_DEVIATION = 1e-7;

  private Normalizations() {}

  static Value batch(Step step, List<Value> inputs) {
    Options options = step.options();
    Value value = inputs.get(0);
    options.mustBe("renorm", false);
    options.mustBe("mode", 0);
    options.any("virtual_batch_size");
    int axis = step.axis(onlyAxis(step), value.rank());
    double epsilon = options.number("epsilon", 1e-3);
    List<String> roles = new ArrayList<>();
    if (options.flag("scale", true)) {
      roles.add("gamma");
    }
    if (options.flag("center", true)) {
      roles.add("beta");
    }
    roles.add("moving_mean");
    roles.add("moving_variance");
    LayerWeights weights = step.weights(roles);
    int channels = value.shape().size(axis);
    Operation operation =
        new Operation.BatchNorm(
            parameter(step, weights, "moving_mean", channels, 0),
            parameter(step, weights, "moving_variance", channels, 1),
            parameter(step, weights, "gamma", channels, 1),
            parameter(step, weights, "beta", channels, 0),
            epsilon,
            Statistics.stored());
    if (axis == value.rank() - 1) {
      return Value.channelsFirst(step.add(operation, step.channelsFirst(value)));
    }
    Node ordered = step.ordered(value);
    if (axis == 0) {
      return Value.ordered(step.add(operation, ordered));
    }
    List<Integer> front = new ArrayList<>(List.of(axis));
    List<Integer> back = new ArrayList<>();
    for (int d = 0; d < value.rank(); d++) {
      if (d != axis) {
        front.add(d);
      }
      back.add(d < axis ? d + 1 : d == axis ? 0 : d);
    }
    Node normal = step.add(operation, step.add(new Operation.Permute(front), ordered));
    return Value.ordered(step.add(new Operation.Permute(back), normal));
  }

  private static int onlyAxis(Step step) {
    JsonNode axis = step.options().any("axis");
    JsonNode one = axis.isArray() && axis.size() == 1 ? axis.get(0) : axis;
    if (!one.isMissingNode() && !one.isInt()) {
      throw step.refusal("axis must be one whole number but was " + axis);
    }
    return one.asInt(-1);
  }

  private static Parameter parameter(
      Step step, LayerWeights weights, String role, int size, double missing) {
    return step.parameter(
        role,
        weights
            .find(role)
            .map(weight -> step.sized(role, weight, size))
            .orElseGet(() -> Weight.all(size, missing)));
  }

  static Value layer(Step step, List<Value> inputs) {
    Options options = step.options();
    Value value = inputs.get(0);
    options.mustBe("rms_scaling", false);
    JsonNode given = options.any("axis");
    TreeSet<Integer> axes = new TreeSet<>();
    for (JsonNode axis : given.isArray() ? given : List.of(given)) {
      axes.add(step.axis(axis.isInt() ? axis.intValue() : -1, value.rank()));
    }
    int dimensions = axes.size();
    if (axes.isEmpty() || axes.first() != value.rank() - dimensions) {
      throw step.refusal("axis must be the last axes but was " + given);
    }
    int[] sizes = value.shape().sizes();
    int[] last = Arrays.copyOfRange(sizes, sizes.length - dimensions, sizes.length);
    List<String> roles = new ArrayList<>();
    if (options.flag("scale", true)) {
      roles.add("gamma");
    }
    if (options.flag("center", true)) {
      roles.add("beta");
    }
    LayerWeights weights = step.weights(roles);
    Node normal =
        step.add(
            new Operation.LayerNorm(
                dimensions,
                optional(step, weights, "gamma", last),
                optional(step, weights, "beta", last),
                options.number("epsilon", 1e-3)),
            step.ordered(value));
    return Value.ordered(normal);
  }

  private static Optional<Parameter> optional(
      Step step, LayerWeights weights, String role, int[] sizes) {
    return weights.find(role).map(weight -> step.parameter(role, step.sized(role, weight, sizes)));
  }

  static Value rescaling(Step step, List<Value> inputs) {
    Value value = inputs.get(0);
    double[] scale = numbers(step, "scale", 1);
    double[] offset = numbers(step, "offset", 0);
    return rescaled(step, value, scale, offset);
  }

  /** factor x + offset, each one number or one for each of the last axis. */
  private static Value rescaled(Step step, Value value, double[] factors, double[] offsets) {
    int size = Math.max(factors.length, offsets.length);
    int channels = value.shape().size(value.rank() - 1);
    if (size > 1 && size != channels
        || factors.length != 1 && factors.length != size
        || offsets.length != 1 && offsets.length != size) {
      throw step.refusal(
          "%d factors and %d offsets do not fit %d channels"
              .formatted(factors.length, offsets.length, channels));
    }
    List<Double> all = new ArrayList<>();
    List<Double> shifts = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      all.add(factors[factors.length == 1 ? 0 : i]);
      shifts.add(offsets[offsets.length == 1 ? 0 : i]);
    }
    Operation map = new Operation.Rescale(all, shifts);
    return size == 1
        ? value.with(step.add(map, value.node()))
        : Value.channelsFirst(step.add(map, step.channelsFirst(value)));
  }

  private static double[] numbers(Step step, String key, double missing) {
    JsonNode given = step.options().any(key);
    JsonNode list = given.path("value").isMissingNode() ? given : given.path("value");
    while (list.isArray() && list.size() == 1) {
      list = list.get(0);
    }
    if (list.isMissingNode() || list.isNull()) {
      return new double[] {missing};
    }
    double[] numbers = new double[list.isArray() ? list.size() : 1];
    for (int i = 0; i < numbers.length; i++) {
      JsonNode number = list.isArray() ? list.get(i) : list;
      if (!number.isNumber() || !Double.isFinite(number.doubleValue())) {
        throw step.refusal("%s must be numbers but was %s".formatted(key, given));
      }
      numbers[i] = number.doubleValue();
    }
    return numbers;
  }

  /** (x - mean) / deviation, adapted to data before training. */
  static Value adapted(Step step, List<Value> inputs) {
    Options options = step.options();
    Value value = inputs.get(0);
    options.mustBe("invert", false);
    JsonNode axis = options.any("axis");
    JsonNode one = axis.isArray() && axis.size() == 1 ? axis.get(0) : axis;
    boolean last =
        one.isMissingNode()
            || one.isInt() && step.axis(one.intValue(), value.rank()) == value.rank() - 1;
    if (!last && !one.isNull() && !(axis.isArray() && axis.isEmpty())) {
      throw step.refusal("axis must be the last one or none but was " + axis);
    }
    double[] mean;
    double[] variance;
    if (options.has("mean")) {
      mean = numbers(step, "mean", 0);
      variance = numbers(step, "variance", 1);
    } else {
      LayerWeights weights = step.adaptedWeights();
      mean = weights.get("mean").values();
      variance = weights.get("variance").values();
    }
    if (mean.length != variance.length) {
      throw step.refusal(
          "it has %d means but %d variances".formatted(mean.length, variance.length));
    }
    double[] factors = new double[mean.length];
    double[] offsets = new double[mean.length];
    for (int i = 0; i < mean.length; i++) {
      factors[i] = 1 / Math.max(Math.sqrt(variance[i]), LEAST_DEVIATION);
      offsets[i] = -mean[i] * factors[i];
    }
    return rescaled(step, value, factors, offsets);
  }
}
