package io.sextant.gradients.keras;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sextant.gradients.graph.Cell;
import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Recurrent layers, their wrappers and masks. */
final class Recurrents {
  private static final List<String> WITH_BIAS = List.of("kernel", "recurrent_kernel", "bias");
  private static final List<String> WITHOUT_BIAS = List.of("kernel", "recurrent_kernel");

  /** The longest sequence that is stepped through. */
  private static final int LONGEST = 1 << 16;

  private static final String TANH = "tanh";
  private static final String SIGMOID = "sigmoid";

  private Recurrents() {}

  /** What every recurrent layer is told beside its cell. */
  private record Course(boolean sequences, boolean backwards, boolean zeros) {
    static Course of(Step step) {
      Options options = step.options();
      for (String off : List.of("return_state", "stateful", "time_major")) {
        options.mustBe(off, false);
      }
      return new Course(
          options.flag("return_sequences", false),
          options.flag("go_backwards", false),
          options.flag("zero_output_for_mask", false));
    }
  }

  private static Node sequence(Step step, List<Value> inputs) {
    if (inputs.get(0).rank() != 2) {
      throw step.refusal(
          "it takes sequences [time, features] but is given " + inputs.get(0).shape());
    }
    Node sequence = step.ordered(inputs.get(0));
    if (sequence.shape().size(0) > LONGEST) {
      throw step.refusal(
          "a sequence may have at most %d steps but has %d"
              .formatted(LONGEST, sequence.shape().size(0)));
    }
    return sequence;
  }

  private static LayerWeights weights(Step step, boolean bias) {
    List<String> roles = bias ? WITH_BIAS : WITHOUT_BIAS;
    return step.weights("cell", 0, 1, roles);
  }

  /** The biases of an option that has them, or nothing. */
  private static Optional<Parameter> bias(Step step, Optional<Weight> bias) {
    return bias.map(values -> step.parameter("bias", values));
  }

  private static Value run(
      Step step, List<Value> inputs, Cell cell, LayerWeights weights, Optional<Weight> bias) {
    int units = step.options().size("units");
    Course course = Course.of(step);
    Node sequence = sequence(step, inputs);
    int features = sequence.shape().size(1);
    int wide = cell.gates() * units;
    Operation.Recurrent operation =
        new Operation.Recurrent(
            cell,
            step.parameter("kernel", step.sized("kernel", weights.get("kernel"), features, wide)),
            step.parameter(
                "recurrent_kernel",
                step.sized("recurrent_kernel", weights.get("recurrent_kernel"), units, wide)),
            bias(step, bias),
            course.backwards());
    Optional<Node> mask = inputs.get(0).mask();
    Node states =
        mask.isPresent()
            ? step.add(operation, sequence, mask.get())
            : step.add(operation, sequence);
    if (course.zeros() && mask.isPresent()) {
      states = counted(step, states, mask.get());
    }
    int time = sequence.shape().size(0);
    if (!course.sequences()) {
      int last = course.backwards() ? 0 : time - 1;
      Node state = step.add(new Operation.Slice(0, last, last + 1), states);
      return Value.ordered(step.add(new Operation.Reshape(Shape.of(units)), state));
    }
    // A layer that goes backwards answers in its own order.
    Node answer = course.backwards() ? reversed(step, states) : states;
    // The mask is handed on as it came, also there: Keras does not turn it.
    return Value.ordered(answer).withMask(mask);
  }

  /** A sequence with zeros at the steps that do not count. */
  private static Node counted(Step step, Node sequence, Node mask) {
    Operation column = new Operation.Reshape(Shape.of(sequence.shape().size(0), 1));
    Node wide = step.add(new Operation.Expand(sequence.shape()), step.add(column, mask));
    return step.add(new Operation.Combine(Operation.Combination.PRODUCT), sequence, wide);
  }

  private static Node reversed(Step step, Node sequence) {
    int time = sequence.shape().size(0);
    return step.add(
        new Operation.Select(0, IntStream.range(0, time).map(i -> time - 1 - i).boxed().toList()),
        sequence);
  }

  static Value simple(Step step, List<Value> inputs) {
    boolean bias = step.options().flag("use_bias", true);
    Function activation = Activations.function(step, "activation", TANH);
    LayerWeights weights = weights(step, bias);
    return run(step, inputs, new Cell.Simple(activation), weights, weights.find("bias"));
  }

  /** Keras has the gates in the graph's order: input, forget, candidate, output. */
  static Value longShort(Step step, List<Value> inputs) {
    boolean bias = step.options().flag("use_bias", true);
    Function activation = Activations.function(step, "activation", TANH);
    Function gate = Activations.function(step, "recurrent_activation", SIGMOID);
    LayerWeights weights =
        Keras1.apart(step) ? Keras1.joined(step, List.of(0, 2, 1, 3)) : weights(step, bias);
    return run(
        step,
        inputs,
        new Cell.Lstm(gate, activation, activation, Optional.empty()),
        weights,
        weights.find("bias"));
  }

  /** Keras has the gates in the graph's order: update, reset, candidate. */
  static Value gated(Step step, List<Value> inputs) {
    boolean bias = step.options().flag("use_bias", true);
    boolean after = step.options().flag("reset_after", step.conventions().version() == 3);
    Function activation = Activations.function(step, "activation", TANH);
    Function gate = Activations.function(step, "recurrent_activation", SIGMOID);
    LayerWeights weights =
        Keras1.apart(step) ? Keras1.joined(step, List.of(0, 1, 2)) : weights(step, bias);
    int units = step.options().size("units");
    Optional<Weight> own = weights.find("bias");
    Optional<Parameter> inside = Optional.empty();
    if (after && own.isPresent()) {
      // One row by the input and one by the state, which add up where the reset gate is not
      // between.
      Weight both = step.sized("bias", own.get(), 2, 3 * units);
      Weight input = both.range(0, 3 * units);
      Weight state = both.range(3 * units, 6 * units);
      Weight added = input.plus(state);
      System.arraycopy(input.values(), 2 * units, added.values(), 2 * units, units);
      own = Optional.of(added);
      inside = Optional.of(step.parameter("after", state.range(2 * units, 3 * units)));
    }
    return run(step, inputs, new Cell.Gru(gate, activation, after, inside), weights, own);
  }

