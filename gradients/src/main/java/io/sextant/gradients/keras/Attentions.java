package io.sextant.gradients.keras;

import com.fasterxml.jackson.databind.JsonNode;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import java.util.ArrayList;
import java.util.List;

/** Attention: weighted means of values, by how queries and keys fit. */
final class Attentions {
  private Attentions() {}

  /** An input by its name, else by its place, else another one. */
  private static Value input(Step step, List<Value> inputs, String name, int place, Value missing) {
    Integer named = step.names().get(name);
    if (named != null) {
      return inputs.get(named);
    }
    boolean positional = place < inputs.size() && !step.names().containsValue(place);
    return positional ? inputs.get(place) : missing;
  }

  private record Triple(Node query, Node value, Node key) {
    static Triple of(Step step, List<Value> inputs) {
      for (String name : step.names().keySet()) {
        if (!List.of("query", "value", "key").contains(name)) {
          throw step.refusal("the argument %s is not supported".formatted(name));
        }
      }
      Value query = input(step, inputs, "query", 0, inputs.get(0));
      Value value = input(step, inputs, "value", 1, query);
      Value key = input(step, inputs, "key", 2, value);
      for (Value each : List.of(query, value, key)) {
        if (each.rank() != 2) {
          throw step.refusal("it takes sequences [time, features] but is given " + each.shape());
        }
      }
      return new Triple(step.ordered(query), step.ordered(value), step.ordered(key));
    }
  }

  /**
   * Several heads at once.
   *
   * <p>Vaswani et al., "Attention Is All You Need", NeurIPS 2017, arXiv:1706.03762, section 3.2.
   */
  static Value multiHead(Step step, List<Value> inputs) {
    Options options = step.options();
    int heads = options.size("num_heads");
    int keyDim = options.size("key_dim");
    int valueDim = options.size("value_dim", keyDim);
    boolean bias = options.flag("use_bias", true);
    JsonNode shape = options.any("output_shape");
    JsonNode axes = options.any("attention_axes");
    if (axes.isArray() && !(axes.size() == 1 && axes.get(0).asInt() == 1)) {
      throw step.refusal("attention_axes must be the time alone but was " + axes);
    }
    for (String shapes : List.of("query_shape", "key_shape", "value_shape", "flash_attention")) {
      options.any(shapes); // sizes that were built, and a faster way to the same
    }
    options.mustBe("use_gate", false);
    Triple given = Triple.of(step, inputs);
    int features = given.query().shape().size(1);
    int outputs =
        shape.isInt()
            ? shape.intValue()
            : shape.isArray() && shape.size() == 1 ? shape.get(0).asInt() : features;
    if (outputs < 1) {
      throw step.refusal("output_shape must be a whole number but was " + shape);
    }
    Node query = projected(step, "query", 0, given.query(), bias, heads, keyDim);
    Node key = projected(step, "key", 1, given.key(), bias, heads, keyDim);
    Node value = projected(step, "value", 2, given.value(), bias, heads, valueDim);
    Node scaled = step.add(Operation.Rescale.all(1 / Math.sqrt(keyDim), 0), query);
    Node scores = step.add(new Operation.MatrixProduct(false, true), scaled, key);
    Node mixed =
        step.add(
            new Operation.MatrixProduct(false, false),
            step.add(new Operation.Softmax(2), scores),
            value);
    int time = given.query().shape().size(0);
    Node joined =
        step.add(
            new Operation.Reshape(Shape.of(time, heads * valueDim)),
            step.add(new Operation.Permute(List.of(1, 0, 2)), mixed));
    return Value.ordered(affine(step, "output", 3, joined, bias, heads * valueDim, outputs));
  }

  /** {@code [time, features]} to {@code [heads, time, size]}. */
  private static Node projected(
      Step step, String name, int index, Node sequence, boolean bias, int heads, int size) {
    Node flat = affine(step, name, index, sequence, bias, sequence.shape().size(1), heads * size);
    Node parted =
        step.add(new Operation.Reshape(Shape.of(sequence.shape().size(0), heads, size)), flat);
    return step.add(new Operation.Permute(List.of(1, 0, 2)), parted);
  }

  private static Node affine(
      Step step, String name, int index, Node node, boolean bias, int in, int out) {
    List<String> roles = new ArrayList<>(List.of("kernel"));
    if (bias) {
      roles.add("bias");
    }
    LayerWeights weights = step.weights(name + "_dense", index, 4, roles);
    Weight kernel = weights.get("kernel");
    if (kernel.values().length != (long) in * out) {
      throw step.refusal(
          "the %s kernel must have %d values but has %d"
              .formatted(name, (long) in * out, kernel.values().length));
    }
    return step.add(
        new Operation.Affine(
            step.parameter(name + "/kernel", kernel.as(in, out)),
            weights
                .find("bias")
                .map(
                    values ->
                        step.parameter(
                            name + "/bias",
                            step.sized("bias", values.as(values.values().length), out)))),
        node);
  }

  /** One head without projections. */
  static Value dot(Step step, List<Value> inputs) {
    Options options = step.options();
    options.mustBe("score_mode", "dot");
    options.mustBe("causal", false);
    boolean scale = options.flag("use_scale", false);
    Triple given = Triple.of(step, inputs);
    Node query = given.query();
    if (scale) {
      double factor =
          step.sized("scale", step.weights(List.of("scale")).get("scale"), 1).values()[0];
      query = step.add(Operation.Rescale.all(factor, 0), query);
    }
    Node scores = step.add(new Operation.MatrixProduct(false, true), query, given.key());
    return Value.ordered(
        step.add(
            new Operation.MatrixProduct(false, false),
            step.add(new Operation.Softmax(1), scores),
            given.value()));
  }
}
