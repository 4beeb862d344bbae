package io.sextant.onnx.lowering;

import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.UnsupportedLayerException;
import io.sextant.onnx.file.Operator;
import io.sextant.onnx.lowering.Value.Known;
import io.sextant.onnx.lowering.Value.Moving;
import io.sextant.onnx.tensor.Tensor;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One operator on its way into the graph: its inputs, and the means to add nodes for it. */
final class Step {
  private final Operator operator;
  private final List<@Nullable Value> inputs;
  private final InferenceGraph.Builder builder;
  private final int[] batches;
  private final ToIntFunction<String> readers;
  private boolean fixesBatch;

  /**
   * A step.
   *
   * @param inputs null for those that are left out
   * @param batches the sizes of the batch that are tried
   * @param readers how many operators read a value
   */
  Step(
      Operator operator,
      List<@Nullable Value> inputs,
      InferenceGraph.Builder builder,
      int[] batches,
      ToIntFunction<String> readers) {
    this.operator = operator;
    this.inputs = inputs;
    this.builder = builder;
    this.batches = batches;
    this.readers = readers;
  }

  Operator operator() {
    return operator;
  }

  int[] batches() {
    return batches.clone();
  }

  /** Whether the file's batch holds one example: then it may stand anywhere. */
  boolean single() {
    return batches.length == 1 && batches[0] == 1;
  }

  int count() {
    return inputs.size();
  }

  boolean has(int index) {
    return index < inputs.size() && inputs.get(index) != null;
  }

  Value value(int index) {
    Value value = index < inputs.size() ? inputs.get(index) : null;
    if (value == null) {
      throw unsupported("input %d is missing".formatted(index));
    }
    return value;
  }

  /** An input that depends on the model's input. */
  Moving moving(int index) {
    if (value(index) instanceof Moving moving) {
      return moving;
    }
    throw unsupported(
        "input %d must depend on the model's input, but is constant".formatted(index));
  }

  /** An input that must be the same whatever the batch: weights, axes, sizes. */
  Tensor constant(int index) {
    if (value(index) instanceof Known known) {
      if (known.constant()) {
        return known.at().get(0);
      }
      throw unsupported("input %d must not depend on the size of the batch".formatted(index));
    }
    throw unsupported(
        "input %d must be a constant of the file, but depends on the model's input"
            .formatted(index));
  }

  /** The same, when it is given. */
  Optional<Tensor> optional(int index) {
    return has(index) ? Optional.of(constant(index)) : Optional.empty();
  }

  /** Whether nothing else reads an input, so that it may be made part of what follows. */
  boolean readsAlone(int index) {
    return readers.applyAsInt(operator.inputs().get(index)) == 1;
  }

  /** Refuses an output that somebody reads. */
  void requireUnread(int output, String what) {
    if (output < operator.outputs().size()) {
      String name = operator.outputs().get(output);
      if (!name.isEmpty() && readers.applyAsInt(name) > 0) {
        throw unsupported("its output %s (%s) is not supported".formatted(name, what));
      }
    }
  }

  /** The node of an index. */
  Node node(int index) {
    return builder.node(index);
  }

  /** Adds the node that the operator is known by. */
  Node add(Operation operation, Node... reads) {
    return builder.add(operator.name(), operation, reads);
  }

  /** Adds a node on the way to it. */
  Node inner(Operation operation, Node... reads) {
    String kind = operation.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    return builder.add(operator.name() + "/" + kind, operation, reads);
  }

  /** Binds values to a new parameter of the operator. */
  Parameter parameter(String key, Shape shape, double[] values) {
    Parameter parameter = new Parameter(operator.name() + "/" + key, shape);
    builder.weights(parameter, values);
    return parameter;
  }

  Parameter parameter(String key, Tensor tensor) {
    Shape shape = Shape.of(tensor.sizes());
    if (tensor.singles().isEmpty()) {
      return parameter(key, shape, tensor.values());
    }
    Parameter parameter = new Parameter(operator.name() + "/" + key, shape);
    builder.weights(parameter, tensor.singles().get());
    return parameter;
  }

  /** The same node's value under another shape, when it is another. */
  Node reshaped(Node node, Shape shape) {
    return node.shape().equals(shape) ? node : inner(new Operation.Reshape(shape), node);
  }

  /** The same value with dimensions in another order, when it is another. */
  Node permuted(Node node, List<Integer> order) {
    return IntStream.range(0, order.size()).allMatch(d -> order.get(d) == d)
        ? node
        : inner(new Operation.Permute(order), node);
  }

  /** Repeated to a larger shape, when it is larger. */
  Node expanded(Node node, Shape shape) {
    return node.shape().equals(shape) ? node : inner(new Operation.Expand(shape), node);
  }

  List<Value> result(Node node, Layout layout) {
    return List.of(new Moving(node, layout));
  }

  /** An input whose batch is its first dimension, and nothing but the batch. */
  Moving batchFirst(int index) {
    return batchFirst(moving(index));
  }

  Moving batchFirst(Moving moving) {
    Layout layout = moving.layout();
    if (layout.axis() == 0 && !layout.merged()) {
      return moving;
    }
    if (single() && layout.rank() > 0 && layout.sizes(1)[0] == 1) {
      int[] sizes = layout.sizes(1);
      Layout first = new Layout(Layout.boxed(sizes), 0, 1);
      return new Moving(reshaped(moving.node(), first.shape()), first);
    }
    throw unsupported(
        layout.axis() == 0
            ? "the first dimension of its input holds more than the batch (%s); it would have to run over the merged dimension"
                .formatted(layout)
            : "the first dimension of its input must be the batch, but the batch is dimension %d of %s"
                .formatted(layout.axis(), layout.sizes()));
  }

  /** A batch of one that does not show any more. */
  Moving hidden(Moving moving) {
    Layout layout = Layout.hidden(moving.layout().sizes(1));
    return new Moving(reshaped(moving.node(), layout.shape()), layout);
  }

  /** Says that the operator works for one size of the batch only. */
  void fixesBatch() {
    fixesBatch = true;
  }

  /** Whether the operator was refused because it works for one size of the batch only. */
  boolean batchIsFixed() {
    return fixesBatch;
  }

  /** A value without the batch in a dimension, where a batch of one can be hidden. */
  Moving without(Moving moving, int dimension) {
    boolean there = moving.layout().axis() == dimension;
    return there && single() ? hidden(moving) : moving;
  }

  UnsupportedLayerException unsupported(@Nullable String what) {
    return operator.unsupported(what);
  }
}
