package io.sextant.explainers.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.explainers.Baseline;
import io.sextant.explainers.Explainers;
import io.sextant.explainers.Explanations;
import io.sextant.explainers.NoiseScale;
import io.sextant.explainers.Target;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Meter;
import io.sextant.gradients.Tape;
import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Shape;
import org.junit.jupiter.api.Test;

class ExpectedGradCamTest {
  private static final Cam RAW = Cam.DEFAULT.withRelu(false).withResize(false);
  private static final ExpectedGradCam PLAIN =
      new ExpectedGradCam()
          .withCam(RAW)
          .withBaseline(new Baseline.Zero())
          .withNoise(NoiseScale.absolute(0));

  @Test
  void where_the_gradient_is_the_same_everywhere_it_is_grad_cam_without_an_error() {
    InferenceGraph graph = Nets.pooled(1);
    Examples examples = Nets.examples(graph, 5, 1);
    try (GradientService service = Nets.exact(graph).build()) {
      for (Cam cam : new Cam[] {RAW, Cam.DEFAULT}) {
        Explanations expected = new GradCam(cam).explain(service, examples, Target.label());
        Explanations found =
            new ExpectedGradCam().withCam(cam).explain(service, examples, Target.label());
        assertThat(found.shape()).isEqualTo(expected.shape());
        for (int i = 0; i < 5; i++) {
          assertThat(found.attributions()[i])
              .containsExactly(expected.attributions()[i], within(1e-12));
          assertThat(found.certificates().get(i).standardError().orElseThrow())
              .isCloseTo(0, within(1e-12));
        }
      }
    }
  }

  /** The mean over the line of the mean gradients, by the midpoint rule. */
  private static double[] slow(GradientService service, double[] row, int label) {
    int nodes = 500;
    double[] weights = new double[Nets.CHANNELS];
    for (int k = 0; k < nodes; k++) {
      double[] point = row.clone();
      for (int i = 0; i < point.length; i++) {
        point[i] *= (k + 0.5) / nodes;
      }
      try (Tape tape = service.record(new double[][] {point})) {
        double[][] cotangent = new double[1][Nets.CLASSES];
        cotangent[0][label] = 1;
        double[] gradient = tape.pullback(cotangent, "maps")[0];
        for (int v = 0; v < gradient.length; v++) {
          weights[v / 12] += gradient[v] / 12 / nodes;
        }
      }
    }
    try (Tape tape = service.record(new double[][] {row})) {
      double[] maps = tape.activation("maps")[0];
      double[] map = new double[12];
      for (int v = 0; v < maps.length; v++) {
        map[v % 12] += weights[v / 12] * maps[v];
      }
      return map;
    }
  }

  @Test
  void without_noise_it_estimates_the_mean_over_the_line_within_its_errors() {
    InferenceGraph graph = Nets.deep(new Function.Tanh(), 2);
    Examples examples = Nets.examples(graph, 2, 2);
    try (GradientService service = Nets.exact(graph).build()) {
      Explanations found = PLAIN.withDraws(2000).explain(service, examples, Target.label());
      double[][] ends = new GradCam(RAW).explain(service, examples, Target.label()).attributions();
      for (int i = 0; i < 2; i++) {
        double[] expected = slow(service, examples.row(i), examples.label(i));
        double[] errors = found.standardErrors().orElseThrow()[i];
        for (int p = 0; p < 12; p++) {
          assertThat(found.attributions()[i][p]).isCloseTo(expected[p], within(4.5 * errors[p]));
          assertThat(errors[p]).isBetween(1e-6, 0.1);
        }
        assertThat(found.attributions()[i]).isNotEqualTo(ends[i]);
      }
    }
  }

  @Test
  void errors_fall_with_the_root_of_the_draws_and_noise_adds_to_them() {
    InferenceGraph graph = Nets.deep(new Function.Tanh(), 3);
    Examples one = Nets.examples(graph, 1, 3);
    try (GradientService service = Nets.exact(graph).build()) {
      double few = error(PLAIN.withDraws(100), service, one);
      double many = error(PLAIN.withDraws(1600), service, one);
      assertThat(few / many).isBetween(3.0, 5.3);
      assertThat(error(PLAIN.withDraws(1600).withNoise(NoiseScale.absolute(2)), service, one))
          .isNotCloseTo(many, within(0.01 * many));
    }
  }

  private static double error(ExpectedGradCam explainer, GradientService service, Examples one) {
    return explainer
        .explain(service, one, Target.label())
        .certificates()
        .get(0)
        .standardError()
        .orElseThrow();
  }

  @Test
  void draws_are_named_by_seed_and_example_alone() {
    InferenceGraph graph = Nets.deep(new Function.Tanh(), 4);
    double[] row = Nets.examples(graph, 1, 4).row(0);
    Examples twins = Examples.of(new double[][] {row, row}, new int[2], new long[] {3, 4});
    try (GradientService service = Nets.exact(graph).build()) {
      ExpectedGradCam noisy = new ExpectedGradCam().withCam(RAW).withDraws(6);
      double[][] both = noisy.explain(service, twins, Target.label()).attributions();
      assertThat(both[0]).isNotEqualTo(both[1]);
      assertThat(noisy.explain(service, twins.at(1), Target.label()).attributions()[0])
          .containsExactly(both[1], within(1e-12));
      assertThat(noisy.withSeed(43).explain(service, twins, Target.label()).attributions()[0])
          .isNotEqualTo(both[0]);
    }
  }

  @Test
  void each_draw_costs_a_pass_and_the_feature_maps_one_forward() {
    InferenceGraph graph = Nets.deep(new Function.Relu(), 5);
    Examples examples = Nets.examples(graph, 3, 5);
    try (GradientService service = Nets.exact(graph).build()) {
      Explanations found =
          new ExpectedGradCam()
              .withDraws(6)
              .explain(service.as("expected"), examples, Target.predicted());
      assertThat(service.meter().counts()).containsEntry("expected", new Meter.Count(21, 18));
      assertThat(found.shape()).isEqualTo(Shape.of(6, 5));
      assertThat(found.standardErrors().orElseThrow()).hasDimensions(3, 30);
      assertThat(found.certificates().get(0).nodes()).isEqualTo(6);
      for (double value : found.attributions()[1]) {
        assertThat(value).isNotNegative();
      }
    }
  }

  @Test
  void settings_are_checked_and_lead_back() {
    assertThatThrownBy(() -> PLAIN.withDraws(1)).hasMessageContaining("2..100000");
    ExpectedGradCam other =
        PLAIN.withCam(RAW.withLayer(LayerChoice.named("x"))).withSeed(5).withDraws(7);
    assertThat(Explainers.create(other.name(), other.configuration())).isEqualTo(other);
  }
}
