package io.sextant.adaptation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.GradientService;
import io.sextant.gradients.Logits;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.graph.Moments;
import io.sextant.gradients.graph.Shape;
import io.sextant.methods.Passes;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Adaptation of the input: by gradients, and by an evolution strategy. */
class InputMapTest {
  @Test
  void the_identity_changes_nothing() {
    double[][] rows = Models.rows(2, 2 * 3 * 4, 0, 1);
    InputMap map = InputMap.of(Shape.of(2, 3, 4), 3);
    assertThat(map.identity()).hasSize(2 + 2 * 9);
    assertThat(map.apply(rows, map.identity())).isDeepEqualTo(rows);
  }

  @Test
  void shifts_are_those_of_the_corners_and_bilinear_between() {
    InputMap map = InputMap.of(Shape.of(1, 3, 3), 2);
    double[] parameters = {2, 10, 20, 30, 60};
    double[] mapped = map.apply(new double[][] {{1, 1, 1, 1, 1, 1, 1, 1, 1}}, parameters)[0];
    assertThat(mapped).containsExactly(12, 17, 22, 22, 32, 42, 32, 47, 62);
  }

  @Test
  void columns_of_a_table_have_a_scale_and_a_shift_each() {
    InputMap map = InputMap.of(Shape.of(2), 4);
    assertThat(map.apply(new double[][] {{1, 1}}, new double[] {2, 3, 10, 20})[0])
        .containsExactly(12, 23);
  }

  /** Where it began, moved by the learning rate against the gradient of the mean ratio. */
  @Test
  void affine_follows_the_gradient_of_scales_and_shifts() {
    double[][] rows = Models.rows(6, 3, 0.3, 2);
    try (GradientService service = Models.exact(Models.plain(4));
        AdaptedModel model = AdaptedModel.of(service, new Affine(Optimizer.Rule.SGD, 0.1, 9))) {
      Turn turn = model.stream(6).snapshot().learner().take(rows);
      InputMap map = InputMap.of(Shape.of(3), 1);
      double[] expected = map.identity();
      for (int k = 0; k < expected.length; k++) {
        double[] up = map.identity();
        double[] down = map.identity();
        up[k] += 1e-5;
        down[k] -= 1e-5;
        double slope =
            (ratio(service, map.apply(rows, up)) - ratio(service, map.apply(rows, down)));
        expected[k] -= 0.1 * slope / 2e-5;
      }
      assertThat(turn.parameters().values()).containsExactly(expected, within(1e-6));
      assertThat(model.stream(6).predict(rows).passes()).isEqualTo(new Passes(6, 6));
    }
  }

  private static double ratio(GradientService service, double[][] rows) {
    return Arrays.stream(service.logits(rows))
        .mapToDouble(row -> Confidence.softLikelihoodRatio().evaluate(row, new double[3]))
        .average()
        .orElseThrow();
  }

  @Test
  void the_strategy_finds_the_minimum_of_an_ellipsoid() {
    EvolutionStrategy strategy = EvolutionStrategy.at(new double[] {3, -2, 1, 4}, 0.5);
    for (int generation = 0; generation < 200; generation++) {
      double[][] points = strategy.ask(12, RandomKey.of(3).with(generation).random());
      double[] losses = new double[points.length];
      for (int i = 0; i < points.length; i++) {
        for (int k = 0; k < 4; k++) {
          losses[i] += Math.pow(100, k / 3.0) * points[i][k] * points[i][k];
        }
      }
      strategy = strategy.tell(points, losses);
    }
    assertThat(strategy.mean()).containsExactly(new double[4], within(1e-4));
    // It has learnt that the last coordinate is the steepest.
    assertThat(strategy.variances()[3]).isLessThan(strategy.variances()[0] / 5);
  }

  /**
   * Entropies ln 2 each; means 2 and 0 off the source's 0 and 0, deviations 1 for 2 and 0 for 0.
   */
  @Test
  void the_loss_of_foa_is_entropy_and_distance_of_the_features() {
    Seen seen = new Seen(new double[][] {{5, 5}, {-1, -1}}, new double[][] {{1, 0}, {3, 0}});
    Moments source = new Moments(new double[] {0, 0}, new double[] {4, 0});
    Moments batch = Moments.of(seen.features(), 2);
    assertThat(new Foa().loss(seen, batch, source))
        .isCloseTo(2 * Math.log(2) + 0.4 * 2 / 64 * (2 * 2 + 1), within(1e-12));
    Seen one = new Seen(new double[][] {{5, 5}}, new double[][] {{1, 0}});
    assertThat(new Foa().loss(one, Moments.of(one.features(), 2), source))
        .isCloseTo(Math.log(2) + 0.4 / 64, within(1e-12));
  }

  @Test
  void foa_undoes_a_shift_of_all_inputs() {
    double[][] source = Models.rows(200, 3, 0, 5);
    try (GradientService service = Models.exact(Models.plain(4));
        AdaptedModel model = AdaptedModel.of(service, new Foa(27, 1000, 1, 0.3), source)) {
      AdaptedStream stream = model.stream(50);
      int agree = 0;
      int before = 0;
      for (int batch = 0; batch < 20; batch++) {
        double[][] clean = Models.rows(50, 3, 0, 100 + batch);
        double[][] moved =
            InputMap.of(Shape.of(3), 1).apply(clean, new double[] {1, 1, 1, 1, 1, 1});
        int[] decisions = stream.predict(moved).decisions();
        double[][] truth = service.logits(clean);
        double[][] frozen = service.logits(moved);
        for (int i = 0; i < 50 && batch >= 10; i++) {
          int label = Logits.decision(truth[i]);
          agree += decisions[i] == label ? 1 : 0;
          before += Logits.decision(frozen[i]) == label ? 1 : 0;
        }
      }
      assertThat(agree).isGreaterThan(before + 25);
    }
  }
}
