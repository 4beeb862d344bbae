package io.sextant.explainers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Meter;
import io.sextant.gradients.Objective;
import io.sextant.gradients.graph.Function;
import org.junit.jupiter.api.Test;

class VanillaGradientTest {
  @Test
  void gradient_is_the_weight_column_and_gradient_times_input_its_product() {
    try (GradientService service = Models.exact(Models.linear()).build()) {
      Examples one = Models.one(2, -1, 0.5);
      assertThat(new VanillaGradient().explain(service, one, Target.fixed(1)).attributions()[0])
          .containsExactly(-2, 3, 4);
      assertThat(new GradientTimesInput().explain(service, one, Target.fixed(1)).attributions()[0])
          .containsExactly(-4, -3, 2);
    }
  }

  @Test
  void the_predicted_class_costs_no_pass_of_its_own() {
    try (GradientService service = Models.exact(Models.linear()).build()) {
      // Logits (-2.75, 20.5) and (1.25, -2.5): classes 1 and 0, whatever the labels say.
      Examples two =
          Examples.of(new double[][] {{0, 1, 3.5}, {1, 0, 0}}, new int[] {0, 1}, new long[] {7, 3});
      Explanations result = new VanillaGradient().explain(service.as("v"), two, Target.predicted());
      assertThat(result.attributions()[0]).containsExactly(-2, 3, 4);
      assertThat(result.attributions()[1]).containsExactly(1, 0.5, -1);
      assertThat(result.certificates().get(0).target()).isEqualTo(1);
      assertThat(result.certificates().get(1).target()).isZero();
      assertThat(result.certificates().get(0).fInput()).isCloseTo(16.5, within(1e-12));
      assertThat(result.certificates().get(1).fInput()).isCloseTo(1.25, within(1e-12));
      assertThat(result.certificates().get(0).example()).isEqualTo(7);
      assertThat(result.certificates().get(0).gap()).isEmpty();
      assertThat(service.meter().counts()).containsEntry("v", new Meter.Count(2, 2));
    }
  }

  @Test
  void labels_and_outputs_are_those_of_the_service() {
    try (GradientService service =
        Models.exact(Models.network(new Function.Tanh(), 1)).batchSize(3).build()) {
      Examples examples = Models.examples(20, 6, 3, 1);
      double[][] expected =
          service.query(examples.rows(), examples.labels(), Objective::probability).gradients();
      double[][] actual =
          new VanillaGradient()
              .explain(service, examples, Target.label().withOutput(Output.PROBABILITY))
              .attributions();
      for (int i = 0; i < expected.length; i++) {
        assertThat(actual[i]).containsExactly(expected[i], within(1e-14));
      }
    }
  }

  @Test
  void inputs_without_a_finite_answer_are_refused_by_id() {
    try (GradientService service = Models.exact(Models.linear()).build()) {
      Examples bad =
          Examples.of(
              new double[][] {{1, 1, 1}, {1, Double.POSITIVE_INFINITY, 1}},
              new int[] {0, 0},
              new long[] {11, 12});
      assertThatThrownBy(() -> new VanillaGradient().explain(service, bad, Target.predicted()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("example 12");
      assertThatThrownBy(() -> new VanillaGradient().explain(service, bad, Target.label()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("example 12");
    }
  }

  @Test
  void targets_are_read_and_written() {
    assertThat(Target.parse("predicted", "logit")).isEqualTo(Target.predicted());
    assertThat(Target.parse("label", "margin")).isEqualTo(Target.label().withOutput(Output.MARGIN));
    assertThat(Target.parse("3", "probability").text()).isEqualTo("3");
    assertThat(Target.label().text()).isEqualTo("label");
    assertThat(Target.predicted().text()).isEqualTo("predicted");
    assertThatThrownBy(() -> Target.parse("-1", "logit")).hasMessageContaining("was -1");
    assertThatThrownBy(() -> Target.parse("0", "loss")).hasMessageContaining("margin but was loss");
  }
}
