package io.sextant.gradients.contract;

import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Statistics;
import io.sextant.gradients.graph.Window;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.random.RandomGenerator;

/** Adds layers with random parameters to a graph. */
final class Layers {
  private final InferenceGraph.Builder builder;
  private final Values values;
  private final RandomGenerator random;
  private final BitSet read = new BitSet();
  private int parameters;

  Layers(Shape input, Values values, RandomGenerator random) {
    this.builder = InferenceGraph.builder(input);
    this.values = values;
    this.random = random;
  }

  Node input() {
    return builder.input();
  }

  InferenceGraph endingIn(Node output) {
    return builder.build(output);
  }

  /** A node without parameters, named after its kind. */
  Node add(Operation operation, Node... inputs) {
    for (Node input : inputs) {
      read.set(input.index());
    }
    return builder.add(name(operation), operation, inputs);
  }

  /** Whether another node reads this one. */
  boolean isRead(Node node) {
    return read.get(node.index());
  }

  Node convolution(Node image, int channels, Window window, boolean bias) {
    int inputs = image.shape().channels();
    return add(
        new Operation.Convolution(
            weights(
                inputs * window.kernelHeight() * window.kernelWidth(),
                channels,
                inputs,
                window.kernelHeight(),
                window.kernelWidth()),
            bias(bias, channels),
            window),
        image);
  }

  Node depthwise(Node image, int multiplier, Window window, boolean bias) {
    int channels = image.shape().channels();
    return add(
        new Operation.Convolution(
            weights(
                window.kernelHeight() * window.kernelWidth(),
                channels * multiplier,
                1,
                window.kernelHeight(),
                window.kernelWidth()),
            bias(bias, channels * multiplier),
            window,
            channels),
        image);
  }

  Node affine(Node vector, int outputs, boolean bias) {
    int inputs = vector.shape().elements();
    return add(new Operation.Affine(weights(inputs, inputs, outputs), bias(bias, outputs)), vector);
  }

  /** A dense layer over any value. */
  Node dense(Node value, int outputs, boolean bias) {
    return affine(flat(value), outputs, bias);
  }

  Node flat(Node value) {
    return value.shape().rank() == 1
        ? value
        : add(new Operation.Reshape(Shape.of(value.shape().elements())), value);
  }

  Node relu(Node value) {
    return add(new Operation.Elementwise(new Function.Relu()), value);
  }

  /** Batch normalisation with statistics and scales far from neutral, some of them negative. */
  Node batchNorm(Node value) {
    Shape channels = Shape.of(value.shape().channels());
    return add(
        new Operation.BatchNorm(
            parameter("mean", channels, () -> values.bias(random)),
            parameter("variance", channels, () -> values.variance(random, Values.EPSILON)),
            parameter("gamma", channels, () -> values.scale(random)),
            parameter("beta", channels, () -> values.bias(random)),
            Values.EPSILON,
            Statistics.stored()),
        value);
  }

  Node parametricRelu(Node value, Shape slopes) {
    return add(
        new Operation.ParametricRelu(parameter("slopes", slopes, () -> values.slope(random))),
        value);
  }

  Node sum(Node... values) {
    return add(new Operation.Combine(Operation.Combination.ADD), values);
  }

  private Parameter weights(int fanIn, int... sizes) {
    return parameter("weights", Shape.of(sizes), () -> values.weight(random, fanIn));
  }

  private Optional<Parameter> bias(boolean wanted, int size) {
    return wanted
        ? Optional.of(parameter("bias", Shape.of(size), () -> values.bias(random)))
        : Optional.empty();
  }

  private Parameter parameter(String kind, Shape shape, DoubleSupplier source) {
    Parameter parameter = new Parameter(++parameters + "/" + kind, shape);
    double[] drawn = new double[shape.elements()];
    Arrays.setAll(drawn, i -> source.getAsDouble());
    builder.weights(parameter, drawn);
    return parameter;
  }

  private static String name(Operation operation) {
    return operation instanceof Operation.Elementwise elementwise
        ? elementwise.function().getClass().getSimpleName()
        : operation.getClass().getSimpleName();
  }
}
