package io.sextant.explainers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.Examples;
import io.sextant.gradients.Feature;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.Meter;
import io.sextant.gradients.graph.Function;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class MfabaTest {
  private static final Mfaba DEFAULT = Mfaba.DEFAULT;
  private static final InputDomain WIDE = InputDomain.box(3, -99, 99);

  private static double sum(double[] values) {
    return Arrays.stream(values).sum();
  }

  @Test
  void a_linear_model_loses_its_weights_times_the_moves_until_the_class_changes() {
    // Logits (1, 0.5, -1) x + 0.25 and (-2, 3, 4) x - 0.5; at (1, 0, 0) they are 1.25 and -2.5.
    try (GradientService service = Models.exact(Models.linear()).domain(WIDE).build()) {
      // A step of 0.1 takes 0.25 from logit 0 and adds 0.1 (2 - 3 + 4) to logit 1: 3.75 needs 7.
      Explanations found =
          DEFAULT
              .withStepSize(0.1)
              .explain(service.as("m"), Models.one(1, 0, 0), Target.predicted());
      assertThat(found.attributions()[0])
          .containsExactly(new double[] {0.7, 0.35, 0.7}, within(1e-9));
      Certificate c = found.certificates().get(0);
      assertThat(c.target()).isZero();
      assertThat(c.fInput() - c.fBaseline().orElseThrow()).isCloseTo(7 * 0.25, within(1e-9));
      assertThat(c.gap().orElseThrow()).isCloseTo(0, within(1e-9));
      assertThat(c.nodes()).isEqualTo(8);
      assertThat(service.meter().counts()).containsEntry("m", new Meter.Count(8, 8));
      assertThat(found.remarks()).isEmpty();
    }
  }

  @Test
  void steps_along_the_gradient_have_its_direction_and_the_length_asked_for() {
    try (GradientService service = Models.exact(Models.linear()).domain(WIDE).build()) {
      Explanations found =
          DEFAULT
              .withStepSize(0.3)
              .withSteps(1)
              .withDirection(Mfaba.Direction.GRADIENT)
              .explain(service, Models.one(0, 1, 1), Target.fixed(1));
      double length = Math.sqrt(29);
      assertThat(found.attributions()[0])
          .containsExactly(
              new double[] {0.3 * 4 / length, 0.3 * 9 / length, 0.3 * 16 / length}, within(1e-9));
      // The class did not change on so short a way.
      assertThat(found.remarks()).hasSize(1);
      assertThat(found.remarks().get(0)).contains("before the decision changed");
    }
  }

  @Test
  void attributions_add_up_to_what_was_lost_on_the_way_up_to_the_steps() {
    // Exact for squares; for cubes the error falls with the square of the step.
    try (GradientService squares = Models.exact(Models.square(2)).build();
        GradientService cubes = Models.exact(Models.cube(2)).build()) {
      assertThat(gap(squares, 0.05, 10)).isCloseTo(0, within(1e-12));
      double coarse = gap(cubes, 0.05, 10);
      double fine = gap(cubes, 0.025, 20);
      assertThat(Math.abs(coarse)).isGreaterThan(1e-5);
      assertThat(coarse / fine).isCloseTo(4, within(0.01));
    }
  }

  private static double gap(GradientService service, double stepSize, int steps) {
    Explanations found =
        DEFAULT
            .withStepSize(stepSize)
            .withSteps(steps)
            .explain(service, Models.one(0.9, 0.1), Target.fixed(0));
    Certificate c = found.certificates().get(0);
    assertThat(c.gap().orElseThrow())
        .isCloseTo(
            sum(found.attributions()[0]) - (c.fInput() - c.fBaseline().orElseThrow()),
            within(1e-12));
    return c.gap().orElseThrow();
  }

  @Test
  void paths_end_where_the_decision_changes() {
    Examples examples = Models.examples(20, 6, 3, 4);
    try (GradientService service =
        Models.exact(Models.network(new Function.Tanh(), 4))
            .domain(InputDomain.box(6, -2, 2))
            .build()) {
      Explanations found = DEFAULT.withSteps(400).explain(service, examples, Target.predicted());
      assertThat(found.remarks()).isEmpty();
      for (Certificate c : found.certificates()) {
        assertThat(c.fBaseline().orElseThrow()).isLessThan(c.fInput());
        assertThat(c.nodes()).isLessThan(400);
        assertThat(Math.abs(c.gap().orElseThrow()))
            .isLessThan(0.01 * (c.fInput() - c.fBaseline().orElseThrow()));
      }
    }
  }

  @Test
  void what_must_not_move_gets_nothing_and_bounds_hold() {
    InputDomain table =
        InputDomain.of(
            List.of(
                new Feature("up", Feature.Kind.REAL, -9, 9, 1, true, Feature.Direction.INCREASE),
                new Feature("fixed", Feature.Kind.REAL, -9, 9, 1, false, Feature.Direction.BOTH),
                new Feature("wide", Feature.Kind.REAL, -9, 9, 100, true, Feature.Direction.BOTH)),
            List.of());
    try (GradientService service = Models.exact(Models.linear()).domain(table).build()) {
      // Logit 0 falls when the first value falls, which it may not, and when the third one rises,
      // by 100 times the step and no farther than 9.
      Explanations found =
          DEFAULT
              .withStepSize(0.01)
              .withSteps(3)
              .explain(service, Models.one(1, 1, 7.5), Target.fixed(0));
      assertThat(found.attributions()[0]).containsExactly(new double[] {0, 0, 1.5}, within(1e-9));
      // At the bound nothing moves any more, and nothing more is asked.
      assertThat(found.certificates().get(0).nodes()).isEqualTo(3);
    }
    InputDomain groups =
        InputDomain.of(
            List.of(
                new Feature("a", Feature.Kind.BINARY, 0, 1, 1, true, Feature.Direction.BOTH),
                new Feature("b", Feature.Kind.BINARY, 0, 1, 1, true, Feature.Direction.BOTH),
                Feature.real("real", -9, 9)),
            List.of(new InputDomain.OneHot("group", List.of(0, 1))));
    try (GradientService service = Models.exact(Models.linear()).domain(groups).build()) {
      double[] found =
          DEFAULT
              .withSteps(2)
              .explain(service, Models.one(1, 0, 0), Target.fixed(0))
              .attributions()[0];
      assertThat(found).containsExactly(new double[] {0, 0, 0.02}, within(1e-9));
    }
  }

  @Test
  void without_a_gradient_there_is_no_way_and_nothing_is_certified() {
    try (GradientService service = Models.exact(Models.bump(2, 3, 0)).build()) {
      Explanations found = DEFAULT.explain(service, Models.one(1, 1, 1), Target.fixed(0));
      assertThat(found.attributions()[0]).containsOnly(0);
      assertThat(found.certificates().get(0).toleranceMet()).contains(false);
      assertThat(found.certificates().get(0).nodes()).isEqualTo(1);
    }
  }

  @Test
  void bad_settings_are_refused() {
    assertThatThrownBy(() -> DEFAULT.withSteps(0)).hasMessageContaining("steps must be");
    assertThatThrownBy(() -> DEFAULT.withStepSize(0)).hasMessageContaining("step-size must be");
  }
}
