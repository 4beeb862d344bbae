package io.sextant.adaptation;

import io.sextant.gradients.GradientService;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Margins;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Statistics;
import io.sextant.gradients.graph.Window;
import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Networks with batch normalisation, and batches. */
final class Models {
  static final double EPSILON = 1e-5;

  private Models() {}

  /** Batch normalisation of one value, stored mean 0 and variance 1; logits (y, -y). */
  static InferenceGraph one() {
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(1));
    Node y = norm(builder, "norm", builder.input(), new double[] {1}, 0);
    Parameter w = new Parameter("out/W", Shape.of(1, 2));
    builder.weights(w, new double[] {1, -1});
    return builder.build(builder.add("out", new Operation.Affine(w, Optional.empty()), y));
  }

  /** Dense 4-6, batch normalisation, tanh, dense 6-3, all random. */
  static InferenceGraph dense(long seed) {
    RandomGenerator random = RandomKey.of(seed).with("dense").random();
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(4));
    Node at = affine(builder, "first", builder.input(), 4, 6, random);
    at = norm(builder, "norm", at, gaussians(random, 6, 0.3, 1), 0.2);
    at = builder.add("tanh", new Operation.Elementwise(new Function.Tanh()), at);
    return builder.build(affine(builder, "last", at, 6, 3, random));
  }

  /** Convolutions with batch normalisation on 1x6x6, and a dense head with 4 classes. */
  static InferenceGraph image(long seed) {
    RandomGenerator random = RandomKey.of(seed).with("image").random();
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(1, 6, 6));
    Node at = builder.input();
    int channels = 1;
    for (int layer = 1; layer <= 4; layer++) {
      Parameter w = new Parameter("conv" + layer + "/W", Shape.of(4, channels, 3, 3));
      builder.weights(w, gaussians(random, w.shape().elements(), 0.6, 0));
      at =
          builder.add(
              "conv" + layer,
              new Operation.Convolution(
                  w, Optional.empty(), new Window(3, 3, 1, 1, 1, 1, new Margins(1, 1, 1, 1))),
              at);
      at = norm(builder, "norm" + layer, at, gaussians(random, 4, 0.2, 1), 0.1);
      at = builder.add("relu" + layer, new Operation.Elementwise(new Function.Relu()), at);
      channels = 4;
    }
    at = builder.add("flat", new Operation.Reshape(Shape.of(144)), at);
    return builder.build(affine(builder, "last", at, 144, 4, random));
  }

  /** Batch normalisation of two channels that have a single position each. */
  static InferenceGraph points() {
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(2, 1, 1));
    Node at = norm(builder, "norm", builder.input(), new double[] {1.5, 0.5}, 0.1);
    return builder.build(builder.add("flat", new Operation.Reshape(Shape.of(2)), at));
  }

  /** Dense 3-5, relu, dense 5-3: nothing to normalise. */
  static InferenceGraph plain(long seed) {
    RandomGenerator random = RandomKey.of(seed).with("plain").random();
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(3));
    Node at = affine(builder, "first", builder.input(), 3, 5, random);
    at = builder.add("relu", new Operation.Elementwise(new Function.Relu()), at);
    return builder.build(affine(builder, "last", at, 5, 3, random));
  }

  private static Node affine(
      InferenceGraph.Builder builder, String name, Node at, int in, int out, RandomGenerator r) {
    Parameter w = new Parameter(name + "/W", Shape.of(in, out));
    Parameter b = new Parameter(name + "/b", Shape.of(out));
    builder.weights(w, gaussians(r, in * out, Math.sqrt(2.0 / in), 0));
    builder.weights(b, gaussians(r, out, 0.2, 0));
    return builder.add(name, new Operation.Affine(w, Optional.of(b)), at);
  }

  private static Node norm(
      InferenceGraph.Builder builder, String name, Node at, double[] gamma, double shift) {
    Parameter[] p = new Parameter[4];
    double[][] values = {new double[gamma.length], new double[gamma.length], gamma, new double[0]};
    Arrays.fill(values[0], shift);
    Arrays.fill(values[1], 1 + shift);
    values[3] = IntStream.range(0, gamma.length).mapToDouble(i -> shift * (i - 1)).toArray();
    String[] names = {"mean", "variance", "gamma", "beta"};
    for (int i = 0; i < 4; i++) {
      p[i] = new Parameter(name + "/" + names[i], Shape.of(gamma.length));
      builder.weights(p[i], values[i]);
    }
    return builder.add(
        name, new Operation.BatchNorm(p[0], p[1], p[2], p[3], EPSILON, Statistics.stored()), at);
  }

  static double[] gaussians(RandomGenerator random, int count, double scale, double mean) {
    return IntStream.range(0, count)
        .mapToDouble(i -> mean + scale * random.nextGaussian())
        .toArray();
  }

  static GradientService exact(InferenceGraph graph) {
    return GradientService.builder(graph).precision(Precision.DOUBLE).threads(1).build();
  }

  /** Random rows about a mean. */
  static double[][] rows(int count, int features, double mean, long seed) {
    RandomGenerator random = RandomKey.of(seed).with("rows").random();
    double[][] rows = new double[count][];
    for (int i = 0; i < count; i++) {
      rows[i] = gaussians(random, features, 0.8, mean);
    }
    return rows;
  }
}
