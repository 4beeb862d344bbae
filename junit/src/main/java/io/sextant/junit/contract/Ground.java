package io.sextant.junit.contract;

import io.sextant.gradients.Examples;
import io.sextant.gradients.Feature;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.GradientServiceBuilder;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.RandomKey;
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
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** The small networks, domains and examples that methods are tested on. */
final class Ground {
  static final int FEATURES = 6;
  static final int CLASSES = 3;
  private static final Shape IMAGE = Shape.of(1, 4, 4);
  private static final int EXAMPLES = 24;

  private Ground() {}

  /** A network with one hidden layer and drawn weights. */
  static InferenceGraph network(int features, int classes) {
    return network(features, classes, 1);
  }

  /** A network whose output does not depend on its input. */
  static InferenceGraph constant() {
    return network(FEATURES, CLASSES, 0);
  }

  /** A network whose outputs are no numbers. */
  static InferenceGraph broken() {
    return network(FEATURES, CLASSES, Double.NaN);
  }

  /** A network with batch normalisation behind its first layer. */
  static InferenceGraph normalised() {
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(FEATURES));
    Node dense = dense(builder, builder.input(), FEATURES, 12, 1, 7);
    Parameter[] of = new Parameter[4];
    String[] names = {"mean", "variance", "gamma", "beta"};
    for (int i = 0; i < of.length; i++) {
      of[i] = new Parameter("norm/" + names[i], Shape.of(12));
      double[] values = new double[12];
      // Variance and gamma are 1.
      Arrays.fill(values, i == 1 || i == 2 ? 1 : 0);
      builder.weights(of[i], values);
    }
    Node norm =
        builder.add(
            "norm",
            new Operation.BatchNorm(of[0], of[1], of[2], of[3], 1e-5, Statistics.stored()),
            dense);
    Node hidden = builder.add("tanh", new Operation.Elementwise(new Function.Tanh()), norm);
    return builder.build(dense(builder, hidden, 12, CLASSES, 1, 8));
  }

  private static InferenceGraph network(int features, int classes, double scale) {
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(features));
    Node hidden =
        builder.add(
            "tanh",
            new Operation.Elementwise(new Function.Tanh()),
            dense(builder, builder.input(), features, 12, 1, 7));
    return builder.build(dense(builder, hidden, 12, classes, scale, 8));
  }

  /** A convolutional network with drawn weights, for images of {@link #imageBox()}. */
  static InferenceGraph imageNetwork() {
    return imageNetwork(1);
  }

  /** A convolutional network whose output does not depend on its input. */
  static InferenceGraph imageConstant() {
    return imageNetwork(0);
  }

  /** A convolutional network whose outputs are no numbers. */
  static InferenceGraph imageBroken() {
    return imageNetwork(Double.NaN);
  }

  private static InferenceGraph imageNetwork(double scale) {
    InferenceGraph.Builder builder = InferenceGraph.builder(IMAGE);
    Parameter kernels = new Parameter("kernels", Shape.of(2, 1, 3, 3));
    builder.weights(kernels, drawn(RandomKey.of(6).random(), 18, scale));
    Node maps =
        builder.add(
            "convolution",
            new Operation.Convolution(kernels, Optional.empty(), Window.of(3, 3)),
            builder.input());
    Node hidden = builder.add("tanh", new Operation.Elementwise(new Function.Tanh()), maps);
    int values = hidden.shape().elements();
    Node flat = builder.add("flat", new Operation.Reshape(Shape.of(values)), hidden);
    return builder.build(dense(builder, flat, values, CLASSES, scale, 8));
  }

  private static Node dense(
      InferenceGraph.Builder builder, Node in, int inputs, int outputs, double scale, long seed) {
    Parameter w = new Parameter(seed + "/W", Shape.of(inputs, outputs));
    Parameter b = new Parameter(seed + "/b", Shape.of(outputs));
    RandomGenerator random = RandomKey.of(seed).random();
    builder
        .weights(w, drawn(random, inputs * outputs, 1.5 * scale))
        .weights(b, drawn(random, outputs, 0.1));
    return builder.add("dense" + seed, new Operation.Affine(w, Optional.of(b)), in);
  }

  private static double[] drawn(RandomGenerator random, int count, double scale) {
    // Multiples of 1/256 are the same in float and double.
    return IntStream.range(0, count)
        .mapToDouble(i -> scale * Math.rint(random.nextGaussian() * 256) / 256)
        .toArray();
  }

  /** Pixels between 0 and 1. */
  static InputDomain box() {
    return InputDomain.box(FEATURES, 0, 1);
  }

  /** Images of pixels between 0 and 1. */
  static InputDomain imageBox() {
    return InputDomain.box(IMAGE.elements(), 0, 1);
  }

  /** Columns of every type: real, integer, immutable, binary, and a group of two. */
  static InputDomain table() {
    List<Feature> features =
        List.of(
            Feature.real("real", 0, 1),
            new Feature("whole", Feature.Kind.INTEGER, 0, 8, 8, true, Feature.Direction.BOTH),
            Feature.real("fixed", 0, 1),
            new Feature("binary", Feature.Kind.BINARY, 0, 1, 1, true, Feature.Direction.BOTH),
            new Feature("one", Feature.Kind.BINARY, 0, 1, 1, true, Feature.Direction.BOTH),
            new Feature("other", Feature.Kind.BINARY, 0, 1, 1, true, Feature.Direction.BOTH));
    BitSet mutable = new BitSet();
    mutable.set(0, FEATURES);
    mutable.clear(2);
    return InputDomain.of(features, List.of(new InputDomain.OneHot("group", List.of(4, 5))))
        .withMask(mutable);
  }

  /** A domain in which nothing may be changed. */
  static InputDomain frozen() {
    return box().withMask(new BitSet());
  }

  static GradientServiceBuilder on(InferenceGraph graph, InputDomain domain) {
    return GradientService.builder(graph).domain(domain);
  }

  /** Rows of a domain, with the labels that a network gives them; every fifth label is wrong. */
  static Examples examples(GradientService service) {
    InputDomain domain = service.domain();
    double[][] rows = rows(domain);
    int[] labels = new int[EXAMPLES];
    double[][] logits = service.as("labels").logits(rows);
    for (int i = 0; i < EXAMPLES; i++) {
      int decided = 0;
      for (int k = 1; k < logits[i].length; k++) {
        decided = logits[i][k] > logits[i][decided] ? k : decided;
      }
      labels[i] = i % 5 == 4 ? (decided + 1) % service.classes() : decided;
    }
    return Examples.of(rows, labels, LongStream.range(0, EXAMPLES).map(i -> 3 * i + 1).toArray());
  }

  /** Rows of a domain. */
  static double[][] rows(InputDomain domain) {
    double[][] rows = new double[EXAMPLES][];
    for (int i = 0; i < EXAMPLES; i++) {
      rows[i] = row(domain, RandomKey.of(11).with(i).random());
    }
    return rows;
  }

  private static double[] row(InputDomain domain, RandomGenerator random) {
    double[] row = new double[domain.size()];
    for (int f = 0; f < row.length; f++) {
      Feature feature = domain.feature(f);
      double value =
          feature.minimum() + random.nextFloat() * (feature.maximum() - feature.minimum());
      row[f] = (float) (feature.kind() == Feature.Kind.REAL ? value : Math.rint(value));
    }
    for (InputDomain.OneHot group : domain.groups()) {
      int chosen = random.nextInt(group.members().size());
      for (int m = 0; m < group.members().size(); m++) {
        row[group.members().get(m)] = m == chosen ? 1 : 0;
      }
    }
    return row;
  }
}
