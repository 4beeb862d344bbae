package io.sextant.lrp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.sextant.explainers.Certificate;
import io.sextant.explainers.Explainer;
import io.sextant.explainers.Explainers;
import io.sextant.explainers.Explanations;
import io.sextant.explainers.GradientTimesInput;
import io.sextant.explainers.Output;
import io.sextant.explainers.Target;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.Meter;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Statistics;
import io.sextant.gradients.graph.Window;
import io.sextant.junit.contract.MethodContract;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class LrpTest {
  private static final double EPSILON = 1e-6;

  private static Lrp lrp(Scheme scheme) {
    return new Lrp(new RelevanceRules(scheme, FirstLayer.SAME, EPSILON, 0.25, 2, true));
  }

  private static Lrp first(FirstLayer first) {
    return new Lrp(new RelevanceRules(Scheme.EPSILON, first, EPSILON, 0.25, 2, true));
  }

  /** A network in the making. */
  private static final class Net {
    private final InferenceGraph.Builder builder;
    private final RandomGenerator random;
    private Node last;

    Net(long seed, int... input) {
      builder = InferenceGraph.builder(Shape.of(input));
      random = RandomKey.of(seed).random();
      last = builder.input();
    }

    Net then(Operation operation, Node... inputs) {
      last =
          builder.add(
              "n" + builder.size(), operation, inputs.length == 0 ? new Node[] {last} : inputs);
      return this;
    }

    Parameter parameter(double[] values, int... sizes) {
      Parameter made =
          new Parameter(
              "n%d/%d/%s".formatted(builder.size(), random.nextInt(), Arrays.toString(sizes)),
              Shape.of(sizes));
      builder.weights(made, values);
      return made;
    }

    Parameter random(double scale, int... sizes) {
      return parameter(
          DoubleStream.generate(() -> scale * random.nextGaussian())
              .limit(Shape.of(sizes).elements())
              .toArray(),
          sizes);
    }

    /** {@code [inputs][outputs]}. */
    Net dense(double[][] weights, double... bias) {
      int outputs = weights[0].length;
      return then(
          new Operation.Affine(
              parameter(
                  Arrays.stream(weights).flatMapToDouble(Arrays::stream).toArray(),
                  weights.length,
                  outputs),
              Optional.of(parameter(Arrays.copyOf(bias, outputs), outputs))));
    }

    Net dense(int outputs, double bias) {
      int inputs = last.shape().size(0);
      return then(
          new Operation.Affine(random(1, inputs, outputs), Optional.of(random(bias, outputs))));
    }

    Net convolution(int outputs, double bias) {
      return then(
          new Operation.Convolution(
              random(1, outputs, last.shape().channels(), 2, 2),
              Optional.of(random(bias, outputs)),
              Window.of(2, 2)));
    }

    Net relu() {
      return then(new Operation.Elementwise(new Function.Relu()));
    }

    Net flat() {
      return then(new Operation.Reshape(Shape.of(last.shape().elements())));
    }

    InferenceGraph build() {
      return builder.build(last);
    }
  }

  /** With pooling, a way past a layer and convolutions, but no biases. */
  private static InferenceGraph convolutional(double bias) {
    Net net =
        new Net(3, 2, 6, 6)
            .convolution(3, bias)
            .relu()
            .then(new Operation.Pool(Operation.Reduction.MAX, Window.of(2, 2), true, 2));
    Node before = net.last;
    net.then(
            new Operation.Convolution(
                net.random(0.5, 3, 3, 1, 1), Optional.empty(), Window.of(1, 1)))
        .relu();
    return net.then(new Operation.Combine(Operation.Combination.ADD), before, net.last)
        .then(new Operation.Pool(Operation.Reduction.AVERAGE, Window.of(2, 2), true, 2))
        .flat()
        .dense(3, bias)
        .build();
  }

  private static double[][] rows(int count, int size, long seed) {
    RandomGenerator random = RandomKey.of(seed).random();
    return IntStream.range(0, count)
        .mapToObj(
            i -> DoubleStream.generate(() -> (float) random.nextGaussian()).limit(size).toArray())
        .toArray(double[][]::new);
  }

  private static Examples examples(double[]... rows) {
    return Examples.of(
        rows, new int[rows.length], IntStream.range(0, rows.length).asLongStream().toArray());
  }

  private static Explanations explain(Explainer method, InferenceGraph graph, double[]... rows) {
    return explain(method, graph, Target.label(), rows);
  }

  private static Explanations explain(
      Explainer method, InferenceGraph graph, Target target, double[]... rows) {
    InputDomain domain = InputDomain.box(graph.input().shape().elements(), -4, 5);
    try (GradientService service =
        GradientService.builder(graph).domain(domain).precision(Precision.DOUBLE).build()) {
      return method.explain(service, examples(rows), target);
    }
  }

  @Test
  void without_biases_epsilon_near_0_is_the_gradient_times_the_input() {
    InferenceGraph graph = convolutional(0);
    Lrp exact = new Lrp(new RelevanceRules(Scheme.EPSILON, FirstLayer.SAME, 1e-13, 0, 1, true));
    double[][] rows = rows(6, 72, 1);
    double[][] expected = explain(new GradientTimesInput(), graph, rows).attributions();
    double[][] found = explain(exact, graph, rows).attributions();
    for (int i = 0; i < 6; i++) {
      assertThat(found[i]).containsExactly(expected[i], within(1e-8));
    }
  }

  private static final double[][] W1 = rows(4, 5, 11);
  private static final double[][] W2 = rows(5, 3, 12);
  private static final double[] B1 = rows(1, 5, 13)[0];
  private static final double[] B2 = rows(1, 3, 14)[0];

  private static InferenceGraph dense() {
    return new Net(1, 4).dense(W1, B1).relu().dense(W2, B2).build();
  }

  /** What one layer sends back, straight from a rule's definition. */
  @FunctionalInterface
  private interface Slow {
    double[] back(double[] a, double[][] w, double[] b, double[] relevance);
  }

  private static void requireSlow(Lrp method, Slow first, Slow second) {
    for (double[] x : rows(10, 4, 15)) {
      double[] hidden = values(x, W1, B1);
      for (int j = 0; j < hidden.length; j++) {
        hidden[j] = Math.max(0, hidden[j]);
      }
      double[] relevance = new double[3];
      relevance[0] = values(hidden, W2, B2)[0];
      double[] expected = first.back(x, W1, B1, second.back(hidden, W2, B2, relevance));
      assertThat(explain(method, dense(), x).attributions()[0])
          .containsExactly(expected, within(1e-9));
    }
  }

  private static double[] values(double[] a, double[][] w, double[] b) {
    double[] z = b.clone();
    for (int k = 0; k < z.length; k++) {
      for (int j = 0; j < a.length; j++) {
        z[k] += a[j] * w[j][k];
      }
    }
    return z;
  }

  private static double stable(double z) {
    return z < 0 ? z - EPSILON : z + EPSILON;
  }

  /** Shares by contributions of which each is a function of what it would be. */
  private static double[] shared(
      double[] a, double[][] w, double[] b, double[] relevance, DoubleUnaryOperator of) {
    double[] received = new double[a.length];
    for (int k = 0; k < relevance.length; k++) {
      double sum = of.applyAsDouble(b[k]);
      for (int j = 0; j < a.length; j++) {
        sum += of.applyAsDouble(a[j] * w[j][k]);
      }
      for (int j = 0; j < a.length; j++) {
        received[j] += of.applyAsDouble(a[j] * w[j][k]) / stable(sum) * relevance[k];
      }
    }
    return received;
  }

  private static final Slow SLOW_EPSILON = (a, w, b, r) -> shared(a, w, b, r, z -> z);

  private static Slow slowAlphaBeta(double alpha) {
    return (a, w, b, r) -> {
      double[] positive = shared(a, w, b, r, z -> Math.max(z, 0));
      double[] negative = shared(a, w, b, r, z -> Math.min(z, 0));
      double[] both = new double[a.length];
      Arrays.setAll(both, j -> alpha * positive[j] - (alpha - 1) * negative[j]);
      return both;
    };
  }

  @Test
  void epsilon_is_what_the_definition_says() {
    requireSlow(lrp(Scheme.EPSILON), SLOW_EPSILON, SLOW_EPSILON);
  }

  @Test
  void alpha_beta_is_what_the_definition_says() {
    requireSlow(lrp(Scheme.ALPHA_BETA), slowAlphaBeta(2), slowAlphaBeta(2));
    Lrp plus =
        new Lrp(new RelevanceRules(Scheme.ALPHA_BETA, FirstLayer.SAME, EPSILON, 0.25, 1, true));
    requireSlow(plus, slowAlphaBeta(1), slowAlphaBeta(1));
  }

  @Test
  void first_layers_are_what_the_definitions_say() {
    requireSlow(first(FirstLayer.FLAT), (a, w, b, r) -> evenly(a, w, r, (j, k) -> 1), SLOW_EPSILON);
    requireSlow(
        first(FirstLayer.SQUARES),
        (a, w, b, r) -> evenly(a, w, r, (j, k) -> w[j][k] * w[j][k]),
        SLOW_EPSILON);
    // The domain is from -4 to 5.
    requireSlow(
        first(FirstLayer.BOX),
        (a, w, b, r) ->
            evenly(
                a,
                w,
                r,
                (j, k) -> a[j] * w[j][k] + 4 * Math.max(w[j][k], 0) - 5 * Math.min(w[j][k], 0)),
        SLOW_EPSILON);
  }

  @FunctionalInterface
  private interface Contribution {
    double of(int input, int unit);
  }

  private static double[] evenly(
      double[] a, double[][] w, double[] relevance, Contribution contribution) {
    double[] received = new double[a.length];
    for (int k = 0; k < relevance.length; k++) {
      int unit = k;
      double sum = IntStream.range(0, w.length).mapToDouble(j -> contribution.of(j, unit)).sum();
      for (int j = 0; j < a.length; j++) {
        received[j] += contribution.of(j, k) / stable(sum) * relevance[k];
      }
    }
    return received;
  }

  /** One convolution of one place is a dense layer; the units here are of both signs. */
  @Test
  void gamma_prefers_the_sign_of_the_unit() {
    double gamma = 3;
    Net net = new Net(1, 3, 1, 1);
    double[] w = {1, -2, 0.5, -1, 1, 2};
    net.then(
        new Operation.Convolution(
            net.parameter(w, 2, 3, 1, 1),
            Optional.of(net.parameter(new double[] {0.25, -0.5}, 2)),
            Window.of(1, 1)));
    InferenceGraph graph = net.flat().dense(new double[][] {{1, 0}, {1, 0}}).build();
    Lrp method =
        new Lrp(new RelevanceRules(Scheme.EPSILON_GAMMA, FirstLayer.SAME, EPSILON, gamma, 1, true));
    double[] bias = {0.25, -0.5};
    for (double[] x : rows(10, 3, 5)) {
      double[] expected = new double[3];
      for (int k = 0; k < 2; k++) {
        double z = bias[k];
        for (int j = 0; j < 3; j++) {
          z += x[j] * w[3 * k + j];
        }
        double side = z > 0 ? 1 : -1;
        DoubleUnaryOperator more = c -> c + gamma * (side * c > 0 ? c : 0);
        double sum = more.applyAsDouble(bias[k]);
        for (int j = 0; j < 3; j++) {
          sum += more.applyAsDouble(x[j] * w[3 * k + j]);
        }
        for (int j = 0; j < 3; j++) {
          expected[j] += more.applyAsDouble(x[j] * w[3 * k + j]) / stable(sum) * z;
        }
      }
      assertThat(explain(method, graph, x).attributions()[0])
          .containsExactly(expected, within(1e-4 * Arrays.stream(expected).map(Math::abs).sum()));
    }
  }

  @Test
  void gamma_grows_into_z_plus_where_values_are_not_negative() {
    InferenceGraph graph = convolutional(0);
    double[][] rows = rows(4, 72, 1);
    for (double[] row : rows) {
      Arrays.setAll(row, i -> Math.abs(row[i]));
    }
    Lrp large =
        new Lrp(new RelevanceRules(Scheme.EPSILON_GAMMA, FirstLayer.FLAT, EPSILON, 1e7, 1, true));
    Lrp plus =
        new Lrp(new RelevanceRules(Scheme.EPSILON_PLUS, FirstLayer.FLAT, EPSILON, 0, 1, true));
    double[][] found = explain(large, graph, rows).attributions();
    double[][] limit = explain(plus, graph, rows).attributions();
    for (int i = 0; i < rows.length; i++) {
      double size = Arrays.stream(limit[i]).map(Math::abs).max().orElseThrow();
      assertThat(found[i]).containsExactly(limit[i], within(1e-4 * size));
    }
  }

  @Test
  void relevance_is_conserved_but_for_what_biases_take() {
    double[][] rows = rows(6, 72, 2);
    for (Scheme scheme : new Scheme[] {Scheme.EPSILON, Scheme.EPSILON_PLUS}) {
      for (FirstLayer first :
          new FirstLayer[] {FirstLayer.BOX, FirstLayer.FLAT, FirstLayer.SQUARES}) {
        Lrp ignoring = new Lrp(new RelevanceRules(scheme, first, 1e-12, 0.25, 2, false));
        Explanations found = explain(ignoring, convolutional(0.3), rows);
        for (int i = 0; i < rows.length; i++) {
          Certificate certificate = found.certificates().get(i);
          assertThat(Arrays.stream(found.attributions()[i]).sum())
              .as("%s %s", scheme, first)
              .isCloseTo(certificate.fInput(), within(1e-6 * (1 + Math.abs(certificate.fInput()))));
          assertThat(certificate.gap().orElseThrow())
              .isCloseTo(0, within(1e-6 * (1 + Math.abs(certificate.fInput()))));
        }
      }
    }
    assertThat(explain(lrp(Scheme.EPSILON), convolutional(0.3), rows).certificates())
        .anySatisfy(one -> assertThat(Math.abs(one.gap().orElseThrow())).isGreaterThan(0.01));
  }

  @Test
  void margins_and_probabilities_are_shared_out_too() {
    double[][] rows = rows(6, 72, 2);
    Lrp ignoring = new Lrp(new RelevanceRules(Scheme.EPSILON, FirstLayer.SAME, 1e-12, 0, 1, false));
    for (Output output : new Output[] {Output.MARGIN, Output.PROBABILITY}) {
      Explanations found =
          explain(ignoring, convolutional(0.3), Target.label().withOutput(output), rows);
      for (Certificate one : found.certificates()) {
        assertThat(one.fBaseline().orElseThrow())
            .isCloseTo(output == Output.MARGIN ? 0 : 1.0 / 3, within(1e-12));
        assertThat(one.gap().orElseThrow()).isCloseTo(0, within(1e-5));
      }
    }
  }

  /** A normalisation is part of the layer before it: signs of weights are those of the product. */
  @Test
  void batch_normalisation_is_part_of_the_layer_before_it() {
    Net net = new Net(5, 2, 4, 4).convolution(3, 0.5);
    norm(net, 3);
    net.relu().flat().dense(4, 0.5);
    norm(net, 4);
    InferenceGraph graph = net.relu().dense(2, 0.2).build();
    InferenceGraph merged = graph.withMergedNorms();
    assertThat(merged.batchNorms()).isEmpty();
    assertThat(merged.nodes()).hasSize(graph.nodes().size() - 2);
    double[][] rows = rows(3, 32, 6);
    for (Scheme scheme : Scheme.values()) {
      assertThat(explain(lrp(scheme), graph, rows).attributions())
          .isDeepEqualTo(explain(lrp(scheme), merged, rows).attributions());
    }
    try (GradientService one = GradientService.builder(graph).precision(Precision.DOUBLE).build();
        GradientService other =
            GradientService.builder(merged).precision(Precision.DOUBLE).build()) {
      double[][] expected = one.logits(rows);
      double[][] found = other.logits(rows);
      for (int i = 0; i < rows.length; i++) {
        assertThat(found[i]).containsExactly(expected[i], within(1e-12));
      }
    }
  }

  private static void norm(Net net, int channels) {
    Parameter variance =
        net.parameter(DoubleStream.iterate(0.5, v -> v + 0.25).limit(channels).toArray(), channels);
    net.then(
        new Operation.BatchNorm(
            net.random(1, channels),
            variance,
            net.random(1, channels),
            net.random(1, channels),
            1e-3,
            Statistics.stored()));
  }

  @Test
  void transposed_convolutions_in_groups_take_normalisations_too() {
    Net net = new Net(5, 4, 3, 3);
    net.then(
        new Operation.TransposedConvolution(
            net.random(1, 4, 3, 2, 2), Optional.empty(), Window.of(2, 2), List.of(0, 0), 2));
    norm(net, 6);
    Net affine = new Net(6, 3).dense(4, 0.5);
    norm(affine, 4);
    for (InferenceGraph graph : new InferenceGraph[] {net.flat().build(), affine.build()}) {
      InferenceGraph merged = graph.withMergedNorms();
      assertThat(merged.batchNorms()).isEmpty();
      double[][] rows = rows(2, graph.input().shape().elements(), 6);
      try (GradientService one =
              GradientService.builder(graph).precision(Precision.DOUBLE).build();
          GradientService other =
              GradientService.builder(merged).precision(Precision.DOUBLE).build()) {
        for (int i = 0; i < rows.length; i++) {
          assertThat(other.logits(rows)[i]).containsExactly(one.logits(rows)[i], within(1e-12));
        }
      }
    }
  }

  @Test
  void what_has_no_rule_is_refused_by_name() {
    InferenceGraph graph =
        new Net(1, 4).dense(3, 0).then(new Operation.Softmax(0)).dense(2, 0).build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> explain(Lrp.DEFAULT, graph, rows(1, 4, 1)))
        .withMessageContaining("layer n2 (Softmax");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RelevanceRules(Scheme.EPSILON, FirstLayer.SAME, 0, 0, 1, true))
        .withMessageContaining("epsilon must be above 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RelevanceRules(Scheme.EPSILON, FirstLayer.SAME, 1, 0, 0.5, true))
        .withMessageContaining("alpha must be at least 1");
  }

  @Test
  void passes_are_counted_by_what_is_run_again() {
    try (GradientService service =
        GradientService.builder(convolutional(0.3)).domain(InputDomain.box(72, -4, 5)).build()) {
      Examples examples = examples(rows(2, 72, 1));
      lrp(Scheme.EPSILON).explain(service.as("epsilon"), examples, Target.label());
      lrp(Scheme.ALPHA_BETA).explain(service.as("alpha-beta"), examples, Target.label());
      first(FirstLayer.BOX).explain(service.as("box"), examples, Target.label());
      Map<String, Meter.Count> counts = service.meter().counts();
      assertThat(counts).containsEntry("epsilon", new Meter.Count(2, 2));
      // Four runs of layers that are three quarters of the work.
      assertThat(counts).containsEntry("alpha-beta", new Meter.Count(2 * (1 + 3), 2 * 3));
      assertThat(counts)
          .hasEntrySatisfying(
              "box", count -> assertThat(count.forwards()).isBetween(2 * 3L, 2 * 5L));
    }
  }

  @Test
  void it_is_found_by_name_and_read_back() {
    assertThat(Explainers.create("lrp")).isEqualTo(Lrp.DEFAULT);
    Lrp other =
        new Lrp(
            new RelevanceRules(Scheme.EPSILON_ALPHA_BETA, FirstLayer.BOX, 0.01, 0.5, 1.5, false));
    assertThat(Explainers.create("lrp", other.configuration())).isEqualTo(other);
  }

  @TestFactory
  Stream<DynamicNode> it_keeps_the_contract() {
    return MethodContract.of(Lrp.DEFAULT);
  }
}
