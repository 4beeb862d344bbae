package io.sextant.attacks.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.attacks.ExampleResult;
import io.sextant.attacks.Outcome;
import io.sextant.attacks.ThreatModel;
import io.sextant.gradients.GradientService;
import io.sextant.methods.Passes;
import io.sextant.results.Norm;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpsaTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void on_a_linear_model_it_comes_near_the_optimum_of_ball_and_box(long seed) {
    Plane plane = Plane.of(16, 0, 1, 50, seed);
    try (GradientService service = plane.service()) {
      ThreatModel threat = ThreatModel.of(Norm.LINF, "0.1");
      ExampleResult result =
          Spsa.DEFAULT.withSteps(60).run(service, plane.example(), threat, 1).examples().get(0);
      assertThat(result.outcome()).isEqualTo(new Outcome.Held());
      double start = plane.score(plane.row());
      double best = plane.highest(threat.radius(), false);
      assertThat(plane.score(result.input()) - start)
          .isBetween(0.97 * (best - start), (best - start) * (1 + 1e-6));
      assertThat(Objects.requireNonNull(service.meter().counts().get("spsa")).backwards()).isZero();
      assertThat(result.forwards()).isEqualTo(1 + 60 * 128 + 1);
      assertThat(Spsa.DEFAULT.withSteps(60).passes(2, 16))
          .isEqualTo(new Passes(result.forwards(), 0));
    }
  }

  @Test
  void the_first_step_of_adam_is_as_long_as_its_rate() {
    // One feature: the estimate is exact, so the step is the sign times the rate.
    Plane plane = new Plane(new double[] {2}, -50, new double[] {0.5}, 0, 1);
    try (GradientService service = plane.service()) {
      Spsa attack = new Spsa(1, 2, 1e-4, 0.01);
      ExampleResult result =
          attack
              .run(service, plane.example(), ThreatModel.of(Norm.LINF, "0.1"), 1)
              .examples()
              .get(0);
      assertThat(result.input()[0]).isCloseTo(0.51, within(1e-6));
    }
  }

  @Test
  void samples_come_in_pairs() {
    assertThatThrownBy(() -> new Spsa(10, 5, 0.01, 0.01))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("even")
        .hasMessageContaining("5");
  }
}
