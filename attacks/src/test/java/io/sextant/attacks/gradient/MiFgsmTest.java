package io.sextant.attacks.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.attacks.Attack;
import io.sextant.attacks.ExampleResult;
import io.sextant.attacks.Models;
import io.sextant.attacks.Outcome;
import io.sextant.attacks.Searching;
import io.sextant.attacks.Start;
import io.sextant.attacks.StepSize;
import io.sextant.attacks.ThreatModel;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.results.Norm;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MiFgsmTest {
  private static ExampleResult run(
      Attack attack, InferenceGraph graph, ThreatModel threat, double... row) {
    try (GradientService service = Models.exact(graph)) {
      return attack
          .run(service, Examples.of(new double[][] {row}, new int[] {0}, new long[] {5}), threat, 9)
          .examples()
          .get(0);
    }
  }

  /** f = x0 up to 0.35, then falls at 20 times that; and half of x1: a sum of signs goes back. */
  private static InferenceGraph ridge() {
    return Models.layers(
        new Models.Layer(new double[][] {{1, 1, 0}, {0, 0, 1}}, new double[] {0, -0.35, 0}),
        new Models.Layer(new double[][] {{0, 1}, {0, -1.2}, {0, 0.5}}, new double[] {40, 0}));
  }

  /** m = mu m + g / |g|1, x = x + a sign(m), by hand on the ridge. */
  @ParameterizedTest
  @ValueSource(doubles = {0.3, 1, 2})
  void it_follows_the_sign_of_the_sum_of_gradients_and_not_the_sum_of_signs(double decay) {
    List<double[]> points = new ArrayList<>();
    MiFgsm attack =
        new MiFgsm().withSteps(8).withStepSize(new StepSize.Absolute(0.0625)).withDecay(decay);
    run(Searching.traced(attack, points), ridge(), ThreatModel.of(Norm.LINF, "0.4"), 0.25, 0.25);
    double[] x = {0.25, 0.25};
    double[] m = {0, 0};
    assertThat(points).hasSize(9);
    for (double[] asked : points) {
      assertThat(asked).containsExactly(x, within(1e-6));
      double[] g = {x[0] > 0.35 ? -0.2 : 1, 0.5};
      double size = Math.abs(g[0]) + Math.abs(g[1]);
      for (int i = 0; i < 2; i++) {
        m[i] = decay * m[i] + g[i] / size;
        x[i] = Math.min(0.65, Math.max(0, x[i] + 0.0625 * Math.signum(m[i])));
      }
    }
  }

  @Test
  void its_defaults_are_the_paper_s() {
    assertThat(new MiFgsm().configuration().toString())
        .isEqualTo("{steps=10, step-size=epsilon/10, decay=1.0, loss=cross-entropy}");
    assertThatThrownBy(() -> new MiFgsm().withDecay(0)).hasMessageContaining("decay");
  }

  @ParameterizedTest
  @EnumSource(names = "L0", mode = EnumSource.Mode.EXCLUDE)
  void a_gradient_of_zero_is_no_reason_for_numbers_that_are_none(Norm norm) {
    InferenceGraph dead =
        Models.layers(
            new Models.Layer(new double[][] {{-1}, {-1}}, new double[] {-1}),
            new Models.Layer(new double[][] {{0, 5}}, new double[] {1, 0}));
    ExampleResult result = run(new MiFgsm(), dead, ThreatModel.of(norm, "0.1"), 0.5, 0.25);
    assertThat(result.outcome()).isEqualTo(new Outcome.Held());
    assertThat(result.zeroGradientAtStart()).isTrue();
    assertThat(result.input()).containsExactly(0.5, 0.25);
    assertThat(result.backwards()).isEqualTo(1);
  }

  @Test
  void momentum_carries_it_over_a_plateau() {
    // f rises to 0.3, is flat up to 0.7, and rises again; adversarial from 0.8 on.
    InferenceGraph plateau =
        Models.hinges(-0.4, new double[] {0, 0.3, 0.7}, new double[] {1, -1, 1});
    ThreatModel threat = ThreatModel.of(Norm.LINF, "0.75");
    List<double[]> points = new ArrayList<>();
    ExampleResult result = run(Searching.traced(new MiFgsm(), points), plateau, threat, 0.125);
    assertThat(result.outcome()).isInstanceOf(Outcome.Broken.class);
    assertThat(points).anyMatch(x -> x[0] > 0.35 && x[0] < 0.65);
    assertThat(DoubleStream.of(result.input()).allMatch(Double::isFinite)).isTrue();
    assertThat(
            run(
                    Pgd.DEFAULT.withStart(Start.CLEAN).withStepSize("epsilon/10"),
                    plateau,
                    threat,
                    0.125)
                .outcome())
        .isEqualTo(new Outcome.Held());
  }
}
