package io.sextant.gradients.graph;

import io.sextant.methods.Access;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apiguardian.api.API;

/**
 * What a trained network computes at test time, from its input to its logits: an immutable acyclic
 * graph in topological order. Every node leads to the output.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class InferenceGraph {
  /** Most values of one example at one node. */
  static final long MOST_VALUES = 1L << 26;

  /** Most values of one example at all nodes together: what a tape holds of it. */
  private static final long MOST_VALUES_IN_ALL = 1L << 28;

  /** Most nodes; deep networks have a few thousand. */
  private static final int MOST_NODES = 1 << 16;

  private final List<Node> nodes;
  private final Weights weights;

  private InferenceGraph(List<Node> nodes, Weights weights) {
    this.nodes = List.copyOf(nodes);
    this.weights = weights;
  }

  /** Starts a graph with an input of this shape. */
  public static Builder builder(Shape input) {
    return new Builder(input);
  }

  /** All nodes; the first is the input, the last is the output. */
  public List<Node> nodes() {
    return nodes;
  }

  /** The node that takes the batch. */
  public Node input() {
    return nodes.get(0);
  }

  /** The node whose value is the logits. */
  public Node output() {
    return nodes.get(nodes.size() - 1);
  }

  /** The node of this name. */
  public Optional<Node> node(String name) {
    return nodes.stream().filter(node -> node.name().equals(name)).findFirst();
  }

  /**
   * The number of the node with a name.
   *
   * @throws IllegalArgumentException when there is none, naming those that there are
   */
  public int index(String name) {
    return node(name)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no layer named %s; the layers are %s"
                        .formatted(name, nodes.stream().map(Node::name).toList())))
        .index();
  }

  /**
   * The nodes that every path from the input to the output goes through, in the graph's order: the
   * input, the output, and whatever the rest of the network sees all through.
   */
  public List<Node> cuts() {
    List<Node> cuts = new ArrayList<>();
    boolean[] depends = new boolean[nodes.size()];
    depends[0] = true;
    int[] lastReader = new int[nodes.size()];
    for (Node node : nodes) {
      for (int input : node.inputs()) {
        depends[node.index()] |= depends[input];
        lastReader[input] = node.index();
      }
    }
    // Every node leads to the output: what is read behind a node leads past it.
    int furthest = 0;
    for (Node node : nodes) {
      if (depends[node.index()]) {
        if (furthest <= node.index()) {
          cuts.add(node);
        }
        furthest = Math.max(furthest, lastReader[node.index()]);
      }
    }
    return cuts;
  }

  /**
   * What the network does up to a layer: the graph from the input to the layer's value.
   *
   * @param layer the name of any node
   * @return a graph whose output has the layer's name and shape; parameters and weights are the
   *     same
   * @throws IllegalArgumentException when there is no such layer
   */
  public InferenceGraph upTo(String layer) {
    return leadingTo(nodes.get(index(layer)), nodes, weights);
  }

  /**
   * What the network does behind a layer: the graph from the layer's value to the logits.
   *
   * @param layer the name of one of the {@link #cuts()}
   * @return a graph whose input has the layer's name and shape; parameters and weights are the same
   * @throws IllegalArgumentException when there is no such layer, or paths lead past it, so that
   *     the logits are no function of its value alone; naming the layers for which they are
   */
  public InferenceGraph behind(String layer) {
    Node start = nodes.get(index(layer));
    List<String> cuts = cuts().stream().map(Node::name).toList();
    if (!cuts.contains(layer)) {
      throw new IllegalArgumentException(
          ("paths lead past layer %s, so the rest of the network is no function of its activation"
                  + " alone; the layers that all paths go through are %s")
              .formatted(layer, cuts));
    }
    List<Node> rest = new ArrayList<>();
    rest.add(new Node(0, layer, new Operation.Input(start.shape()), List.of(), start.shape()));
    for (Node node : nodes.subList(1, nodes.size())) {
      List<Integer> inputs =
          node.inputs().stream().map(input -> input == start.index() ? 0 : input).toList();
      rest.add(new Node(node.index(), node.name(), node.operation(), inputs, node.shape()));
    }
    return start.index() == output().index()
        ? leadingTo(rest.get(0), rest, weights)
        : leadingTo(rest.get(rest.size() - 1), rest, weights);
  }

  /**
   * Some nodes that follow one another as a graph of their own, whose output is the last of them.
   * Several values that the first one reads are laid side by side in row-major order, as the only
   * input.
   *
   * @param nodes at least one, each read by nothing but the next
   * @param inputs the shapes of what the first one reads, at least one
   * @param weights the values of their parameters, and perhaps of others
   */
  public static InferenceGraph excerpt(List<Node> nodes, List<Shape> inputs, Weights weights) {
    boolean alike = inputs.stream().distinct().count() == 1;
    Builder builder =
        builder(
            alike
                ? inputs.get(0).with(0, inputs.size() * inputs.get(0).channels())
                : Shape.of(inputs.stream().mapToInt(Shape::elements).sum()));
    Node[] read = alike ? builder.stacked(inputs) : builder.inRow(inputs);
    Node last = builder.input();
    for (Node node : nodes) {
      last = builder.add(node.name(), node.operation(), read);
      read = new Node[] {last};
    }
    return leadingTo(last, builder.nodes, weights);
  }

  /** The part of some nodes that an output needs, and their input. */
  private static InferenceGraph leadingTo(Node output, List<Node> nodes, Weights weights) {
    boolean[] needed = new boolean[nodes.size()];
    needed[0] = true;
    needed[output.index()] = true;
    for (int i = output.index(); i > 0; i--) {
      if (needed[i]) {
        nodes.get(i).inputs().forEach(input -> needed[input] = true);
      }
    }
    Map<Integer, Integer> renumbered = new LinkedHashMap<>();
    List<Node> kept = new ArrayList<>();
    for (Node node : nodes.subList(0, output.index() + 1)) {
      if (needed[node.index()]) {
        renumbered.put(node.index(), kept.size());
        kept.add(
            new Node(
                kept.size(),
                node.name(),
                node.operation(),
                node.inputs().stream().map(renumbered::get).toList(),
                node.shape()));
      }
    }
    return new InferenceGraph(kept, weights);
  }

  /** The values that the parameters had when the network was loaded. */
  public Weights weights() {
    return weights;
  }

  /** The same graph with other values of its parameters. */
  public InferenceGraph withWeights(Weights values) {
    return new InferenceGraph(nodes, values);
  }

  /**
   * The same graph with other functions of single values, such as smooth ones in the place of those
   * with a kink; names, shapes, parameters and weights stay as they are, and so do functions inside
   * recurrent layers.
   *
   * @param exchange what takes the place of a function; itself where it stays
   */
  public InferenceGraph withFunctions(UnaryOperator<Function> exchange) {
    return new InferenceGraph(
        nodes.stream()
            .map(
                node ->
                    node.operation() instanceof Operation.Elementwise elementwise
                        ? node.withOperation(
                            new Operation.Elementwise(exchange.apply(elementwise.function())))
                        : node)
            .toList(),
        weights);
  }

  /**
   * A graph that computes the same, in which each batch normalisation with stored statistics that
   * alone reads a dense layer or a convolution is part of it. The layer keeps its name.
   */
  public InferenceGraph withMergedNorms() {
    return MergedNorms.of(this);
  }

  /** The batch normalisations, in the graph's order. */
  public List<Node> batchNorms() {
    return nodes.stream().filter(node -> node.operation() instanceof Operation.BatchNorm).toList();
  }

  /**
   * The parameters that can be bound to other values when the graph is run: gamma, beta, mean and
   * variance of the batch normalisations, in the graph's order, unless another layer reads them
   * too.
   */
  public Set<Parameter> bindable() {
    Set<Parameter> bindable = new LinkedHashSet<>();
    batchNorms().forEach(node -> bindable.addAll(node.operation().parameters()));
    for (Node node : nodes) {
      if (!(node.operation() instanceof Operation.BatchNorm)) {
        node.operation().parameters().forEach(bindable::remove);
      }
    }
    return Collections.unmodifiableSet(bindable);
  }

  /**
   * The parameters that can be differentiated by: gamma and beta of the batch normalisations, in
   * the graph's order; those of {@link #bindable()} without the statistics.
   */
  public Set<Parameter> differentiable() {
    Set<Parameter> bindable = bindable();
    Set<Parameter> scales = new LinkedHashSet<>();
    for (Node node : batchNorms()) {
      Operation.BatchNorm norm = (Operation.BatchNorm) node.operation();
      Stream.of(norm.gamma(), norm.beta()).filter(bindable::contains).forEach(scales::add);
    }
    return Collections.unmodifiableSet(scales);
  }

  /** The same graph, with all batch normalisations on these statistics. */
  public InferenceGraph withStatistics(Statistics statistics) {
    return withStatistics(statistics, batchNorms().stream().map(Node::name).toList());
  }

  /**
   * The same graph with other statistics in some layers; names, shapes, parameters and weights stay
   * as they are.
   *
   * @param statistics of those layers
   * @param layers names of batch normalisations
   * @throws IllegalArgumentException when one is none, naming those that there are
   */
  public InferenceGraph withStatistics(Statistics statistics, Collection<String> layers) {
    List<String> known = batchNorms().stream().map(Node::name).toList();
    for (String layer : layers) {
      if (!known.contains(layer)) {
        throw new IllegalArgumentException(
            "there is no batch normalisation named %s; there are %s".formatted(layer, known));
      }
    }
    return new InferenceGraph(
        nodes.stream()
            .map(node -> layers.contains(node.name()) ? node.withStatistics(statistics) : node)
            .toList(),
        weights);
  }

  /**
   * The most that methods may ask of it: gradients, unless a model that answers by itself is in it.
   */
  public Access access() {
    return nodes.stream()
        .map(Node::operation)
        .filter(Operation.Prediction.class::isInstance)
        .map(operation -> ((Operation.Prediction) operation).access())
        .max(Comparator.naturalOrder())
        .orElse(Access.GRADIENTS);
  }

  /** True when no node couples the examples of a batch. */
  public boolean rowsIndependent() {
    return nodes.stream().allMatch(node -> node.operation().rowsIndependent());
  }

  /** Number of values of one example over all nodes: what a tape must hold. */
  public long elementsPerExample() {
    return nodes.stream().mapToLong(node -> node.shape().elements() + kept(node)).sum();
  }

  private long kept(Node node) {
    return node.operation()
        .keptValues(node.inputs().stream().map(input -> nodes.get(input).shape()).toList());
  }

  /**
   * Collects nodes; each may read only nodes added before it.
   *
   * @since 0.1
   */
  public static final class Builder {
    private final List<Node> nodes = new ArrayList<>();
    private final UniqueNames names = new UniqueNames();
    private final Map<String, Values> weights = new LinkedHashMap<>();
    private long values;

    private Builder(Shape input) {
      nodes.add(new Node(0, "input", new Operation.Input(input), List.of(), input));
      names.unique("input");
    }

    /** The input node. */
    public Node input() {
      return nodes.get(0);
    }

    /** How many nodes were added so far, the input among them. */
    public int size() {
      return nodes.size();
    }

    /**
     * Gives a node another name.
     *
     * @param node of this graph
     * @param name the layer that it comes from; a number is appended when it is taken
     * @return the node by its new name, which takes the old one's place
     */
    public Node rename(Node node, String name) {
      names.free(node.name());
      Node renamed =
          new Node(node.index(), names.unique(name), node.operation(), node.inputs(), node.shape());
      nodes.set(node.index(), renamed);
      return renamed;
    }

    /** The node of this number, among those added so far. */
    public Node node(int index) {
      return nodes.get(index);
    }

    /**
     * Adds a node.
     *
     * @param name the layer it comes from; a number is appended when it is taken
     * @param operation what it computes
     * @param inputs the nodes it reads
     * @return the new node
     * @throws IllegalArgumentException when the shapes do not fit, naming the layer
     */
    public Node add(String name, Operation operation, Node... inputs) {
      List<Shape> shapes = new ArrayList<>();
      List<Integer> indices = new ArrayList<>();
      for (Node input : inputs) {
        if (input.index() >= nodes.size() || !nodes.get(input.index()).equals(input)) {
          throw new IllegalArgumentException(
              "node " + input.name() + " does not belong to this graph");
        }
        shapes.add(input.shape());
        indices.add(input.index());
      }
      Shape shape;
      try {
        shape = operation.outputShape(shapes);
        bound(shape, operation.keptValues(shapes));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("layer " + name + ": " + e.getMessage(), e);
      }
      Node node = new Node(nodes.size(), names.unique(name), operation, indices, shape);
      nodes.add(node);
      return node;
    }

    private void bound(Shape shape, long kept) {
      values += shape.elements() + kept;
      if (shape.elements() > MOST_VALUES || values > MOST_VALUES_IN_ALL) {
        throw new IllegalArgumentException(
            "one example may have at most %d values at a layer and %d in all, but has %d here (%s) and %d so far"
                .formatted(MOST_VALUES, MOST_VALUES_IN_ALL, shape.elements(), shape, values));
      }
      if (nodes.size() >= MOST_NODES) {
        throw new IllegalArgumentException(
            "a network may have at most %d steps but has more".formatted(MOST_NODES));
      }
    }

    /** Inputs of one shape as ranges of channels: they lie as they are. */
    private Node[] stacked(List<Shape> shapes) {
      if (shapes.size() == 1) {
        return new Node[] {input()};
      }
      int channels = shapes.get(0).channels();
      Node[] parts = new Node[shapes.size()];
      for (int i = 0; i < parts.length; i++) {
        parts[i] = add("part", new Operation.Slice(i * channels, (i + 1) * channels), input());
      }
      return parts;
    }

    private Node[] inRow(List<Shape> shapes) {
      Node[] parts = new Node[shapes.size()];
      int from = 0;
      for (int i = 0; i < parts.length; i++) {
        int to = from + shapes.get(i).elements();
        Node slice = add("part", new Operation.Slice(from, to), input());
        parts[i] = add("shaped", new Operation.Reshape(shapes.get(i)), slice);
        from = to;
      }
      return parts;
    }

    /**
     * Sets the values of a parameter; copied. Layers that share a parameter may do so each.
     *
     * @throws IllegalArgumentException when their number does not fit, or the parameter has other
     *     values already
     */
    public Builder weights(Parameter parameter, double[] values) {
      return weights(parameter, Values.of(values));
    }

    /**
     * Sets the values of a parameter that are known in single precision; copied.
     *
     * @throws IllegalArgumentException when their number does not fit, or the parameter has other
     *     values already
     */
    public Builder weights(Parameter parameter, float[] values) {
      return weights(parameter, Values.of(values));
    }

    private Builder weights(Parameter parameter, Values values) {
      Values before = weights.get(parameter.name());
      if (before != null && !before.same(values)) {
        throw new IllegalArgumentException(
            "parameter %s has other values already; give each layer's parameters names of their own"
                .formatted(parameter.name()));
      }
      Weights.bind(weights, parameter, values);
      return this;
    }

    /**
     * Ends the graph.
     *
     * @param output the node whose value is the logits; nodes that do not lead to it are left out
     * @return the graph
     */
    public InferenceGraph build(Node output) {
      Objects.requireNonNull(output, "output");
      return leadingTo(output, nodes, Weights.of(weights));
    }
  }
}
