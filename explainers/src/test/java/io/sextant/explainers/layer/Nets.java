package io.sextant.explainers.layer;

import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.GradientServiceBuilder;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Window;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Small convolutional networks whose layers can be followed by hand. */
final class Nets {
  static final Shape IMAGE = Shape.of(2, 6, 5);
  static final int CHANNELS = 4;
  static final int CLASSES = 3;

  private Nets() {}

  static GradientServiceBuilder exact(InferenceGraph graph) {
    return GradientService.builder(graph).precision(Precision.DOUBLE);
  }

  static Parameter drawn(InferenceGraph.Builder builder, String name, long seed, int... sizes) {
    Parameter parameter = new Parameter(name, Shape.of(sizes));
    RandomGenerator random = RandomKey.of(seed).with(name).random();
    builder.weights(
        parameter,
        random.doubles(parameter.shape().elements(), -1, 1).map(v -> (float) v).toArray());
    return parameter;
  }

  /** Feature maps [4, 4, 3] of a convolution and a function, named maps. */
  static Node maps(InferenceGraph.Builder builder, Function function, long seed) {
    Parameter kernels = drawn(builder, "kernels", seed, CHANNELS, 2, 3, 3);
    Parameter shifts = drawn(builder, "shifts", seed, CHANNELS);
    Node convolution =
        builder.add(
            "convolution",
            new Operation.Convolution(kernels, Optional.of(shifts), Window.of(3, 3)),
            builder.input());
    return builder.add("maps", new Operation.Elementwise(function), convolution);
  }

  static Node dense(InferenceGraph.Builder builder, Node in, String name, int outputs, long seed) {
    Parameter weights = drawn(builder, name + "/W", seed, in.shape().elements(), outputs);
    Parameter shifts = drawn(builder, name + "/b", seed, outputs);
    return builder.add(name, new Operation.Affine(weights, Optional.of(shifts)), in);
  }

  /** Feature maps, a global average, one dense layer. */
  static InferenceGraph pooled(long seed) {
    InferenceGraph.Builder builder = InferenceGraph.builder(IMAGE);
    Node maps = maps(builder, new Function.Relu(), seed);
    Node mean = builder.add("mean", Operation.Reduce.over(Operation.Reduction.AVERAGE, 1, 2), maps);
    return builder.build(dense(builder, mean, "dense", CLASSES, seed));
  }

  /** Feature maps and one dense layer that reads all their places. */
  static InferenceGraph flattened(Function function, long seed) {
    InferenceGraph.Builder builder = InferenceGraph.builder(IMAGE);
    Node maps = maps(builder, function, seed);
    Node flat = builder.add("flat", new Operation.Reshape(Shape.of(maps.shape().elements())), maps);
    return builder.build(dense(builder, flat, "dense", CLASSES, seed));
  }

  /** Feature maps, a hidden dense layer, another one: nothing is linear. */
  static InferenceGraph deep(Function function, long seed) {
    InferenceGraph.Builder builder = InferenceGraph.builder(IMAGE);
    Node maps = maps(builder, function, seed);
    Node flat = builder.add("flat", new Operation.Reshape(Shape.of(maps.shape().elements())), maps);
    Node hidden = dense(builder, flat, "hidden", 7, seed);
    Node active = builder.add("active", new Operation.Elementwise(function), hidden);
    return builder.build(dense(builder, active, "dense", CLASSES, seed));
  }

  /** A dense network of vectors: 5, 4 (tanh), 3. */
  static InferenceGraph dense(long seed) {
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(5));
    Node hidden = dense(builder, builder.input(), "hidden", 4, seed);
    Node active = builder.add("active", new Operation.Elementwise(new Function.Tanh()), hidden);
    return builder.build(dense(builder, active, "dense", CLASSES, seed));
  }

  /** Feature maps, a block that a path leads past, a dense layer. */
  static InferenceGraph residual(long seed) {
    InferenceGraph.Builder builder = InferenceGraph.builder(IMAGE);
    Node maps = maps(builder, new Function.Tanh(), seed);
    Node inside = builder.add("inside", new Operation.Elementwise(new Function.Sigmoid()), maps);
    Node sum =
        builder.add("sum", new Operation.Combine(Operation.Combination.PRODUCT), inside, maps);
    Node flat = builder.add("flat", new Operation.Reshape(Shape.of(maps.shape().elements())), sum);
    return builder.build(dense(builder, flat, "dense", CLASSES, seed));
  }

  /** Feature maps that are moved to [height, width, channels] before they are flattened. */
  static InferenceGraph channelsLast(long seed) {
    InferenceGraph.Builder builder = InferenceGraph.builder(IMAGE);
    Node maps = maps(builder, new Function.Relu(), seed);
    Node moved = builder.add("moved", new Operation.Permute(List.of(1, 2, 0)), maps);
    Node flat =
        builder.add("flat", new Operation.Reshape(Shape.of(maps.shape().elements())), moved);
    return builder.build(dense(builder, flat, "dense", CLASSES, seed));
  }

  /** A vector that the network makes an image of. */
  static InferenceGraph ofVectors(long seed) {
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(IMAGE.elements()));
    Node image = builder.add("image", new Operation.Reshape(IMAGE), builder.input());
    Parameter kernels = drawn(builder, "kernels", seed, CHANNELS, 2, 3, 3);
    Node maps =
        builder.add(
            "maps", new Operation.Convolution(kernels, Optional.empty(), Window.of(3, 3)), image);
    Node flat = builder.add("flat", new Operation.Reshape(Shape.of(maps.shape().elements())), maps);
    return builder.build(dense(builder, flat, "dense", CLASSES, seed));
  }

  static double[] weights(InferenceGraph graph, String node) {
    return graph
        .weights()
        .values(graph.node(node).orElseThrow().operation().parameters().get(0))
        .clone();
  }

  static Examples examples(InferenceGraph graph, int count, long seed) {
    int values = graph.input().shape().elements();
    RandomGenerator random = RandomKey.of(seed).with("examples").random();
    double[][] rows = new double[count][];
    int[] labels = new int[count];
    long[] ids = new long[count];
    for (int i = 0; i < count; i++) {
      rows[i] = random.doubles(values, 0, 1).map(v -> (float) v).toArray();
      labels[i] = i % CLASSES;
      ids[i] = 50L + 2L * i;
    }
    return Examples.of(rows, labels, ids);
  }
}
