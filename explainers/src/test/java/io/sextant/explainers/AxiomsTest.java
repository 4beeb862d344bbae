package io.sextant.explainers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every attribution along a path must keep. */
class AxiomsTest {
  // A row and its mirror image, so that the background is symmetric in the features.
  private static final double[][] ROWS = {{0.5, -1, 2}, {-0.25, 0.75, 0.5}};

  static Stream<Explainer> ofDifferences() {
    Reference data = Reference.of(InputDomain.box(3, -4, 4), ROWS);
    return Stream.of(
            IntegratedGradients.DEFAULT.withBaseline(new DrawnBaselines(2)),
            ExpectedGradients.DEFAULT.withBaseline(new DrawnBaselines(2)),
            GuidedIg.DEFAULT.withBaseline(new DrawnBaselines(2)))
        .map(explainer -> explainer.fitted(data));
  }

  static Stream<Explainer> alongPaths() {
    return Stream.of(
        IntegratedGradients.DEFAULT.withBaseline(new Baseline.Zero()),
        ExpectedGradients.DEFAULT.withBaseline(new Baseline.Zero()),
        GuidedIg.DEFAULT.withBaseline(new Baseline.Zero()),
        Idgi.DEFAULT.withBaseline(new Baseline.Zero()),
        Mfaba.DEFAULT);
  }

  @ParameterizedTest
  @MethodSource("ofDifferences")
  void a_linear_model_is_explained_by_weight_times_difference_from_the_mean_of_the_rows(
      Explainer explainer) {
    try (GradientService service = Models.exact(Models.linear()).build()) {
      double[] x = {1, 2, -3};
      Explanations found = explainer.explain(service, Models.one(x), Target.fixed(1));
      double[] weights = {-2, 3, 4};
      double[] expected = new double[3];
      for (int i = 0; i < 3; i++) {
        expected[i] = weights[i] * (x[i] - (ROWS[0][i] + ROWS[1][i]) / 2);
      }
      assertThat(found.attributions()[0]).containsExactly(expected, within(1e-12));
      assertThat(found.certificates().get(0).gap().orElseThrow()).isCloseTo(0, within(1e-12));
    }
  }

  @ParameterizedTest
  @MethodSource("alongPaths")
  void a_value_that_the_output_does_not_depend_on_gets_nothing(Explainer explainer) {
    try (GradientService service = Models.exact(Models.cube(3)).build()) {
      double[] attribution =
          explainer.explain(service, Models.one(0.5, 0.7, -0.3), Target.fixed(1)).attributions()[0];
      assertThat(attribution[0]).isZero();
      assertThat(attribution[2]).isZero();
      assertThat(attribution[1]).isPositive();
    }
  }

  @ParameterizedTest
  @MethodSource("alongPaths")
  void values_that_play_the_same_part_get_the_same(Explainer explainer) {
    try (GradientService service = Models.exact(Models.product()).build()) {
      double[] attribution =
          explainer.explain(service, Models.one(0.6, 0.6), Target.fixed(0)).attributions()[0];
      assertThat(attribution[0]).isCloseTo(attribution[1], within(1e-12)).isPositive();
    }
  }

  @ParameterizedTest
  @MethodSource("alongPaths")
  void networks_that_compute_the_same_are_explained_the_same(Explainer explainer) {
    InferenceGraph plain = Models.network(new Function.Tanh(), 3);
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(6));
    // The identity in front: twice, then half.
    Parameter twice = new Parameter("twice", Shape.of(6, 6));
    Parameter half = new Parameter("half", Shape.of(6, 6));
    Node last = builder.add("up", new Operation.Affine(twice, Optional.empty()), builder.input());
    last = builder.add("down", new Operation.Affine(half, Optional.empty()), last);
    builder.weights(twice, diagonal(2)).weights(half, diagonal(0.5));
    InferenceGraph longer = Models.network(builder, last, new Function.Tanh(), 3);
    Examples examples = Models.examples(4, 6, 3, 2);
    try (GradientService a = Models.exact(plain).build();
        GradientService b = Models.exact(longer).build()) {
      double[][] one = explainer.explain(a, examples, Target.label()).attributions();
      double[][] other = explainer.explain(b, examples, Target.label()).attributions();
      for (int i = 0; i < one.length; i++) {
        assertThat(other[i]).containsExactly(one[i], within(1e-9));
      }
    }
  }

  /** What is a sum over passes, whatever the passes say. */
  static Stream<Explainer> linearInTheModel() {
    return Stream.of(
            "vanilla-gradient",
            "gradient-x-input",
            "integrated-gradients steps=8 baseline=zero",
            "expected-gradients baseline=zero samples=16",
            "smoothgrad samples=8 noise=absolute:0.2",
            "occlusion",
            "feature-ablation",
            "exact-shapley",
            "kernel-shap samples=40",
            "permutation-shapley samples=40",
            "lime samples=40",
            "deep-lift")
        .map(
            text -> {
              String[] words = text.split(" ");
              Map<String, String> settings =
                  Arrays.stream(words)
                      .skip(1)
                      .map(word -> word.split("="))
                      .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
              return Explainers.create(words[0], settings);
            });
  }

  @ParameterizedTest
  @MethodSource("linearInTheModel")
  void a_sum_of_networks_is_explained_by_the_sum_and_a_shift_of_the_output_by_nothing(
      Explainer explainer) {
    double[] f = attribution(explainer, 1, 0, 0);
    double[] g = attribution(explainer, 0, 1, 0);
    double[] expected = new double[f.length];
    Arrays.setAll(expected, i -> 3 * f[i] - 0.5 * g[i]);
    assertThat(f).isNotEqualTo(g);
    assertThat(attribution(explainer, 3, -0.5, 0)).containsExactly(expected, within(1e-9));
    assertThat(attribution(explainer, 3, -0.5, 7)).containsExactly(expected, within(1e-9));
  }

  /** Of the logit {@code a f + b g + shift} of two networks. */
  private static double[] attribution(Explainer explainer, double a, double b, double shift) {
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(6));
    Node sum =
        builder.add(
            "sum",
            new Operation.Combine(Operation.Combination.ADD),
            branch(builder, "f", 1, a, shift),
            branch(builder, "g", 2, b, 0));
    try (GradientService service = Models.exact(builder.build(sum)).build()) {
      return explainer.explain(service, Models.one(0.3, -0.6, 0.9, 0.1, -0.4, 0.7), Target.fixed(1))
          .attributions()[0];
    }
  }

  private static Node branch(
      InferenceGraph.Builder builder, String name, long seed, double factor, double shift) {
    RandomGenerator random = RandomKey.of(seed).random();
    Parameter in = new Parameter(name + "/in", Shape.of(6, 5));
    Parameter out = new Parameter(name + "/out", Shape.of(5, 2));
    Parameter bias = new Parameter(name + "/bias", Shape.of(2));
    builder
        .weights(in, random.doubles(30, -1, 1).toArray())
        .weights(out, random.doubles(10, -1, 1).map(w -> factor * w).toArray())
        .weights(bias, new double[] {0, shift});
    Node hidden =
        builder.add(name + "-in", new Operation.Affine(in, Optional.empty()), builder.input());
    Node bent = builder.add(name + "-tanh", new Operation.Elementwise(new Function.Tanh()), hidden);
    return builder.add(name + "-out", new Operation.Affine(out, Optional.of(bias)), bent);
  }

  private static double[] diagonal(double value) {
    double[] matrix = new double[36];
    for (int i = 0; i < 6; i++) {
      matrix[7 * i] = value;
    }
    return matrix;
  }
}
