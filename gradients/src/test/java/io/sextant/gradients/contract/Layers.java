package io.sextant.gradients.contract;

import io.sextant.gradients.graph.Cell;
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
import java.util.List;
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

  Node grouped(Node image, int groups, int channels, Window window, boolean bias) {
    int inputs = image.shape().channels() / groups;
    int[] sizes = kernel(window, groups * channels, inputs);
    return add(
        new Operation.Convolution(
            weights(inputs * Math.toIntExact(window.taps()), sizes),
            bias(bias, groups * channels),
            window,
            groups),
        image);
  }

  Node transposed(
      Node image, int groups, int channels, Window window, List<Integer> extra, boolean bias) {
    int inputs = image.shape().channels();
    int[] sizes = kernel(window, inputs, channels);
    return add(
        new Operation.TransposedConvolution(
            weights(inputs / groups * Math.toIntExact(window.taps()), sizes),
            bias(bias, groups * channels),
            window,
            extra,
            groups),
        image);
  }

  private static int[] kernel(Window window, int first, int second) {
    int[] sizes = new int[window.rank() + 2];
    sizes[0] = first;
    sizes[1] = second;
    for (int i = 0; i < window.rank(); i++) {
      sizes[i + 2] = window.axes().get(i).kernel();
    }
    return sizes;
  }

  /** A dense layer along the last dimension. */
  Node affine(Node value, int outputs, boolean bias) {
    int inputs = value.shape().size(value.shape().rank() - 1);
    return add(new Operation.Affine(weights(inputs, inputs, outputs), bias(bias, outputs)), value);
  }

  /** A recurrent layer; its cell may have parameters that {@link #learned} made. */
  Node recurrent(Cell cell, int units, boolean bias, boolean backwards, Node... inputs) {
    int features = inputs[0].shape().size(1);
    int width = cell.gates() * units;
    return add(
        new Operation.Recurrent(
            cell,
            weights(features, features, width),
            weights(units, units, width),
            bias(bias, width),
            backwards),
        inputs);
  }

  Node layerNorm(Node value, int dimensions, boolean scaled) {
    int[] sizes = value.shape().sizes();
    Shape last = Shape.of(Arrays.copyOfRange(sizes, sizes.length - dimensions, sizes.length));
    Optional<Parameter> gamma =
        scaled
            ? Optional.of(parameter("gamma", last, () -> values.scale(random)))
            : Optional.empty();
    return add(
        new Operation.LayerNorm(dimensions, gamma, scaled ? learned(last) : Optional.empty(), 0.1),
        value);
  }

  Node constant(Shape shape) {
    return add(new Operation.Constant(learned(shape).orElseThrow()));
  }

  Optional<Parameter> learned(Shape shape) {
    return Optional.of(parameter("learned", shape, () -> values.bias(random)));
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
