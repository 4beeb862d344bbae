package io.sextant.explainers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Meter;
import io.sextant.gradients.Objective;
import io.sextant.gradients.graph.Function;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class GuidedIgTest {
  private static final GuidedIg FROM_ZERO = GuidedIg.DEFAULT.withBaseline(new Baseline.Zero());

  private static double[] gradient(GradientService service, double[] point) {
    return service.query(new double[][] {point}, new int[] {0}, Objective::logit).gradients()[0];
  }

  /** The definition, in units of the input and as slow as it comes. */
  private static double[] slowly(
      GradientService service, double[] x, double[] start, GuidedIg how) {
    int n = x.length;
    double[] at = start.clone();
    double[] attribution = new double[n];
    double whole = distance(x, start);
    for (int step = 1; step <= how.steps(); step++) {
      double[] gradient = gradient(service, at);
      double alpha = (double) step / how.steps();
      double[] low = new double[n];
      double[] high = new double[n];
      for (int i = 0; i < n; i++) {
        low[i] = start[i] + Math.max(0, alpha - how.maxDistance()) * (x[i] - start[i]);
        high[i] = start[i] + Math.min(1, alpha + how.maxDistance()) * (x[i] - start[i]);
      }
      double[] before = at.clone();
      for (int i = 0; i < n; i++) {
        if (Math.abs(at[i] - x[i]) > Math.abs(low[i] - x[i])) {
          at[i] = low[i];
        }
      }
      double wanted = whole * (1 - alpha);
      while (distance(x, at) - wanted > 1e-10) {
        double[] sizes = new double[n];
        for (int i = 0; i < n; i++) {
          boolean done = Math.abs(at[i] - high[i]) < 1e-13;
          sizes[i] = done ? Double.POSITIVE_INFINITY : Math.abs(gradient[i]);
        }
        double[] sorted = sizes.clone();
        Arrays.sort(sorted);
        double threshold = sorted[(int) (how.fraction() * (n - 1))];
        double room = 0;
        for (int i = 0; i < n; i++) {
          room += sizes[i] <= threshold && sizes[i] < 1e300 ? Math.abs(at[i] - high[i]) : 0;
        }
        double part = Math.min(1, (distance(x, at) - wanted) / room);
        for (int i = 0; i < n; i++) {
          if (sizes[i] <= threshold && sizes[i] < 1e300) {
            at[i] = part == 1 ? high[i] : at[i] + part * (high[i] - at[i]);
          }
        }
      }
      for (int i = 0; i < n; i++) {
        attribution[i] += (at[i] - before[i]) * gradient[i];
      }
    }
    return attribution;
  }

  private static double distance(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.abs(a[i] - b[i]);
    }
    return sum;
  }

  @Test
  void it_is_what_its_definition_says() {
    Examples examples = Models.examples(4, 6, 3, 5);
    for (Function function : List.of(new Function.Tanh(), new Function.Relu())) {
      try (GradientService service = Models.exact(Models.network(function, 5)).build()) {
        for (GuidedIg how :
            List.of(
                FROM_ZERO.withSteps(20).withMaxDistance(0.1),
                FROM_ZERO.withSteps(50).withMaxDistance(0.02),
                FROM_ZERO.withSteps(10).withFraction(0.5).withMaxDistance(1),
                FROM_ZERO.withSteps(7).withFraction(0).withMaxDistance(0.3))) {
          Explanations found = how.explain(service, examples, Target.fixed(0));
          for (int i = 0; i < examples.size(); i++) {
            assertThat(found.attributions()[i])
                .containsExactly(
                    slowly(service, examples.row(i), new double[6], how), within(1e-7));
          }
        }
      }
    }
  }

  @Test
  void when_all_values_move_together_it_is_the_left_sum_on_the_straight_line() {
    try (GradientService service = Models.exact(Models.network(new Function.Tanh(), 1)).build()) {
      double[] x = {0.5, -0.25, 0.75, 1, -1, 0.125};
      double[] expected = new double[6];
      for (int k = 0; k < 8; k++) {
        double[] point = new double[6];
        for (int i = 0; i < 6; i++) {
          point[i] = k / 8.0 * x[i];
        }
        double[] gradient = gradient(service, point);
        for (int i = 0; i < 6; i++) {
          expected[i] += x[i] * gradient[i] / 8;
        }
      }
      for (GuidedIg how : List.of(FROM_ZERO.withFraction(1), FROM_ZERO.withMaxDistance(0))) {
        assertThat(
                how.withSteps(8).explain(service, Models.one(x), Target.fixed(0)).attributions()[0])
            .containsExactly(expected, within(1e-9));
      }
    }
  }

  @Test
  void small_gradients_are_passed_first() {
    // At (0.5, 0.1) the product's slopes are 0.1 and 0.5: the first value moves all its way first,
    // from 0.5 to 1 at a slope of 0.1; the second then meets a slope of 1.
    try (GradientService service = Models.exact(Models.product()).build()) {
      Explanations found =
          GuidedIg.DEFAULT
              .withMaxDistance(1)
              .withFraction(0)
              .withSteps(1000)
              .withBaseline(new Baseline.Given("b", List.of(0.5, 0.1)))
              .explain(service, Models.one(1, 0.6), Target.fixed(0));
      assertThat(found.attributions()[0])
          .containsExactly(new double[] {0.5 * 0.1, 0.5 * 1.0}, within(2e-3));
    }
  }

  @Test
  void more_steps_close_the_gap_which_is_stated() {
    try (GradientService service = Models.exact(Models.cube(2)).build()) {
      double coarse = gap(service, 20);
      double fine = gap(service, 200);
      assertThat(Math.abs(coarse)).isGreaterThan(0.05);
      assertThat(Math.abs(fine)).isLessThan(0.15 * Math.abs(coarse));
    }
  }

  private static double gap(GradientService service, int steps) {
    Explanations found =
        FROM_ZERO.withSteps(steps).explain(service, Models.one(1, 0.5), Target.fixed(0));
    Certificate c = found.certificates().get(0);
    double sum = Arrays.stream(found.attributions()[0]).sum();
    assertThat(c.fBaseline()).hasValue(0);
    assertThat(c.gap().orElseThrow()).isCloseTo(sum - c.fInput(), within(1e-12));
    assertThat(c.toleranceMet()).isEmpty();
    return c.gap().orElseThrow();
  }

  @Test
  void a_gradient_for_each_step_and_one_forward() {
    try (GradientService service = Models.exact(Models.cube(2)).build()) {
      FROM_ZERO.withSteps(9).explain(service.as("g"), Models.copies(3, 1, 0.5), Target.predicted());
      assertThat(service.meter().counts()).containsEntry("g", new Meter.Count(30, 27));
    }
  }

  @Test
  void an_input_equal_to_its_baseline_gets_nothing_and_without_a_gradient_nothing_is_certified() {
    try (GradientService service = Models.exact(Models.bump(2, 3, 0)).build()) {
      Explanations still = FROM_ZERO.explain(service, Models.one(0, 0, 0), Target.fixed(0));
      assertThat(still.attributions()[0]).containsOnly(0);
      assertThat(still.certificates().get(0).toleranceMet()).isEmpty();
      Explanations blank = FROM_ZERO.explain(service, Models.one(1, 0, 1), Target.fixed(0));
      assertThat(blank.attributions()[0]).containsOnly(0);
      assertThat(blank.certificates().get(0).toleranceMet()).contains(false);
    }
  }

  @Test
  void bad_settings_are_refused() {
    assertThatThrownBy(() -> FROM_ZERO.withSteps(0)).hasMessageContaining("steps");
    assertThatThrownBy(() -> FROM_ZERO.withFraction(1.5)).hasMessageContaining("fraction");
    assertThatThrownBy(() -> FROM_ZERO.withMaxDistance(-1)).hasMessageContaining("max-distance");
  }
}
