package io.sextant.onnx.lowering;

import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.Ending;
import io.sextant.onnx.file.OnnxFile;
import io.sextant.onnx.lowering.Value.Moving;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The output that classifies.
 *
 * @param value the name of the value that it is
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record Exit(String value) {
  /**
   * Chooses an output: the one that is asked for, or the only one of real numbers. A ZipMap beside
   * probabilities only gives them the names of classes.
   *
   * @throws IllegalArgumentException when there is none such, or more than one
   */
  public static Exit of(OnnxFile file, Optional<String> asked) {
    List<OnnxFile.Output> outputs = file.outputs();
    List<String> names = outputs.stream().map(OnnxFile.Output::name).toList();
    if (asked.isPresent()) {
      String name = asked.get();
      if (!names.contains(name)) {
        throw new IllegalArgumentException(
            "the model has no output %s; its outputs are %s".formatted(name, names));
      }
      return new Exit(file.unzipped(name));
    }
    List<String> real =
        outputs.stream()
            .filter(output -> !output.whole())
            .map(output -> file.unzipped(output.name()))
            .distinct()
            .toList();
    if (real.size() != 1) {
      throw new IllegalArgumentException(
          real.isEmpty()
              ? "the model has no output of real numbers; its outputs are %s".formatted(names)
              : "the model has %d outputs, so one must be chosen with output: NAME; they are %s"
                  .formatted(real.size(), names));
    }
    return new Exit(real.get(0));
  }

  /** Whether the file itself calls the output logits. */
  public boolean saysLogits() {
    return value.toLowerCase(Locale.ROOT).equals("logits");
  }

  /** Ends the graph at the output: an activation of classes is cut off. */
  Ending leave(InferenceGraph.Builder builder, @Nullable Value end) {
    if (!(end instanceof Moving answer)) {
      throw new IllegalArgumentException(
          "output %s does not depend on the model's input".formatted(value));
    }
    Node node = answer.node();
    Shape plain = plain(node.shape());
    if (!plain.equals(node.shape())) {
      node = builder.add("output", new Operation.Reshape(plain), node);
    }
    Node under = node;
    while (under.operation() instanceof Operation.Reshape) {
      under = builder.node(under.inputs().get(0));
    }
    Optional<Node> softmax = Lowering.softmaxUnder(builder, under);
    if (softmax.isPresent() && plain.rank() == 1) {
      Ending ending = Ending.of(builder, flattened(builder, softmax.get(), plain));
      if (ending.activation() == Ending.Activation.SOFTMAX) {
        return new Ending(ending.bare(), Ending.Activation.LOG_SOFTMAX);
      }
    }
    return Ending.of(builder, node);
  }

  private static Node flattened(InferenceGraph.Builder builder, Node node, Shape shape) {
    return node.shape().equals(shape)
        ? node
        : builder.add("output", new Operation.Reshape(shape), node);
  }

  /** A vector, where all dimensions but one have size 1. */
  private static Shape plain(Shape shape) {
    long wide = Arrays.stream(shape.sizes()).filter(size -> size > 1).count();
    return wide <= 1 ? Shape.of(shape.elements()) : shape;
  }
}
