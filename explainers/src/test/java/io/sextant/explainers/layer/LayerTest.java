package io.sextant.explainers.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.explainers.Explanations;
import io.sextant.explainers.GradientTimesInput;
import io.sextant.explainers.Target;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Meter;
import io.sextant.gradients.Tape;
import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LayerTest {
  @Test
  void an_activation_is_the_layers_value_at_the_cost_of_a_forward() {
    InferenceGraph graph = Nets.deep(new Function.Relu(), 1);
    Examples examples = Nets.examples(graph, 5, 1);
    try (GradientService service = Nets.exact(graph).build();
        Tape tape = service.as("tape").record(examples.rows())) {
      Explanations found =
          new LayerActivation(LayerChoice.named("convolution"))
              .explain(service.as("activation"), examples, Target.predicted());
      assertThat(found.shape()).isEqualTo(Shape.of(4, 4, 3));
      assertThat(found.attributions()).isDeepEqualTo(tape.activation("convolution"));
      assertThat(found.certificates().get(3).fInput())
          .isCloseTo(Arrays.stream(tape.logits()[3]).max().orElseThrow(), within(1e-12));
      assertThat(service.meter().counts()).containsEntry("activation", new Meter.Count(5, 0));
    }
  }

  @Test
  void the_layer_that_suits_has_feature_maps_or_is_the_last_hidden_one() {
    assertThat(LayerChoice.AUTO.in(Nets.deep(new Function.Relu(), 1)).name()).isEqualTo("maps");
    assertThat(LayerChoice.AUTO.in(Nets.dense(1)).name()).isEqualTo("active");
    assertThat(new LayerActivation().shape(Nets.dense(1))).isEqualTo(Shape.of(4));
  }

  @Test
  void times_the_gradient_it_is_the_share_of_each_unit_of_a_last_dense_layer() {
    InferenceGraph graph = Nets.dense(2);
    Examples examples = Nets.examples(graph, 4, 2);
    double[] weights = Nets.weights(graph, "dense");
    try (GradientService service = Nets.exact(graph).build();
        Tape tape = service.as("tape").record(examples.rows())) {
      Explanations found =
          new LayerGradientTimesActivation().explain(service.as("layer"), examples, Target.label());
      for (int i = 0; i < 4; i++) {
        double[] expected = new double[4];
        for (int j = 0; j < 4; j++) {
          expected[j] =
              weights[j * Nets.CLASSES + examples.label(i)] * tape.activation("active")[i][j];
        }
        assertThat(found.attributions()[i]).containsExactly(expected, within(1e-12));
      }
      assertThat(service.meter().counts()).containsEntry("layer", new Meter.Count(4, 4));
    }
  }

  @Test
  void at_the_input_it_is_gradient_times_input() {
    InferenceGraph graph = Nets.deep(new Function.Tanh(), 3);
    Examples examples = Nets.examples(graph, 4, 3);
    try (GradientService service = Nets.exact(graph).build()) {
      double[][] expected =
          new GradientTimesInput().explain(service, examples, Target.label()).attributions();
      double[][] found =
          new LayerGradientTimesActivation(LayerChoice.named("input"))
              .explain(service, examples, Target.label())
              .attributions();
      for (int i = 0; i < 4; i++) {
        assertThat(found[i]).containsExactly(expected[i], within(1e-12));
      }
    }
  }
}
