package io.sextant.explainers;

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
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Models whose attributions are known in closed form, and small random networks. */
final class Models {
  private static final Parameter W = new Parameter("dense/W", Shape.of(3, 2));
  private static final Parameter B = new Parameter("dense/b", Shape.of(2));

  private Models() {}

  /** Logits x W + b; column 0 is (1, 0.5, -1), column 1 is (-2, 3, 4). */
  static InferenceGraph linear() {
    return linear(0);
  }

  /** The same with both logits shifted. */
  static InferenceGraph linear(double shift) {
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(3));
    Node out = builder.add("dense", new Operation.Affine(W, Optional.of(B)), builder.input());
    return builder
        .weights(W, new double[] {1, -2, 0.5, 3, -1, 4})
        .weights(B, new double[] {0.25 + shift, -0.5 + shift})
        .build(out);
  }

  /** The values of the input raised to the third power are the logits. */
  static InferenceGraph cube(int features) {
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(features));
    Node out = builder.add("cube", new Operation.Elementwise(new Function.Cube()), builder.input());
    return builder.build(out);
  }

  /** The squares of the input's values are the logits. */
  static InferenceGraph square(int features) {
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(features));
    Node out =
        builder.add(
            "square",
            new Operation.Combine(Operation.Combination.PRODUCT),
            builder.input(),
            builder.input());
    return builder.build(out);
  }

  /** Logits (x1 x2, x1 x2). */
  static InferenceGraph product() {
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(2));
    Node first = builder.add("first", new Operation.Slice(0, 1), builder.input());
    Node second = builder.add("second", new Operation.Slice(1, 2), builder.input());
    Node product =
        builder.add("product", new Operation.Combine(Operation.Combination.PRODUCT), first, second);
    Node out = builder.add("both", new Operation.Concat(0), product, product);
    return builder.build(out);
  }

  /**
   * Over (x, y, z), the first logit rises by 1 where x passes a place, falls by 1 where y passes
   * another one, each within 0.05, and rises with z; the second is 0.
   */
  static InferenceGraph bump(double up, double down, double slope) {
    Parameter in = new Parameter("in/W", Shape.of(3, 5));
    Parameter shift = new Parameter("in/b", Shape.of(5));
    Parameter out = new Parameter("out/W", Shape.of(5, 2));
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(3));
    Node steps =
        builder.add("steps", new Operation.Affine(in, Optional.of(shift)), builder.input());
    Node relu = builder.add("relu", new Operation.Elementwise(new Function.Relu()), steps);
    Node logits = builder.add("out", new Operation.Affine(out, Optional.empty()), relu);
    return builder
        .weights(in, new double[] {20, 20, 0, 0, 0, 0, 0, 20, 20, 0, 0, 0, 0, 0, slope})
        .weights(shift, new double[] {-20 * up, -20 * up - 1, -20 * down, -20 * down - 1, 0})
        .weights(out, new double[] {1, 0, -1, 0, -1, 0, 1, 0, 1, 0})
        .build(logits);
  }

  /** A random network 6-16-16-3. */
  static InferenceGraph network(Function function, long seed) {
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(6));
    return network(builder, builder.input(), function, seed);
  }

  /** The same network behind a node of six values. */
  static InferenceGraph network(
      InferenceGraph.Builder builder, Node six, Function function, long seed) {
    RandomGenerator random = RandomKey.of(seed).with("network").random();
    int[] sizes = {6, 16, 16, 3};
    Node last = six;
    for (int layer = 1; layer < sizes.length; layer++) {
      Parameter w = new Parameter(layer + "/W", Shape.of(sizes[layer - 1], sizes[layer]));
      Parameter b = new Parameter(layer + "/b", Shape.of(sizes[layer]));
      double scale = Math.sqrt(2.0 / sizes[layer - 1]);
      builder.weights(w, gaussians(random, w.shape().elements(), scale));
      builder.weights(b, gaussians(random, b.shape().elements(), 0.3));
      last = builder.add("dense" + layer, new Operation.Affine(w, Optional.of(b)), last);
      if (layer < sizes.length - 1) {
        last = builder.add("act" + layer, new Operation.Elementwise(function), last);
      }
    }
    return builder.build(last);
  }

  private static double[] gaussians(RandomGenerator random, int count, double scale) {
    return IntStream.range(0, count).mapToDouble(i -> scale * random.nextGaussian()).toArray();
  }

  static GradientServiceBuilder exact(InferenceGraph graph) {
    return GradientService.builder(graph).precision(Precision.DOUBLE);
  }

  /** Random examples in [-1, 1] with ids that are not their places. */
  static Examples examples(int count, int features, int classes, long seed) {
    RandomGenerator random = RandomKey.of(seed).with("examples").random();
    double[][] rows = new double[count][];
    int[] labels = new int[count];
    long[] ids = new long[count];
    for (int i = 0; i < count; i++) {
      rows[i] = random.doubles(features, -1, 1).toArray();
      labels[i] = i % classes;
      ids[i] = 1000L + 3L * i;
    }
    return Examples.of(rows, labels, ids);
  }

  static Examples one(double... row) {
    return Examples.of(new double[][] {row}, new int[] {0}, new long[] {0});
  }

  /** Copies of one row with different ids: independent runs of a stochastic method. */
  static Examples copies(int count, double... row) {
    return Examples.of(
        IntStream.range(0, count).mapToObj(i -> row).toArray(double[][]::new),
        new int[count],
        IntStream.range(0, count).mapToLong(i -> i).toArray());
  }
}
