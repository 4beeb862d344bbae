package io.sextant.explainers.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.explainers.Baseline;
import io.sextant.explainers.Certificate;
import io.sextant.explainers.Explainers;
import io.sextant.explainers.Explanations;
import io.sextant.explainers.IntegratedGradients;
import io.sextant.explainers.Quadrature;
import io.sextant.explainers.Target;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Meter;
import io.sextant.gradients.Tape;
import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LayerConductanceTest {
  private static LayerConductance of(String layer, int steps) {
    return new LayerConductance(LayerChoice.named(layer), steps, new Baseline.Zero());
  }

  private static double[] activation(GradientService service, double[] row, String layer) {
    try (Tape tape = service.record(new double[][] {row})) {
      return tape.activation(layer)[0];
    }
  }

  @Test
  void before_a_linear_end_a_unit_has_its_weight_times_its_move_in_one_step() {
    InferenceGraph graph = Nets.dense(1);
    Examples examples = Nets.examples(graph, 5, 1);
    double[] weights = Nets.weights(graph, "dense");
    try (GradientService service = Nets.exact(graph).build()) {
      double[] start = activation(service, new double[5], "active");
      Explanations found = of("active", 1).explain(service, examples, Target.label());
      for (int i = 0; i < 5; i++) {
        double[] end = activation(service, examples.row(i), "active");
        double[] expected = new double[4];
        for (int j = 0; j < 4; j++) {
          expected[j] = weights[j * Nets.CLASSES + examples.label(i)] * (end[j] - start[j]);
        }
        assertThat(found.attributions()[i]).containsExactly(expected, within(1e-12));
        assertThat(found.certificates().get(i).gap().orElseThrow()).isCloseTo(0, within(1e-12));
      }
    }
  }

  @Test
  void at_the_input_it_is_integrated_gradients_by_the_trapezoid_rule() {
    InferenceGraph graph = Nets.deep(new Function.Relu(), 2);
    Examples examples = Nets.examples(graph, 4, 2);
    try (GradientService service = Nets.exact(graph).build()) {
      double[][] expected =
          new IntegratedGradients()
              .withBaseline(new Baseline.Zero())
              .withQuadrature(new Quadrature.Trapezoid(21))
              .explain(service, examples, Target.label())
              .attributions();
      double[][] found = of("input", 20).explain(service, examples, Target.label()).attributions();
      for (int i = 0; i < 4; i++) {
        assertThat(found[i]).containsExactly(expected[i], within(1e-10));
      }
    }
  }

  /** The integral of the definition, with the derivative of the activation by differences. */
  private static double[] slow(GradientService service, double[] row, int label) {
    int nodes = 400;
    double h = 1e-5;
    double[] sum = new double[0];
    for (int k = 0; k < nodes; k++) {
      double a = (k + 0.5) / nodes;
      double[][] around = new double[3][row.length];
      for (int i = 0; i < row.length; i++) {
        around[0][i] = a * row[i];
        around[1][i] = (a + h) * row[i];
        around[2][i] = (a - h) * row[i];
      }
      try (Tape tape = service.record(around)) {
        double[][] cotangent = new double[3][Nets.CLASSES];
        cotangent[0][label] = 1;
        double[] gradient = tape.pullback(cotangent, "maps")[0];
        double[][] at = tape.activation("maps");
        sum = sum.length == 0 ? new double[gradient.length] : sum;
        for (int j = 0; j < sum.length; j++) {
          sum[j] += gradient[j] * (at[1][j] - at[2][j]) / (2 * h) / nodes;
        }
      }
    }
    return sum;
  }

  @Test
  void it_is_what_its_definition_says() {
    InferenceGraph graph = Nets.deep(new Function.Tanh(), 3);
    Examples examples = Nets.examples(graph, 2, 3);
    try (GradientService service = Nets.exact(graph).build()) {
      double[][] found = of("maps", 400).explain(service, examples, Target.label()).attributions();
      for (int i = 0; i < 2; i++) {
        assertThat(found[i])
            .containsExactly(slow(service, examples.row(i), examples.label(i)), within(1e-4));
      }
    }
  }

  @Test
  void the_gap_is_stated_and_shrinks_with_the_square_of_the_steps() {
    InferenceGraph graph = Nets.deep(new Function.Tanh(), 4);
    Examples examples = Nets.examples(graph, 6, 4);
    try (GradientService service = Nets.exact(graph).build()) {
      Explanations coarse = of("maps", 10).explain(service, examples, Target.label());
      Explanations fine = of("maps", 100).explain(service, examples, Target.label());
      double[] zero = service.logits(new double[][] {new double[60]})[0];
      for (int i = 0; i < 6; i++) {
        Certificate one = fine.certificates().get(i);
        assertThat(one.fBaseline().orElseThrow()).isCloseTo(zero[examples.label(i)], within(1e-12));
        assertThat(one.gap().orElseThrow())
            .isCloseTo(
                Arrays.stream(fine.attributions()[i]).sum()
                    - (one.fInput() - one.fBaseline().orElseThrow()),
                within(1e-12));
        assertThat(Math.abs(one.gap().orElseThrow()))
            .isLessThan(1e-9 + Math.abs(coarse.certificates().get(i).gap().orElseThrow()) / 50);
      }
    }
  }

  @Test
  void a_layer_that_a_path_leads_past_has_conductances_but_no_gap() {
    InferenceGraph graph = Nets.residual(5);
    Examples examples = Nets.examples(graph, 3, 5);
    try (GradientService service = Nets.exact(graph).build()) {
      Explanations past = of("inside", 30).explain(service, examples, Target.label());
      Explanations through = of("sum", 30).explain(service, examples, Target.label());
      for (int i = 0; i < 3; i++) {
        assertThat(past.certificates().get(i).gap()).isEmpty();
        assertThat(through.certificates().get(i).gap().orElseThrow()).isCloseTo(0, within(1e-9));
        assertThat(past.attributions()[i]).isNotEqualTo(through.attributions()[i]);
      }
    }
  }

  @Test
  void each_end_of_a_step_is_asked_about_once_and_the_class_comes_with_the_last() {
    InferenceGraph graph = Nets.deep(new Function.Relu(), 6);
    Examples examples = Nets.examples(graph, 3, 6);
    try (GradientService service = Nets.exact(graph).build()) {
      Explanations found =
          of("maps", 7).explain(service.as("conductance"), examples, Target.predicted());
      assertThat(service.meter().counts()).containsEntry("conductance", new Meter.Count(24, 24));
      assertThat(found.certificates().get(1).nodes()).isEqualTo(8);
      assertThat(found.certificates().get(1).forwards()).isEqualTo(8);
    }
  }

  @Test
  void a_path_on_which_no_gradient_was_seen_is_told() {
    // The unit wakes up at 0.5: below, nothing depends on the layer.
    Parameter w = new Parameter("w", Shape.of(1, 1));
    Parameter b = new Parameter("b", Shape.of(1));
    Parameter v = new Parameter("v", Shape.of(1, 2));
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(1));
    Node hidden = builder.add("hidden", new Operation.Affine(w, Optional.of(b)), builder.input());
    Node relu = builder.add("relu", new Operation.Elementwise(new Function.Relu()), hidden);
    Node end = builder.add("end", new Operation.Affine(v, Optional.empty()), relu);
    InferenceGraph graph =
        builder
            .weights(w, new double[] {1})
            .weights(b, new double[] {-0.5})
            .weights(v, new double[] {1, -1})
            .build(end);
    LayerConductance conductance = of("hidden", 4).withBaseline(new Baseline.Constant(0));
    Examples examples =
        Examples.of(new double[][] {{0.25}, {1}}, new int[] {0, 0}, new long[] {0, 1});
    try (GradientService service = Nets.exact(graph).build()) {
      Explanations found = conductance.explain(service, examples, Target.label());
      assertThat(found.certificates().get(0).toleranceMet()).contains(false);
      assertThat(found.certificates().get(1).toleranceMet()).isEmpty();
    }
  }

  @Test
  void several_baselines_are_averaged() {
    InferenceGraph graph = Nets.dense(7);
    Examples examples = Nets.examples(graph, 3, 7);
    try (GradientService service = Nets.exact(graph).build()) {
      LayerConductance zero = of("active", 9);
      Explanations first = zero.explain(service, examples, Target.label());
      Explanations second =
          zero.withBaseline(new Baseline.Constant(0.75)).explain(service, examples, Target.label());
      Explanations both =
          ((LayerConductance)
                  Explainers.create(
                      "layer-conductance",
                      Map.of("layer", "active", "steps", "9", "baseline", "zero+constant:0.75")))
              .explain(service, examples, Target.label());
      for (int i = 0; i < 3; i++) {
        double[] mean = new double[4];
        for (int j = 0; j < 4; j++) {
          mean[j] = (first.attributions()[i][j] + second.attributions()[i][j]) / 2;
        }
        assertThat(both.attributions()[i]).containsExactly(mean, within(1e-12));
        assertThat(both.certificates().get(i).gap().orElseThrow()).isCloseTo(0, within(1e-12));
      }
    }
  }

  @Test
  void settings_are_checked() {
    assertThatThrownBy(() -> of("maps", 0)).hasMessageContaining("1..10000 but were 0");
    LayerConductance other = of("a/b", 3).withBaseline(new Baseline.Constant(0.5));
    assertThat(Explainers.create(other.name(), other.configuration())).isEqualTo(other);
  }
}