  static Value bidirectional(Step step, List<Value> inputs) {
    Options options = step.options();
    LayerConfig forward = zeroing(step.layer().wrapped("layer"));
    options.any("layer");
    LayerConfig backward =
        options.has("backward_layer")
            ? zeroing(step.layer().wrapped("backward_layer"))
            : turned(forward);
    options.any("backward_layer");
    options.mustBe("return_state", false);
    options.any("return_sequences");
    options.any("supports_masking");
    if (options.any("merge_mode").isNull()) {
      throw step.refusal("merge_mode None, which gives two results, is not supported");
    }
    String mode = options.text("merge_mode", "concat", "concat", "sum", "mul", "ave");
    Value there = step.apply("forward_layer", forward, step.part("forward_layer", 0, 2), inputs);
    Value back = step.apply("backward_layer", backward, step.part("backward_layer", 1, 2), inputs);
    if (back.rank() == 2) {
      back = Value.ordered(reversed(step, back.node()));
    }
    List<Value> both = List.of(there.withMask(Optional.empty()), back.withMask(Optional.empty()));
    Value merged =
        switch (mode) {
          case "sum" -> Merges.combined(step, Operation.Combination.ADD, both);
          case "mul" -> Merges.combined(step, Operation.Combination.PRODUCT, both);
          case "ave" -> Merges.combined(step, Operation.Combination.AVERAGE, both);
          default ->
              Value.ordered(
                  step.add(new Operation.Concat(there.rank() - 1), there.node(), back.node()));
        };
    return merged.withMask(there.mask());
  }

  /** The layer that runs the other way where only one was given. */
  private static LayerConfig turned(LayerConfig forward) {
    boolean backwards = forward.config().path("go_backwards").asBoolean(false);
    return with("backward_" + forward.name(), forward, "go_backwards", !backwards);
  }

  /** Keras has both layers answer zeros at masked steps where they answer sequences. */
  private static LayerConfig zeroing(LayerConfig layer) {
    boolean sequences = layer.config().path("return_sequences").asBoolean(false);
    return with(layer.name(), layer, "zero_output_for_mask", sequences);
  }

  private static LayerConfig with(String name, LayerConfig layer, String key, boolean value) {
    if (!(layer.config() instanceof ObjectNode given)) {
      return layer; // a model, which is refused as one
    }
    ObjectNode config = given.deepCopy().put(key, value);
    return new LayerConfig(
        name, layer.kind(), layer.module(), layer.registered(), config, layer.inner());
  }

  /** Steps of which all features have one value do not count. */
  static Value masking(Step step, List<Value> inputs) {
    Value value = inputs.get(0);
    if (value.rank() != 2) {
      throw step.refusal("it takes sequences [time, features] but is given " + value.shape());
    }
    Node sequence = step.ordered(value);
    double skipped = step.options().number("mask_value", 0);
    Node differs = step.add(new Operation.Elementwise(new Function.Differs(skipped)), sequence);
    Node mask = step.add(Operation.Reduce.over(Operation.Reduction.MAX, 1), differs);
    Node kept = counted(step, sequence, mask);
    return Value.ordered(kept).withMask(Optional.of(mask));
  }

  /**
   * Layers that are applied along the last axis as they are, which a wrapper changes nothing of.
   */
  private static final List<String> EACH_STEP =
      List.of(
          "Dense",
          "Dropout",
          "Activation",
          "ReLU",
          "LeakyReLU",
          "ELU",
          "GaussianNoise",
          "GaussianDropout",
          "AlphaDropout",
          "ActivityRegularization");

  /** A layer applied to each step of a sequence. */
  static Value timeDistributed(Step step, List<Value> inputs) {
    LayerConfig inner = step.layer().wrapped("layer");
    step.options().any("layer");
    WeightStore store = step.part("layer", 0, 1);
    Value value = inputs.get(0);
    if (EACH_STEP.contains(inner.kind())) {
      return step.apply("layer", inner, store, List.of(value));
    }
    if (value.rank() < 2 || value.mask().isPresent()) {
      throw step.refusal(
          "it takes sequences, without a mask for %s, but is given %s"
              .formatted(inner.kind(), value.shape()));
    }
    Node sequence = step.ordered(value);
    int[] sizes = sequence.shape().sizes();
    int[] one = Arrays.copyOfRange(sizes, 1, sizes.length);
    List<Node> results = new ArrayList<>();
    for (int t = 0; t < sizes[0]; t++) {
      Node at = step.add(new Operation.Slice(0, t, t + 1), sequence);
      Value result =
          step.apply(
              "layer",
              inner,
              store,
              List.of(Value.ordered(step.add(new Operation.Reshape(Shape.of(one)), at))));
      Node ordered = step.ordered(result);
      int[] row = new int[ordered.shape().rank() + 1];
      row[0] = 1;
      System.arraycopy(ordered.shape().sizes(), 0, row, 1, row.length - 1);
      results.add(step.add(new Operation.Reshape(Shape.of(row)), ordered));
    }
    return Value.ordered(step.add(new Operation.Concat(0), results.toArray(Node[]::new)));
  }
}
