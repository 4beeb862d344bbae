package io.sextant.explainers.propagation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.explainers.Baseline;
import io.sextant.explainers.Certificate;
import io.sextant.explainers.Explainers;
import io.sextant.explainers.Explanations;
import io.sextant.explainers.GradientTimesInput;
import io.sextant.explainers.Output;
import io.sextant.explainers.SeveralBaselines;
import io.sextant.explainers.Target;
import io.sextant.explainers.VanillaGradient;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Meter;
import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.graph.Cell;
import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Margins;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Operation.Combination;
import io.sextant.gradients.graph.Operation.Reduction;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Statistics;
import io.sextant.gradients.graph.Window;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeepLiftTest {
  private static final Function RELU = new Function.Relu();
  private static final DeepLift FROM_ZERO = DeepLift.DEFAULT.withBaseline(new Baseline.Zero());

  private static DeepLift from(double... row) {
    return DeepLift.DEFAULT.withBaseline(
        new Baseline.Given("row", Arrays.stream(row).boxed().toList()));
  }

  private static double[] first(DeepLift method, InferenceGraph graph, double... row) {
    return Nets.explain(method, graph, row).attributions()[0];
  }

  /** The paper's figure 1: 1 - max(0, 1 - a - b) stays at 1 above a + b = 1. */
  @Test
  void what_saturates_a_unit_is_found_where_the_gradient_finds_nothing() {
    InferenceGraph graph =
        new Nets(1, 2)
            .dense(new double[][] {{-1, -1}}, 1)
            .function(RELU)
            .dense(new double[][] {{-1}, {0}}, 1, 0)
            .build();
    assertThat(Nets.explain(new VanillaGradient(), graph, new double[] {1, 1}).attributions()[0])
        .containsExactly(0, 0);
    assertThat(first(FROM_ZERO, graph, 1, 1)).containsExactly(0.5, 0.5);
  }

  /** The paper's figure 2: max(0, x - 10) jumps in gradient times input, and is continuous here. */
  @Test
  void a_threshold_takes_nothing_but_what_passes_it() {
    InferenceGraph graph =
        new Nets(1, 1)
            .dense(new double[][] {{1}}, -10)
            .function(RELU)
            .dense(new double[][] {{1}, {0}})
            .build();
    double[] row = {10.5};
    assertThat(Nets.explain(new GradientTimesInput(), graph, row).attributions()[0][0])
        .isEqualTo(10.5);
    assertThat(first(FROM_ZERO, graph, row)[0]).isCloseTo(0.5, within(1e-12));
  }

  @Test
  void a_linear_model_gives_each_value_its_weight_times_its_difference() {
    InferenceGraph graph =
        new Nets(1, 3).dense(new double[][] {{1, -2, 4}, {0, 1, 0}}, 5, 0).build();
    assertThat(first(from(0.5, 1, -1), graph, 2, 3, 0.25)).containsExactly(1.5, -4, 5);
  }

  /** Straight from the definitions, with loops over units. */
  @Test
  void a_dense_network_is_what_the_definitions_say() {
    for (Function function : List.of(RELU, new Function.Sigmoid(), new Function.Gelu())) {
      double[][] w1 = Nets.rows(5, 4, 1);
      double[][] w2 = Nets.rows(3, 5, 2);
      double[][] w3 = Nets.rows(2, 3, 3);
      double[] b1 = Nets.rows(1, 5, 4)[0];
      double[] b2 = Nets.rows(1, 3, 5)[0];
      InferenceGraph graph =
          new Nets(1, 4)
              .dense(w1, b1)
              .function(function)
              .dense(w2, b2)
              .function(function)
              .dense(w3)
              .build();
      double[] x = Nets.rows(1, 4, 6)[0];
      double[] reference = Nets.rows(1, 4, 7)[0];

      double[] z1 = times(w1, x, b1);
      double[] r1 = times(w1, reference, b1);
      double[] z2 = times(w2, values(function, z1), b2);
      double[] r2 = times(w2, values(function, r1), b2);
      double[] m2 = multipliers(function, z2, r2);
      double[] m1 = multipliers(function, z1, r1);
      double[] expected = new double[4];
      for (int i = 0; i < 4; i++) {
        for (int j = 0; j < 5; j++) {
          for (int k = 0; k < 3; k++) {
            expected[i] += (x[i] - reference[i]) * w1[j][i] * m1[j] * w2[k][j] * m2[k] * w3[0][k];
          }
        }
      }
      assertThat(first(from(reference), graph, x)).containsExactly(expected, within(1e-9));
    }
  }

  private static double[] times(double[][] columns, double[] x, double[] b) {
    double[] z = b.clone();
    for (int k = 0; k < z.length; k++) {
      for (int i = 0; i < x.length; i++) {
        z[k] += columns[k][i] * x[i];
      }
    }
    return z;
  }

  private static double[] values(Function function, double[] z) {
    return Arrays.stream(z).map(function::value).toArray();
  }

  private static double[] multipliers(Function function, double[] z, double[] r) {
    double[] m = new double[z.length];
    for (int i = 0; i < m.length; i++) {
      m[i] = (function.value(z[i]) - function.value(r[i])) / (z[i] - r[i]);
    }
    return m;
  }

  private static double[] pooled(double[] x, double[] reference, Combination combination) {
    Nets nets = new Nets(1, x.length);
    Node[] parts = new Node[x.length];
    for (int i = 0; i < x.length; i++) {
      parts[i] = nets.then(new Operation.Slice(i, i + 1), nets.builder.input()).last();
    }
    return first(from(reference), nets.then(new Operation.Combine(combination), parts).build(), x);
  }

  @Test
  void a_maximum_pays_who_wins_now_for_its_rise_and_who_had_won_for_its_fall() {
    // 2 to 3: the first alone reaches above 2, whatever the second did meanwhile.
    assertThat(pooled(new double[] {3, 1}, new double[] {0, 2}, Combination.MAX))
        .containsExactly(1, 0);
    // 4 to 1: the second alone was above 1.
    assertThat(pooled(new double[] {1, 0}, new double[] {0, 4}, Combination.MAX))
        .containsExactly(0, -3);
    assertThat(pooled(new double[] {3, 1}, new double[] {2, 0}, Combination.MAX))
        .containsExactly(1, 0);
    assertThat(pooled(new double[] {-3, -1}, new double[] {0, -2}, Combination.MIN))
        .containsExactly(-1, 0);
    assertThat(pooled(new double[] {1, 5}, new double[] {4, -2}, Combination.MIN))
        .containsExactly(0, 3);
  }

  /** Windows overlap, and what wins differs between input and reference. */
  @Test
  void pooling_over_windows_is_what_the_definitions_say() {
    InferenceGraph graph =
        new Nets(1, 1, 1, 6)
            .pool(Reduction.MAX, new Window(1, 3, 1, 1, 1, 1, Margins.NONE))
            .flat()
            .dense(new double[][] {{1, -2, 0.5, 3}, {0, 0, 0, 0}})
            .build();
    double[] w = {1, -2, 0.5, 3};
    for (double[] x : Nets.rows(20, 6, 3)) {
      double[] reference = Nets.rows(1, 6, 4)[0];
      double[] expected = new double[6];
      for (int k = 0; k < 4; k++) {
        int now = k;
        int then = k;
        for (int i = k; i < k + 3; i++) {
          now = x[i] > x[now] ? i : now;
          then = reference[i] > reference[then] ? i : then;
        }
        double larger = Math.max(x[now], reference[then]);
        expected[now] += w[k] * (larger - reference[then]);
        expected[then] += w[k] * (x[now] - larger);
      }
      assertThat(first(from(reference), graph, x)).containsExactly(expected, within(1e-12));
    }
  }

  @Test
  void units_that_did_not_change_send_back_their_derivative() {
    InferenceGraph graph =
        new Nets(1, 2)
            .dense(new double[][] {{1, 1}})
            .function(new Function.Tanh())
            .dense(new double[][] {{2}, {0}})
            .build();
    // The sum is 0 at both, where tanh has slope 1.
    assertThat(first(FROM_ZERO, graph, 1, -1)).containsExactly(2, -2);
    assertThat(first(FROM_ZERO, graph, 0, 0)).containsExactly(0, 0);
    assertThat(pooled(new double[] {1, 2}, new double[] {1, 2}, Combination.MAX))
        .containsExactly(0, 0);
  }

  /** Hooks on modules miss functions and count modules that are used twice once: nodes do not. */
  @Test
  void a_rectifier_is_one_in_every_form() {
    List<double[]> found =
        Stream.of("module", "clip", "floor", "larger")
            .map(form -> first(from(0.3, -1, 0.2), rectified(form), 1, 2, -3))
            .toList();
    assertThat(found)
        .allSatisfy(one -> assertThat(one).containsExactly(found.get(0), within(1e-12)));
  }

  private static InferenceGraph rectified(String form) {
    Nets nets = new Nets(5, 3);
    for (int i = 0; i < 2; i++) {
      nets.dense(4);
      switch (form) {
        case "module" -> nets.function(RELU);
        case "clip" -> nets.function(new Function.Clip(0, Double.POSITIVE_INFINITY));
        case "floor" -> nets.function(new Function.Floor(0));
        default -> {
          Node value = nets.last();
          Parameter zero = nets.parameter("zero", 4);
          nets.builder.weights(zero, new double[4]);
          Node constant = nets.builder.add("zero" + i, new Operation.Constant(zero));
          nets.then(new Operation.Combine(Combination.MAX), value, constant);
        }
      }
    }
    return nets.dense(2).build();
  }

  /** A residual network with pooling, a product, normalisation and everything that mixes values. */
  static Stream<InferenceGraph> networks() {
    Nets plain =
        new Nets(1, 2, 5, 5)
            .convolution(3, 2)
            .function(RELU)
            .pool(Reduction.MAX, Window.of(2, 2))
            .convolution(4, 2)
            .function(new Function.LeakyRelu(0.1))
            .flat()
            .dense(3);
    Nets residual = new Nets(2, 6).dense(5).function(new Function.Tanh());
    Node before = residual.last();
    residual.dense(5).function(RELU);
    residual.then(new Operation.Combine(Combination.ADD), before, residual.last()).dense(2);
    Nets slopes = new Nets(3, 2, 3);
    slopes.then(new Operation.ParametricRelu(slopes.random("a", 2, 1))).flat().dense(2);
    Nets norms = new Nets(4, 6).dense(5);
    norms.then(
        new Operation.BatchNorm(
            norms.random("mean", 5),
            positive(norms, "variance", 5),
            norms.random("gamma", 5),
            norms.random("beta", 5),
            1e-3,
            Statistics.stored()));
    norms.function(new Function.Elu(1)).dense(2);
    return Stream.of(plain, residual, slopes, norms).map(Nets::build);
  }

  private static Parameter positive(Nets nets, String name, int size) {
    Parameter parameter = nets.parameter(name, size);
    double[] values = nets.gaussians(size, 1);
    Arrays.setAll(values, i -> 0.5 + values[i] * values[i]);
    nets.builder.weights(parameter, values);
    return parameter;
  }

  @ParameterizedTest
  @MethodSource("networks")
  void attributions_add_up_to_the_difference(InferenceGraph graph) {
    int size = graph.input().shape().elements();
    Explanations found = Nets.explain(from(Nets.rows(1, size, 1)[0]), graph, Nets.rows(8, size, 2));
    for (int i = 0; i < 8; i++) {
      requireComplete(found, i, 1e-10);
    }
  }

  private static void requireComplete(Explanations found, int i, double within) {
    Certificate certificate = found.certificates().get(i);
    double difference = certificate.fInput() - certificate.fBaseline().orElseThrow();
    assertThat(difference).isNotZero();
    assertThat(Arrays.stream(found.attributions()[i]).sum())
        .isCloseTo(difference, within(within * (1 + Math.abs(difference))));
    assertThat(certificate.gap().orElseThrow())
        .isCloseTo(0, within(within * (1 + Math.abs(difference))));
  }

  static Stream<InferenceGraph> mixing() {
    Stream<Operation> alone =
        Stream.of(
            new Operation.Softmax(0),
            new Operation.L2Normalize(1e-6),
            new Operation.LayerNorm(1, Optional.empty(), Optional.empty(), 1e-2),
            Operation.Reduce.keeping(Reduction.PNORM, 0));
    Nets recurrent = new Nets(9, 3, 2);
    recurrent
        .then(
            new Operation.Recurrent(
                new Cell.Lstm(
                    new Function.Sigmoid(),
                    new Function.Tanh(),
                    new Function.Tanh(),
                    Optional.empty()),
                recurrent.random("W", 2, 8),
                recurrent.random("R", 2, 8),
                Optional.of(recurrent.random("b", 8)),
                false))
        .flat()
        .dense(2);
    return Stream.concat(
        alone.map(operation -> new Nets(7, 4).dense(5).then(operation).dense(2).build()),
        Stream.of(recurrent.build()));
  }

  @ParameterizedTest
  @MethodSource("mixing")
  void layers_that_mix_values_are_averaged_on_the_way(InferenceGraph graph) {
    int size = graph.input().shape().elements();
    Explanations found =
        Nets.explain(from(Nets.rows(1, size, 1)[0]).withNodes(24), graph, Nets.rows(4, size, 2));
    for (int i = 0; i < 4; i++) {
      requireComplete(found, i, 1e-5);
    }
  }

  /** As attention that must not look ahead has it: what is masked gets nothing, and is no NaN. */
  @ParameterizedTest
  @ValueSource(strings = {"nd4j", "onednn"})
  void a_mask_of_infinities_takes_nothing(String engine) {
    Nets nets = new Nets(3, 4);
    Node scores = nets.dense(4).last();
    Parameter mask = nets.parameter("mask", 4);
    nets.builder.weights(
        mask, new double[] {0, Double.NEGATIVE_INFINITY, 0, Double.NEGATIVE_INFINITY});
    Node masks = nets.builder.add("mask", new Operation.Constant(mask));
    InferenceGraph graph =
        nets.then(new Operation.Combine(Combination.ADD), scores, masks)
            .then(new Operation.Softmax(0))
            .dense(2)
            .build();
    double[][] rows = Nets.rows(3, 4, 4);
    try (GradientService service = GradientService.builder(graph).engine(engine).build()) {
      Explanations found =
          FROM_ZERO.withNodes(24).explain(service, Nets.examples(rows), Target.label());
      for (int i = 0; i < 3; i++) {
        requireComplete(found, i, 1e-4);
      }
    }
  }

  /** The mask is 0 or 1, and nothing is attributed to what it does: only the gap has it. */
  @Test
  void steps_that_only_one_of_the_two_leaves_out_stand_in_the_gap() {
    Nets nets = new Nets(9, 3, 2);
    Node sequence = nets.last();
    Node mask =
        nets.then(new Operation.Elementwise(new Function.Differs(0)), sequence)
            .then(Operation.Reduce.over(Operation.Reduction.MAX, 1))
            .last();
    InferenceGraph graph =
        nets.then(
                new Operation.Recurrent(
                    new Cell.Simple(new Function.Tanh()),
                    nets.random("W", 2, 2),
                    nets.random("R", 2, 2),
                    Optional.of(nets.random("b", 2)),
                    false),
                sequence,
                mask)
            .flat()
            .dense(2)
            .build();
    double[] row = {0.5, -1, 0.25, 0.75, 1, -0.5};
    double[] shorter = {0.5, -1, 0.25, 0.75, 0, 0};
    requireComplete(
        Nets.explain(from(new double[] {1, 1, -1, 1, 1, 1}).withNodes(24), graph, row), 0, 1e-6);
    requireComplete(
        Nets.explain(from(new double[] {1, 1, -1, 1, 0, 0}).withNodes(24), graph, shorter),
        0,
        1e-6);

    Explanations found = Nets.explain(FROM_ZERO.withNodes(24), graph, row);

    Certificate about = found.certificates().get(0);
    double sum = Arrays.stream(found.attributions()[0]).sum();
    assertThat(about.gap().orElseThrow())
        .isCloseTo(sum - (about.fInput() - about.fBaseline().orElseThrow()), within(1e-9));
    assertThat(Math.abs(about.gap().orElseThrow())).isGreaterThan(0.01);
  }

  @Test
  void a_product_gives_each_factor_half_of_what_they_do_together() {
    Nets nets = new Nets(1, 2);
    Node a = nets.then(new Operation.Slice(0, 1), nets.builder.input()).last();
    Node b = nets.then(new Operation.Slice(1, 2), nets.builder.input()).last();
    InferenceGraph graph = nets.then(new Operation.Combine(Combination.PRODUCT), a, b).build();
    // (x - x') (y + y') / 2 and (y - y') (x + x') / 2.
    assertThat(first(from(1, 2), graph, 4, 6)).containsExactly(12, 10);

    Nets square = new Nets(1, 2, 2);
    InferenceGraph matrices =
        square
            .then(new Operation.MatrixProduct(false, true), square.last(), square.last())
            .flat()
            .build();
    Explanations found = Nets.explain(from(1, 0, 2, -1), matrices, Nets.rows(3, 4, 3));
    for (int i = 0; i < 3; i++) {
      requireComplete(found, i, 1e-12);
    }
  }

  @Test
  void probabilities_and_margins_add_up_too() {
    InferenceGraph graph = new Nets(1, 4).dense(6).function(RELU).dense(4).build();
    for (Output output : List.of(Output.PROBABILITY, Output.MARGIN)) {
      Explanations found =
          Nets.explain(
              from(0.1, 0.2, -0.3, 0.4),
              graph,
              Target.label().withOutput(output),
              Nets.rows(20, 4, 2));
      for (int i = 0; i < 20; i++) {
        requireComplete(found, i, 1e-9);
      }
    }
  }

  @Test
  void several_baselines_are_averaged() {
    InferenceGraph graph = new Nets(1, 3).dense(6).function(RELU).dense(2).build();
    double[] row = {1, -0.5, 2};
    DeepLift both =
        DeepLift.DEFAULT.withBaseline(
            new SeveralBaselines(List.of(new Baseline.Zero(), new Baseline.Constant(1))));
    double[] zero = first(FROM_ZERO, graph, row);
    double[] one = first(DeepLift.DEFAULT.withBaseline(new Baseline.Constant(1)), graph, row);
    double[] mean = new double[3];
    Arrays.setAll(mean, i -> (zero[i] + one[i]) / 2);
    assertThat(first(both, graph, row)).containsExactly(mean, within(1e-12));
  }

  @Test
  void a_comparison_counts_as_two_forwards_and_one_backward() {
    InferenceGraph graph = networks().findFirst().orElseThrow();
    try (GradientService service = GradientService.builder(graph).build()) {
      Explanations found =
          FROM_ZERO.explain(service.as("x"), Nets.examples(Nets.rows(5, 50, 1)), Target.label());
      assertThat(service.meter().counts()).containsEntry("x", new Meter.Count(10, 5));
      assertThat(found.certificates())
          .allSatisfy(
              one -> {
                assertThat(one.forwards()).isEqualTo(2);
                assertThat(one.backwards()).isEqualTo(1);
              });
    }
  }

  @Test
  void the_fast_engine_adds_up_but_for_its_rounding() {
    InferenceGraph graph = networks().findFirst().orElseThrow();
    try (GradientService service =
        GradientService.builder(graph).precision(Precision.FLOAT).build()) {
      double[][] rows = Nets.rows(6, 50, 1);
      Explanations found = FROM_ZERO.explain(service, Nets.examples(rows), Target.label());
      Explanations exact = Nets.explain(FROM_ZERO, graph, rows);
      for (int i = 0; i < 6; i++) {
        requireComplete(found, i, 1e-5);
        assertThat(found.attributions()[i]).containsExactly(exact.attributions()[i], within(1e-4));
      }
    }
  }

  @Test
  void it_is_made_by_name_and_settings() {
    assertThat(Explainers.create("deep-lift")).isEqualTo(DeepLift.DEFAULT);
    assertThat(Explainers.create("deep-lift", Map.of("baseline", "mean", "nodes", "4")))
        .isEqualTo(new DeepLift(new Baseline.Mean(), 4));
    assertThat(Explainers.create("deep-shap")).isEqualTo(DeepShap.DEFAULT);
  }

  @Test
  void deep_shap_is_the_mean_over_the_background_with_its_standard_error() {
    InferenceGraph graph = new Nets(1, 3).dense(6).function(RELU).dense(2).build();
    double[] row = {1, -0.5, 2};
    SeveralBaselines background =
        new SeveralBaselines(
            List.of(new Baseline.Zero(), new Baseline.Constant(1), new Baseline.Constant(-0.5)));
    Explanations found = Nets.explain(DeepShap.DEFAULT.withBaseline(background), graph, row);
    double[][] each =
        background.parts().stream()
            .map(one -> first(DeepLift.DEFAULT.withBaseline(one), graph, row))
            .toArray(double[][]::new);
    double error = 0;
    for (int i = 0; i < 3; i++) {
      double mean = (each[0][i] + each[1][i] + each[2][i]) / 3;
      double squares = 0;
      for (double[] one : each) {
        squares += (one[i] - mean) * (one[i] - mean);
      }
      assertThat(found.attributions()[0][i]).isCloseTo(mean, within(1e-12));
      error += Math.sqrt(squares / 2 / 3) / 3;
    }
    assertThat(found.certificates().get(0).standardError().orElseThrow())
        .isCloseTo(error, within(1e-12));
    requireComplete(found, 0, 1e-12);
  }

  @Test
  void the_shape_of_slopes_is_that_of_the_layer() {
    // Slopes along the second dimension: 0.1, 0.2, 0.3, the same for both rows.
    Nets nets = new Nets(3, 2, 3);
    Parameter slopes = new Parameter("slopes", Shape.of(1, 3));
    nets.builder.weights(slopes, new double[] {0.1, 0.2, 0.3});
    InferenceGraph graph =
        nets.then(new Operation.ParametricRelu(slopes))
            .flat()
            .dense(new double[][] {{1, 1, 1, 1, 1, 1}, {0, 0, 0, 0, 0, 0}})
            .build();
    assertThat(first(FROM_ZERO, graph, -1, -1, -1, -2, -2, 4))
        .containsExactly(new double[] {-0.1, -0.2, -0.3, -0.2, -0.4, 4}, within(1e-12));
  }
}
