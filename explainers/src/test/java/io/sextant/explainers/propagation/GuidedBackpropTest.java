package io.sextant.explainers.propagation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.explainers.Explainer;
import io.sextant.explainers.Explainers;
import io.sextant.explainers.Explanations;
import io.sextant.explainers.Target;
import io.sextant.explainers.VanillaGradient;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Meter;
import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import java.util.List;
import org.junit.jupiter.api.Test;

class GuidedBackpropTest {
  private static final GuidedBackprop GUIDED = new GuidedBackprop();

  private static InferenceGraph network(Function function) {
    return new Nets(1, 2)
        .dense(new double[][] {{1, 2}, {3, 1}, {-1, -1}})
        .function(function)
        .dense(new double[][] {{1, -2, 5}, {0, 1, 0}})
        .build();
  }

  @Test
  void rectifiers_send_back_nothing_negative_and_nothing_where_they_are_off() {
    double[] row = {1, 1};
    // The second unit is on, with slope -2; the third is off.
    assertThat(attribution(GUIDED, network(new Function.Relu()), row)).containsExactly(1, 2);
    assertThat(attribution(new VanillaGradient(), network(new Function.Relu()), row))
        .containsExactly(-5, 0);
    // A leak of the third unit comes back with its slope.
    assertThat(attribution(GUIDED, network(new Function.LeakyRelu(0.1)), row))
        .containsExactly(new double[] {0.5, 1.5}, within(1e-12));
    assertThat(attribution(GUIDED, network(new Function.Clip(0, 100)), row)).containsExactly(1, 2);
  }

  private static double[] attribution(Explainer explainer, InferenceGraph graph, double... row) {
    return Nets.explain(explainer, graph, row).attributions()[0];
  }

  @Test
  void a_network_of_positive_weights_has_nothing_to_guide() {
    InferenceGraph graph =
        new Nets(1, 2)
            .dense(new double[][] {{1, 2}, {3, 1}}, -1, -5)
            .function(new Function.Relu())
            .dense(new double[][] {{2, 0.5}, {1, 1}})
            .function(new Function.Relu())
            .dense(new double[][] {{1, 1}, {0, 1}})
            .build();
    double[][] rows = Nets.rows(10, 2, 1);
    assertThat(Nets.explain(GUIDED, graph, rows).attributions())
        .isDeepEqualTo(Nets.explain(new VanillaGradient(), graph, rows).attributions());
  }

  @Test
  void without_rectifiers_it_is_the_gradient_and_says_so() {
    double[] row = {0.3, -1};
    Explanations found = Nets.explain(GUIDED, network(new Function.Tanh()), row);
    double[] gradient =
        Nets.explain(new VanillaGradient(), network(new Function.Tanh()), row).attributions()[0];
    assertThat(found.attributions()[0]).containsExactly(gradient, within(1e-12));
    assertThat(found.remarks()).singleElement().asString().contains("no rectifier");
  }

  @Test
  void every_attribution_warns_of_it() {
    Explanations found = Nets.explain(GUIDED, network(new Function.Relu()), new double[] {1, 1});
    assertThat(found.remarks())
        .singleElement()
        .asString()
        .contains("fails sanity checks by construction");
    assertThat(Explainers.create("guided-backprop").declaration().summary())
        .contains("fails sanity checks by construction");
  }

  @Test
  void it_costs_a_forward_and_a_backward_and_a_forward_for_a_predicted_class() {
    try (GradientService service = GradientService.builder(network(new Function.Relu())).build()) {
      GUIDED.explain(service.as("named"), Nets.examples(Nets.rows(3, 2, 1)), Target.label());
      GUIDED.explain(service.as("found"), Nets.examples(Nets.rows(3, 2, 1)), Target.predicted());
      assertThat(service.meter().counts())
          .containsEntry("named", new Meter.Count(3, 3))
          .containsEntry("found", new Meter.Count(6, 3));
    }
  }

  @Test
  void other_functions_are_left_as_they_are() {
    assertThat(
            List.of(
                GuidedRules.guides(network(new Function.Sigmoid())),
                GuidedRules.guides(network(new Function.Relu6()))))
        .containsExactly(false, true);
  }
}
