package io.sextant.gradients.keras;

import com.fasterxml.jackson.databind.JsonNode;
import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Operation.Combination;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.ModelFileException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Layers with several inputs, and arithmetic with constants. */
final class Merges {
  private Merges() {}

  /** Values in one order, with the channels in front where all have them there. */
  private record Aligned(List<Node> nodes, boolean channelsFirst) {
    static Aligned of(Step step, List<Value> inputs) {
      boolean front =
          inputs.stream().allMatch(v -> v.channelsFirst() && v.rank() == inputs.get(0).rank());
      return new Aligned(inputs.stream().map(front ? Value::node : step::ordered).toList(), front);
    }

    Value value(Node node) {
      return channelsFirst ? Value.channelsFirst(node) : Value.ordered(node);
    }
  }

  static Rule.Lowering combine(Combination combination) {
    return (step, inputs) -> combined(step, combination, inputs);
  }

  static Value combined(Step step, Combination combination, List<Value> inputs) {
    if (inputs.size() < 2) {
      throw step.refusal("it takes two inputs or more but has %d".formatted(inputs.size()));
    }
    Aligned aligned = Aligned.of(step, inputs);
    Shape common = common(step, aligned.nodes());
    Node[] nodes =
        aligned.nodes().stream()
            .map(
                node ->
                    node.shape().equals(common)
                        ? node
                        : step.add(new Operation.Expand(common), node))
            .toArray(Node[]::new);
    return aligned.value(step.add(new Operation.Combine(combination), nodes));
  }

  /**
   * The shape to which all can be repeated: sizes of 1 are, and those that are missing in front.
   */
  private static Shape common(Step step, List<Node> nodes) {
    int rank = nodes.stream().mapToInt(node -> node.shape().rank()).max().orElseThrow();
    int[] sizes = new int[rank];
    Arrays.fill(sizes, 1);
    for (Node node : nodes) {
      int missing = rank - node.shape().rank();
      for (int d = missing; d < rank; d++) {
        int size = node.shape().size(d - missing);
        if (sizes[d] != 1 && size != 1 && size != sizes[d]) {
          throw step.refusal(
              "values of the shapes %s cannot be combined"
                  .formatted(nodes.stream().map(Node::shape).toList()));
        }
        sizes[d] = Math.max(sizes[d], size);
      }
    }
    return Shape.of(sizes);
  }

  static Value concatenate(Step step, List<Value> inputs) {
    int axis = step.axis(step.options().whole("axis", -1), inputs.get(0).rank());
    return concatenated(step, axis, inputs);
  }

  private static Value concatenated(Step step, int axis, List<Value> inputs) {
    Aligned aligned = Aligned.of(step, inputs);
    Value first = aligned.value(aligned.nodes().get(0));
    return aligned.value(
        step.add(
            new Operation.Concat(first.dimension(axis)), aligned.nodes().toArray(Node[]::new)));
  }

  /** The one merging layer of Keras 1. */
  static Value merge(Step step, List<Value> inputs) {
    Options options = step.options();
    for (String unused : List.of("dot_axes", "output_shape", "output_mask", "arguments")) {
      options.any(unused);
    }
    options.mustBe("mode_type", "raw");
    options.any("output_shape_type");
    options.any("output_mask_type");
    int axis = options.whole("concat_axis", -1);
    String mode = options.text("mode", "sum", "sum", "mul", "concat", "ave", "max");
    return switch (mode) {
      case "concat" -> concatenated(step, step.axis(axis, inputs.get(0).rank()), inputs);
      case "mul" -> combined(step, Combination.PRODUCT, inputs);
      case "ave" -> combined(step, Combination.AVERAGE, inputs);
      case "max" -> combined(step, Combination.MAX, inputs);
      default -> combined(step, Combination.ADD, inputs);
    };
  }

