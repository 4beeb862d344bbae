package io.sextant.gradients.keras;

import com.fasterxml.jackson.databind.JsonNode;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.Ending;
import io.sextant.gradients.model.FrameworkNetwork;
import io.sextant.gradients.model.LogitsSaid;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** A model of a Keras file, which is compiled from its configuration and its arrays. */
final class KerasNetwork implements FrameworkNetwork {
  private final String name;
  private final byte[] bytes;
  private final KerasFile file;
  private final long parameters;

  /**
   * A model.
   *
   * @param name of the file, for messages
   * @param bytes of the file, which it is written as again
   * @param file what is in it
   */
  KerasNetwork(String name, byte[] bytes, KerasFile file) {
    this.name = name;
    this.bytes = bytes;
    this.file = file;
    this.parameters = count(file.architecture(), file.weights());
  }

  /** The sizes of an input that the file states, the batch not counted; 0 for one that is open. */
  private Optional<int[]> stated() {
    JsonNode batch = file.architecture().batchShape();
    // The second form of Keras 3: a list of one shape.
    JsonNode sizes = batch.size() == 1 && batch.path(0).isArray() ? batch.path(0) : batch;
    if (!sizes.isArray() || sizes.size() < 2) {
      return Optional.empty();
    }
    int[] own = new int[sizes.size() - 1];
    for (int d = 0; d < own.length; d++) {
      own[d] = Math.max(0, sizes.get(d + 1).asInt(0));
    }
    return Optional.of(own);
  }

  @Override
  public Optional<Shape> inputShape() {
    return stated()
        .filter(sizes -> Arrays.stream(sizes).allMatch(size -> size > 0))
        .map(sizes -> Shape.of(turned(sizes) ? channelsFirst(sizes) : sizes));
  }

  /**
   * Whether inputs of these sizes have the channels last for Keras, and first for everybody else.
   */
  private boolean turned(int[] sizes) {
    return sizes.length > 2 && !ChannelOrder.first(file.architecture());
  }

  private static int[] channelsFirst(int[] sizes) {
    int[] turned = new int[sizes.length];
    turned[0] = sizes[sizes.length - 1];
    System.arraycopy(sizes, 0, turned, 1, sizes.length - 1);
    return turned;
  }

  @Override
  public long parameters() {
    return parameters;
  }

  /** Finds all arrays, so that a file that lacks some is refused when it is read. */
  private static long count(Architecture model, WeightStore weights) {
    long count = 0;
    for (LayerConfig layer : model.layers()) {
      WeightStore own = weights.of(layer, model.layers());
      count +=
          layer.inner().isPresent()
              ? count(layer.inner().get(), own)
              : own.all().stream().mapToLong(stored -> stored.array().count()).sum();
    }
    return count;
  }

  @Override
  public synchronized Compiled compile( // the file is read on demand
      Shape shape,
      Optional<Operation.Rescale> preprocessing,
      Optional<String> output,
      LogitsSaid logits) {
    Architecture model = file.architecture();
    if (model.inputs().size() != 1) {
      throw new IllegalArgumentException(
          "a model must have one input but has %d: %s"
              .formatted(
                  model.inputs().size(),
                  model.inputs().stream().map(Architecture.Tensor::layer).toList()));
    }
    Architecture.Tensor chosen = chosen(model, output);
    InferenceGraph.Builder graph = InferenceGraph.builder(shape);
    Node first =
        preprocessing.isPresent()
            ? graph.add("preprocessing", preprocessing.get(), graph.input())
            : graph.input();
    Value input = input(graph, first);
    Compilation compilation = new Compilation(name, graph, file.conventions(), file.size());
    Value answer =
        compilation.model(model, "", file.weights(), List.of(input), List.of(chosen)).get(0);
    return Ending.of(graph, turnedBack(graph, chosen.layer(), answer, input))
        .compiled(graph, said(logits, answer));
  }

  /** Several logits of units that are each for itself are no classes. */
  private LogitsSaid said(LogitsSaid logits, Value answer) {
    boolean each = file.loss() == KerasFile.Outputs.LOGITS_OF_EACH && answer.shape().elements() > 1;
    return logits == LogitsSaid.BY_FILE && each ? LogitsSaid.NOT : logits;
  }

