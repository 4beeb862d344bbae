package io.sextant.explainers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Meter;
import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class IdgiTest {
  private static final Idgi FROM_ZERO = Idgi.DEFAULT.withBaseline(new Baseline.Zero());

  @Test
  void a_linear_model_is_shared_out_by_the_squares_of_its_weights() {
    try (GradientService service = Models.exact(Models.linear()).build()) {
      Explanations found = FROM_ZERO.explain(service, Models.one(1, 2, -3), Target.fixed(1));
      double change = -2 + 6 - 12;
      assertThat(found.attributions()[0])
          .containsExactly(
              new double[] {4 / 29.0 * change, 9 / 29.0 * change, 16 / 29.0 * change},
              within(1e-12));
    }
  }

  @Test
  void a_square_has_its_closed_form() {
    // The gradient points along (x_1, 0): all of x_1^2 goes to the first value.
    try (GradientService service = Models.exact(Models.square(2)).build()) {
      assertThat(FROM_ZERO.explain(service, Models.one(3, 4), Target.fixed(0)).attributions()[0])
          .containsExactly(new double[] {9, 0}, within(1e-12));
    }
  }

  @Test
  void it_adds_up_however_few_steps_and_says_that_this_proves_nothing() {
    Examples examples = Models.examples(10, 6, 3, 2);
    try (GradientService service = Models.exact(Models.network(new Function.Relu(), 2)).build()) {
      for (int steps : new int[] {1, 2, 50}) {
        Explanations found =
            FROM_ZERO.withSteps(steps).explain(service, examples, Target.predicted());
        for (int i = 0; i < examples.size(); i++) {
          Certificate c = found.certificates().get(i);
          assertThat(Arrays.stream(found.attributions()[i]).sum())
              .isCloseTo(c.fInput() - c.fBaseline().orElseThrow(), within(1e-9));
          assertThat(c.gap()).isEmpty();
          assertThat(c.toleranceMet()).isEmpty();
        }
        assertThat(found.remarks()).hasSize(1);
        assertThat(found.remarks().get(0)).contains("by construction").contains("proves nothing");
      }
    }
  }

  @Test
  void where_the_gradient_is_zero_the_one_at_the_end_of_the_piece_shares_the_change() {
    // Up between 0.5 and 0.55. Pieces of 0.52 have no gradient at 0, and one at their end.
    try (GradientService service = Models.exact(Models.bump(0.5, 9, 0)).build()) {
      Explanations found =
          FROM_ZERO.withSteps(1).explain(service, Models.one(0.52, 0.3, 0.1), Target.fixed(0));
      assertThat(found.attributions()[0]).containsExactly(new double[] {0.4, 0, 0}, within(1e-5));
      assertThat(found.certificates().get(0).toleranceMet()).isEmpty();
    }
  }

  @Test
  void a_change_between_two_zero_gradients_belongs_to_no_value_and_is_told() {
    try (GradientService service = Models.exact(Models.bump(0.5, 9, 0)).build()) {
      Explanations found =
          FROM_ZERO.withSteps(1).explain(service, Models.one(1, 1, 1), Target.fixed(0));
      assertThat(found.attributions()[0]).containsOnly(0);
      assertThat(found.certificates().get(0).toleranceMet()).contains(false);
      // Finer steps see it.
      Explanations finer =
          FROM_ZERO.withSteps(100).explain(service, Models.one(1, 1, 1), Target.fixed(0));
      assertThat(finer.attributions()[0]).containsExactly(new double[] {1, 0, 0}, within(1e-9));
      assertThat(finer.certificates().get(0).toleranceMet()).isEmpty();
    }
  }

  @Test
  void a_path_without_any_gradient_is_told() {
    // Nothing happens below 0.5.
    try (GradientService service = Models.exact(Models.bump(0.5, 9, 0)).build()) {
      Explanations found =
          FROM_ZERO.withSteps(4).explain(service, Models.one(0.2, 0.2, 0.2), Target.fixed(0));
      assertThat(found.attributions()[0]).containsOnly(0);
      assertThat(found.certificates().get(0).toleranceMet()).contains(false);
    }
  }

  @Test
  void gradients_whose_squares_vanish_still_have_a_direction() {
    Parameter w = new Parameter("w", Shape.of(2, 2));
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(2));
    InferenceGraph tiny =
        builder
            .weights(w, new double[] {3e-200, 0, 4e-200, 0})
            .build(builder.add("d", new Operation.Affine(w, Optional.empty()), builder.input()));
    try (GradientService service = Models.exact(tiny).build()) {
      double[] found =
          FROM_ZERO.explain(service, Models.one(1, 1), Target.fixed(0)).attributions()[0];
      assertThat(found[0] / 7e-200).isCloseTo(9 / 25.0, within(1e-9));
      assertThat(found[1] / 7e-200).isCloseTo(16 / 25.0, within(1e-9));
    }
  }

  @Test
  void a_gradient_for_each_point_of_the_path() {
    try (GradientService service = Models.exact(Models.square(2)).build()) {
      FROM_ZERO.withSteps(7).explain(service.as("named"), Models.copies(3, 1, 2), Target.label());
      FROM_ZERO
          .withSteps(7)
          .explain(service.as("found"), Models.copies(3, 1, 2), Target.predicted());
      assertThat(service.meter().counts())
          .containsEntry("named", new Meter.Count(24, 24))
          .containsEntry("found", new Meter.Count(27, 24));
    }
  }

  @Test
  void bad_settings_are_refused() {
    assertThatThrownBy(() -> FROM_ZERO.withSteps(0)).hasMessageContaining("steps must be");
  }
}
