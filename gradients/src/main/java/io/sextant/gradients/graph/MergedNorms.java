package io.sextant.gradients.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/**
 * A graph in which each batch normalisation with stored statistics that alone reads a dense layer
 * or a convolution has become part of it: two linear layers are one.
 */
final class MergedNorms {
  private final InferenceGraph graph;
  private final int[] readers;
  private final InferenceGraph.Builder builder;
  private Weights weights;

  private MergedNorms(InferenceGraph graph) {
    this.graph = graph;
    this.readers = new int[graph.nodes().size()];
    this.builder = InferenceGraph.builder(graph.input().shape());
    this.weights = graph.weights();
    for (Node node : graph.nodes()) {
      node.inputs().forEach(input -> readers[input]++);
    }
  }

  static InferenceGraph of(InferenceGraph graph) {
    return new MergedNorms(graph).merged();
  }

  private InferenceGraph merged() {
    List<Node> copies = new ArrayList<>();
    copies.add(builder.input());
    for (Node node : graph.nodes().subList(1, graph.nodes().size())) {
      Node[] inputs = node.inputs().stream().map(copies::get).toArray(Node[]::new);
      copies.add(
          mergedInto(node).isPresent()
              ? inputs[0]
              : builder.add(node.name(), withNorm(node), inputs));
    }
    return builder.build(copies.get(copies.size() - 1)).withWeights(weights);
  }

  /** The layer that a normalisation becomes part of. */
  private Optional<Node> mergedInto(Node node) {
    if (!(node.operation() instanceof Operation.BatchNorm norm) || !norm.rowsIndependent()) {
      return Optional.empty();
    }
    Node before = graph.nodes().get(node.inputs().get(0));
    boolean alone = readers[before.index()] == 1;
    // Along a sequence channels are steps, and the outputs of a dense layer are not.
    boolean linear =
        before.operation() instanceof Operation.Affine && before.shape().rank() == 1
            || before.operation() instanceof Operation.Convolution
            || before.operation() instanceof Operation.TransposedConvolution;
    return alone && linear ? Optional.of(before) : Optional.empty();
  }

  private Operation withNorm(Node node) {
    Optional<Operation.BatchNorm> norm =
        graph.nodes().stream()
            .filter(other -> mergedInto(other).filter(node::equals).isPresent())
            .map(other -> (Operation.BatchNorm) other.operation())
            .findFirst();
    return norm.isEmpty() ? node.operation() : merged(node, norm.get());
  }

  private Operation merged(Node node, Operation.BatchNorm norm) {
    if (node.operation() instanceof Operation.Affine affine) {
      int outputs = affine.weights().shape().size(1);
      return new Operation.Affine(
          scaled(node, affine.weights(), norm, i -> i % outputs),
          shifted(node, affine.bias(), norm));
    }
    if (node.operation() instanceof Operation.Convolution convolution) {
      Shape kernel = convolution.weights().shape();
      int ofOne = kernel.positions();
      return new Operation.Convolution(
          scaled(node, convolution.weights(), norm, i -> i / ofOne),
          shifted(node, convolution.bias(), norm),
          convolution.window(),
          convolution.groups());
    }
    Operation.TransposedConvolution convolution =
        (Operation.TransposedConvolution) node.operation();
    Shape kernel = convolution.weights().shape();
    int outputs = kernel.size(1);
    int taps = kernel.positions() / outputs;
    int inputsInGroup = kernel.channels() / convolution.groups();
    return new Operation.TransposedConvolution(
        scaled(
            node,
            convolution.weights(),
            norm,
            i -> i / kernel.positions() / inputsInGroup * outputs + i / taps % outputs),
        shifted(node, convolution.bias(), norm),
        convolution.window(),
        convolution.extra(),
        convolution.groups());
  }

  /** Weights times the factor of the channel that each belongs to. */
  private Parameter scaled(
      Node node, Parameter parameter, Operation.BatchNorm norm, IntUnaryOperator channel) {
    double[] values = weights.values(parameter);
    double[] factors = factors(norm);
    for (int i = 0; i < values.length; i++) {
      values[i] *= factors[channel.applyAsInt(i)];
    }
    Parameter scaled = new Parameter(node.name() + "/normalised weights", parameter.shape());
    weights = weights.with(scaled, values);
    return scaled;
  }

  private Optional<Parameter> shifted(
      Node node, Optional<Parameter> bias, Operation.BatchNorm norm) {
    double[] factors = factors(norm);
    double[] values = bias.map(weights::values).orElseGet(() -> new double[factors.length]);
    double[] means = weights.values(norm.mean());
    double[] betas = weights.values(norm.beta());
    for (int i = 0; i < values.length; i++) {
      values[i] = (values[i] - means[i]) * factors[i] + betas[i];
    }
    Parameter shifted = new Parameter(node.name() + "/normalised bias", norm.beta().shape());
    weights = weights.with(shifted, values);
    return Optional.of(shifted);
  }

  private double[] factors(Operation.BatchNorm norm) {
    double[] factors = weights.values(norm.gamma());
    double[] variances = weights.values(norm.variance());
    for (int i = 0; i < factors.length; i++) {
      factors[i] /= Math.sqrt(variances[i] + norm.epsilon());
    }
    return factors;
  }
}