  private static Architecture.Tensor chosen(Architecture model, Optional<String> output) {
    Map<String, Architecture.Tensor> outputs = new HashMap<>();
    for (Architecture.Tensor tensor : model.outputs()) {
      outputs.putIfAbsent(tensor.layer(), tensor);
    }
    List<String> names = model.outputs().stream().map(Architecture.Tensor::layer).toList();
    if (output.isEmpty()) {
      if (names.size() != 1) {
        throw new IllegalArgumentException(
            "the model has %d outputs, so one must be chosen with output: NAME; they are %s"
                .formatted(names.size(), names));
      }
      return model.outputs().get(0);
    }
    Architecture.Tensor tensor = outputs.get(output.get());
    if (tensor == null) {
      throw new IllegalArgumentException(
          "the model has no output %s; its outputs are %s".formatted(output.get(), names));
    }
    return tensor;
  }

  /**
   * None for a network that states a shape of more than one dimension: what fits that is known when
   * it is compiled. Images of several channels lie in another order here than in Keras's vectors.
   */
  @Override
  public List<Shape> likewise(Shape shape) {
    boolean vectors = stated().map(sizes -> sizes.length == 1).orElse(true);
    return !vectors || shape.rank() > 2 && shape.channels() > 1
        ? List.of()
        : FrameworkNetwork.super.likewise(shape);
  }

  /**
   * The input as Keras takes it: vectors and single-channel images may come in another shape, and
   * images for a network that takes vectors are flattened in Keras's order.
   */
  private Value input(InferenceGraph.Builder graph, Node node) {
    Shape shape = node.shape();
    int[] own = stated().orElse(shape.sizes());
    boolean turned = turned(own);
    int[] wanted = stated().isPresent() && turned ? channelsFirst(own) : own;
    if (fits(wanted, shape)) {
      return turned ? Value.channelsFirst(node) : Value.ordered(node);
    }
    int values = shape.elements();
    if (own.length == 1 && shape.rank() > 2 && (own[0] == 0 || own[0] == values)) {
      List<Integer> last = new ArrayList<>();
      IntStream.range(1, shape.rank()).forEach(last::add);
      last.add(0);
      Node ordered = graph.add("input/ordered", new Operation.Permute(last), node);
      Operation flat = new Operation.Reshape(Shape.of(values));
      return Value.ordered(graph.add("input/shaped", flat, ordered));
    }
    boolean oneOrder = own.length == 2 || own.length == 3 && wanted[0] == 1;
    if (oneOrder && sameValues(wanted, shape)) {
      Node shaped = graph.add("input/shaped", new Operation.Reshape(Shape.of(wanted)), node);
      return turned ? Value.channelsFirst(shaped) : Value.ordered(shaped);
    }
    throw new IllegalArgumentException(
        "the model takes inputs of shape %s but was given %s"
            .formatted(Arrays.toString(wanted).replace("0", "any"), shape));
  }

  /** Whether the shapes differ in nothing but dimensions of one, or one of them is a vector. */
  private static boolean sameValues(int[] wanted, Shape shape) {
    if (Arrays.stream(wanted).anyMatch(size -> size == 0)
        || Shape.of(wanted).elements() != shape.elements()) {
      return false;
    }
    return shape.rank() == 1
        || Arrays.equals(
            Arrays.stream(wanted).filter(size -> size != 1).toArray(),
            Arrays.stream(shape.sizes()).filter(size -> size != 1).toArray());
  }

  private static boolean fits(int[] wanted, Shape shape) {
    boolean fits = wanted.length == shape.rank();
    for (int d = 0; fits && d < wanted.length; d++) {
      fits = wanted[d] == 0 || wanted[d] == shape.size(d);
    }
    return fits;
  }

  /** Images that the model answers have the channels first where those that it takes have. */
  private static Node turnedBack(
      InferenceGraph.Builder graph, String layer, Value answer, Value input) {
    boolean first = answer.rank() > 2 && (input.channelsFirst() || answer.channelsFirst());
    if (answer.channelsFirst() == first || answer.rank() == 1) {
      return answer.node();
    }
    Integer[] order = new Integer[answer.rank()];
    for (int d = 0; d < order.length; d++) {
      order[d] = Math.floorMod(first ? d - 1 : d + 1, order.length);
    }
    return graph.add(layer + "/turned", new Operation.Permute(List.of(order)), answer.node());
  }

  @Override
  public void write(OutputStream out) throws IOException {
    out.write(bytes);
  }
}