  /** The product of two vectors, or of the rows of two sequences. */
  static Value dot(Step step, List<Value> inputs) {
    if (inputs.size() != 2) {
      throw step.refusal("it takes two inputs but has %d".formatted(inputs.size()));
    }
    step.options().mustBe("normalize", false);
    JsonNode axes = step.options().any("axes");
    int[] own = new int[2];
    for (int i = 0; i < 2; i++) {
      JsonNode axis = axes.isArray() && axes.size() == 2 ? axes.get(i) : axes;
      if (!axis.isInt() || inputs.get(i).rank() > 2) {
        throw step.refusal("axes %s of values of more dimensions than two".formatted(axes));
      }
      own[i] = step.axis(axis.intValue(), inputs.get(i).rank());
    }
    Node a = matrix(step, inputs.get(0), own[0] == inputs.get(0).rank() - 1);
    Node b = matrix(step, inputs.get(1), own[1] == inputs.get(1).rank() - 1);
    Node product = step.add(new Operation.MatrixProduct(false, true), a, b);
    int[] sizes = new int[Math.max(1, inputs.get(0).rank() + inputs.get(1).rank() - 2)];
    Arrays.fill(sizes, 1);
    int at = 0;
    for (int i = 0; i < 2; i++) {
      if (inputs.get(i).rank() == 2) {
        sizes[at++] = product.shape().size(i);
      }
    }
    return Value.ordered(step.add(new Operation.Reshape(Shape.of(sizes)), product));
  }

  /** As {@code [rows, summed]}. */
  private static Node matrix(Step step, Value value, boolean summedLast) {
    Node node = step.ordered(value);
    if (value.rank() == 1) {
      return step.add(new Operation.Reshape(Shape.of(1, node.shape().size(0))), node);
    }
    return summedLast ? node : step.add(new Operation.Permute(List.of(1, 0)), node);
  }

  /** Arithmetic that Keras 3 writes as operations, and Keras 2 as calls of TensorFlow. */
  static Rule.Lowering arithmetic(String sign) {
    return (step, inputs) -> arithmetic(step, sign, inputs);
  }

  static Value called(Step step, List<Value> inputs) {
    String function = step.options().any("function").asText();
    if (function.startsWith("nn.") && inputs.size() != 1) {
      throw step.refusal("it takes one tensor but is given %d".formatted(inputs.size()));
    }
    return switch (function) {
      case "math.add", "__operators__.add" -> arithmetic(step, "+", inputs);
      case "math.subtract" -> arithmetic(step, "-", inputs);
      case "math.multiply" -> arithmetic(step, "*", inputs);
      case "math.truediv", "math.divide" -> arithmetic(step, "/", inputs);
      case "nn.relu" -> Activations.each(step, new Function.Relu(), inputs.get(0));
      case "nn.relu6" -> Activations.each(step, new Function.Relu6(), inputs.get(0));
      default ->
          throw step.refusal(
              "the function %s of TensorFlow is not supported; put a layer of Keras in its place"
                  .formatted(ModelFileException.quote(function)));
    };
  }

  private static Value arithmetic(Step step, String sign, List<Value> inputs) {
    step.argument("name");
    for (String name : List.of("x", "x1")) {
      if (step.names().getOrDefault(name, 0) != 0) {
        throw step.refusal("its first value %s must stand before the second".formatted(name));
      }
    }
    if (inputs.size() == 2) {
      // Layers repeat values behind the batch, arithmetic from the end and the batch with them.
      if (inputs.get(0).rank() != inputs.get(1).rank()) {
        throw step.refusal(
            "values of the shapes %s and %s are not of one rank"
                .formatted(inputs.get(0).shape(), inputs.get(1).shape()));
      }
      return combined(
          step,
          switch (sign) {
            case "+" -> Combination.ADD;
            case "-" -> Combination.SUBTRACT;
            case "*" -> Combination.PRODUCT;
            default -> Combination.QUOTIENT;
          },
          inputs);
    }
    boolean first = false;
    Optional<JsonNode> constant = Optional.empty();
    for (String name : List.of("argument 0", "x1", "x")) {
      Optional<JsonNode> found = step.argument(name);
      first |= found.isPresent();
      constant = constant.or(() -> found);
    }
    for (String name : List.of("argument 1", "x2", "y")) {
      Optional<JsonNode> found = step.argument(name);
      constant = constant.or(() -> found);
    }
    if (inputs.size() != 1 || constant.isEmpty() || !constant.get().isNumber()) {
      throw step.refusal("arithmetic is supported with two values, or a value and a number");
    }
    double c = constant.get().doubleValue();
    Value x = inputs.get(0);
    Operation.Rescale map =
        switch (sign) {
          case "+" -> Operation.Rescale.all(1, c);
          case "-" -> first ? Operation.Rescale.all(-1, c) : Operation.Rescale.all(1, -c);
          case "*" -> Operation.Rescale.all(c, 0);
          default -> {
            if (first || c == 0) {
              throw step.refusal("a number divided by a value is not supported");
            }
            yield Operation.Rescale.all(1 / c, 0);
          }
        };
    return x.with(step.add(map, x.node()));
  }
}
