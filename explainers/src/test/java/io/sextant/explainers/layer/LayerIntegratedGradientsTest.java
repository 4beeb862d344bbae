package io.sextant.explainers.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.explainers.Baseline;
import io.sextant.explainers.Certificate;
import io.sextant.explainers.Explainer;
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
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LayerIntegratedGradientsTest {
  private static final IntegratedGradients FROM_ZERO =
      IntegratedGradients.DEFAULT.withBaseline(new Baseline.Zero());

  private static LayerIntegratedGradients of(String layer, Quadrature quadrature) {
    return new LayerIntegratedGradients(
        LayerChoice.named(layer), FROM_ZERO.withQuadrature(quadrature));
  }

  @Test
  void it_is_integrated_gradients_of_the_network_behind_the_layer() {
    InferenceGraph graph = Nets.deep(new Function.Tanh(), 1);
    Examples examples = Nets.examples(graph, 4, 1);
    double[][] rows = Arrays.copyOf(examples.rows(), 5);
    rows[4] = new double[60];
    try (GradientService service = Nets.exact(graph).build();
        GradientService rest = Nets.exact(graph.behind("maps")).build();
        Tape tape = service.record(rows)) {
      double[][] maps = tape.activation("maps");
      // Rows of examples are floats, so the activations are, too.
      Baseline start = new Baseline.Given("row", Arrays.stream(maps[4]).boxed().toList());
      for (Quadrature rule :
          new Quadrature[] {Quadrature.Adaptive.DEFAULT, new Quadrature.GaussLegendre(9)}) {
        Explanations found = of("maps", rule).explain(service, examples, Target.label());
        for (int i = 0; i < 4; i++) {
          Explanations expected =
              FROM_ZERO
                  .withBaseline(start)
                  .withQuadrature(rule)
                  .explain(
                      rest,
                      Examples.of(
                          new double[][] {maps[i]}, new int[] {examples.label(i)}, new long[1]),
                      Target.label());
          assertThat(found.attributions()[i])
              .containsExactly(expected.attributions()[0], within(1e-6));
          Certificate one = found.certificates().get(i);
          assertThat(one.nodes()).isEqualTo(expected.certificates().get(0).nodes());
          assertThat(one.fInput()).isCloseTo(tape.logits()[i][examples.label(i)], within(1e-12));
          assertThat(one.fBaseline().orElseThrow())
              .isCloseTo(tape.logits()[4][examples.label(i)], within(1e-12));
          assertThat(Math.abs(one.gap().orElseThrow()))
              .isLessThan(0.01 * Math.abs(one.fInput() - one.fBaseline().orElseThrow()) + 1e-4);
        }
      }
    }
  }

  @Test
  void before_a_linear_end_it_is_conductance_and_elsewhere_it_is_not() {
    InferenceGraph linear = Nets.dense(2);
    InferenceGraph bent = Nets.deep(new Function.Tanh(), 2);
    Quadrature rule = new Quadrature.GaussLegendre(20);
    try (GradientService service = Nets.exact(linear).build()) {
      Examples examples = Nets.examples(linear, 3, 2);
      double[][] straight =
          of("active", rule).explain(service, examples, Target.label()).attributions();
      double[][] followed =
          new LayerConductance(LayerChoice.AUTO, 5, new Baseline.Zero())
              .explain(service, examples, Target.label())
              .attributions();
      for (int i = 0; i < 3; i++) {
        assertThat(straight[i]).containsExactly(followed[i], within(1e-12));
      }
    }
    try (GradientService service = Nets.exact(bent).build()) {
      Examples examples = Nets.examples(bent, 1, 2);
      double[] straight =
          of("maps", rule).explain(service, examples, Target.label()).attributions()[0];
      double[] followed =
          new LayerConductance(LayerChoice.AUTO, 400, new Baseline.Zero())
              .explain(service, examples, Target.label())
              .attributions()[0];
      assertThat(Arrays.stream(straight).sum())
          .isCloseTo(Arrays.stream(followed).sum(), within(1e-3));
      double most = 0;
      for (int j = 0; j < straight.length; j++) {
        most = Math.max(most, Math.abs(straight[j] - followed[j]));
      }
      assertThat(most).isGreaterThan(1e-2);
    }
  }

  @Test
  void at_the_input_it_is_integrated_gradients() {
    InferenceGraph graph = Nets.deep(new Function.Relu(), 3);
    Examples examples = Nets.examples(graph, 3, 3);
    Quadrature rule = new Quadrature.Midpoint(11);
    try (GradientService service = Nets.exact(graph).build()) {
      double[][] expected =
          FROM_ZERO.withQuadrature(rule).explain(service, examples, Target.label()).attributions();
      double[][] found =
          of("input", rule).explain(service, examples, Target.label()).attributions();
      for (int i = 0; i < 3; i++) {
        assertThat(found[i]).containsExactly(expected[i], within(1e-12));
      }
    }
  }

  @Test
  void a_layer_that_a_path_leads_past_is_refused_and_never_chosen() {
    InferenceGraph graph = Nets.residual(4);
    assertThat(new LayerIntegratedGradients().shape(graph).toString()).isEqualTo("[4, 4, 3]");
    assertThat(LayerChoice.AUTO.cutIn(graph).name()).isEqualTo("sum");
    assertThatThrownBy(() -> of("inside", Quadrature.Adaptive.DEFAULT).shape(graph))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("paths lead past layer inside")
        .hasMessageContaining("[input, convolution, maps, sum, flat, dense]");
  }

  @Test
  void activations_and_ends_are_counted_with_the_nodes() {
    InferenceGraph graph = Nets.deep(new Function.Relu(), 5);
    Examples examples = Nets.examples(graph, 3, 5);
    try (GradientService service = Nets.exact(graph).build()) {
      Explainer explainer = of("maps", new Quadrature.GaussLegendre(8));
      Explanations found = explainer.explain(service.as("layer"), examples, Target.predicted());
      // Two activations, both ends, eight nodes.
      assertThat(service.meter().counts()).containsEntry("layer", new Meter.Count(36, 24));
      assertThat(found.certificates().get(2).forwards()).isEqualTo(12);
      assertThat(found.certificates().get(2).backwards()).isEqualTo(8);
      assertThat(explainer.passes(3, 60).forwards()).isEqualTo(12);
    }
  }

  @Test
  void its_base_is_integrated_gradients_and_nothing_else() {
    Explainer explainer =
        Explainers.create(
            "layer-integrated-gradients", Map.of("layer", "maps", "base.steps", "20"));
    assertThat(explainer)
        .isEqualTo(
            new LayerIntegratedGradients(
                LayerChoice.named("maps"),
                IntegratedGradients.DEFAULT.withQuadrature(new Quadrature.GaussLegendre(20))));
    assertThat(Explainers.create(explainer.name(), explainer.configuration())).isEqualTo(explainer);
    assertThatThrownBy(
            () ->
                Explainers.create("layer-integrated-gradients", Map.of("base", "vanilla-gradient")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("base: the method must be one such as integrated-gradients")
        .hasMessageContaining("was vanilla-gradient");
  }
}
