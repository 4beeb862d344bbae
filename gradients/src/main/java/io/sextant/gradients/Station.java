package io.sextant.gradients;

import io.sextant.gradients.engine.Engine;
import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Weights;
import io.sextant.gradients.rules.BackwardRule;
import io.sextant.gradients.rules.Change;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Nodes that are run together, as a graph of their own: one, or several with the derivative as
 * their rule, each of which is read by the next alone. Programs are compiled when first asked for.
 */
final class Station implements AutoCloseable {
  private final List<Node> nodes;
  private final List<Shape> shapes;
  private final List<Boolean> varying;
  private final BackwardRule rule;
  private final Weights weights;
  private final Engine engine;
  private final Precision precision;
  private final InferenceGraph graph;
  private final Map<Change, Lanes> programs = new LinkedHashMap<>();

  Station(
      List<Node> nodes,
      List<Shape> shapes,
      List<Boolean> varying,
      BackwardRule rule,
      Weights weights,
      Engine engine,
      Precision precision) {
    this.nodes = nodes;
    this.shapes = shapes;
    this.varying = varying;
    this.rule = rule;
    this.weights = weights;
    this.engine = engine;
    this.precision = precision;
    this.graph = InferenceGraph.excerpt(nodes, shapes, weights);
  }

  /** The node whose values are read. */
  Node first() {
    return nodes.get(0);
  }

  /** The node whose value is known. */
  Node last() {
    return nodes.get(nodes.size() - 1);
  }

  List<Shape> shapes() {
    return shapes;
  }

  boolean varies(int input) {
    return varying.get(input);
  }

  /** Whether its value depends on the network's input. */
  boolean varies() {
    return varying.contains(true);
  }

  BackwardRule rule() {
    return rule;
  }

  double[] values(Parameter parameter) {
    return weights.values(parameter);
  }

  /** What one run of it costs, in multiplications; values that are only moved count once. */
  long work() {
    return Calibration.multiplications(graph) + last().shape().elements();
  }

  /** Where it runs with other weights. */
  synchronized Lanes lanes(Change change) {
    return programs.computeIfAbsent(change, this::compile);
  }

  private Lanes compile(Change change) {
    Weights values = change.equals(Change.NONE) ? weights : changed(change);
    return new Lanes(graph, engine.compile(graph, values, precision), precision);
  }

  private Weights changed(Change change) {
    Operation operation = last().operation();
    if (nodes.size() == 1 && operation instanceof Operation.Affine affine) {
      return changed(change, affine.weights(), affine.bias());
    }
    if (nodes.size() == 1 && operation instanceof Operation.Convolution convolution) {
      return changed(change, convolution.weights(), convolution.bias());
    }
    if (nodes.size() == 1 && operation instanceof Operation.TransposedConvolution convolution) {
      return changed(change, convolution.weights(), convolution.bias());
    }
    throw new IllegalArgumentException(
        "layer %s has no weights that a rule could change; dense layers and convolutions have"
            .formatted(last().name()));
  }

  private Weights changed(Change change, Parameter weight, Optional<Parameter> bias) {
    double[] changed = weights.values(weight);
    for (int i = 0; i < changed.length; i++) {
      changed[i] = change.weight(changed[i]);
    }
    Weights all = Weights.empty().with(weight, changed);
    if (bias.isEmpty()) {
      return all;
    }
    double[] biases = weights.values(bias.get());
    for (int i = 0; i < biases.length; i++) {
      biases[i] = change.bias(biases[i]);
    }
    return all.with(bias.get(), biases);
  }

  @Override
  public synchronized void close() {
    programs.values().forEach(Lanes::close);
  }
}
