package io.sextant.adaptation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.GradientService;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.graph.Statistics;
import io.sextant.gradients.graph.Statistics.Estimator;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the statistics of a batch are made of, as a setting of every method that takes them. */
class EstimatorTest {
  private static double[][] batch() {
    double[][] rows = Models.rows(15, 4, 0.5, 1);
    rows[3] = new double[] {40, -40, 40, -40};
    return rows;
  }

  private static Turn first(GradientService service, Adaptation method) {
    try (AdaptedModel model = AdaptedModel.of(service, method)) {
      return model.stream(15).snapshot().learner().take(batch());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tent", "eata", "sar", "rdumb", "roid"})
  void the_first_batch_is_predicted_as_by_its_statistics(String name) {
    try (GradientService service = Models.exact(Models.dense(4))) {
      double[][] mean = first(service, new Bn()).logits();
      for (Estimator estimator : Estimator.values()) {
        String setting = estimator.name().toLowerCase(Locale.ROOT).replace('_', '-');
        Adaptation method = Adaptations.create(name, Map.of("estimator", setting));
        double[][] bare = first(service, new Bn().withEstimator(estimator)).logits();
        double[][] expected = name.equals("roid") ? Roid.corrected(bare, Roid.mean(bare)) : bare;
        assertThat(first(service, method).logits()).isDeepEqualTo(expected);
        if (estimator != Estimator.MEAN) {
          assertThat(Math.abs(bare[0][0] - mean[0][0])).isGreaterThan(1e-3);
        }
      }
    }
  }

  /** Differences of the mean entropy under medians, scale by scale. */
  @ParameterizedTest
  @ValueSource(strings = {"MEDIAN", "MEDIAN_OF_SQUARES"})
  void steps_follow_the_gradient_under_the_same_statistics(Estimator estimator) {
    try (GradientService service = Models.exact(Models.dense(4));
        Networks networks = new Networks(service)) {
      LiveModel live =
          new LiveModel(networks, Optional.empty(), Double.POSITIVE_INFINITY, RandomKey.of(1));
      Statistics medians = Statistics.replaced().with(estimator);
      Parameters scales = networks.scales();
      double[] expected = scales.values().clone();
      for (int k = 0; k < expected.length; k++) {
        double[] up = scales.values().clone();
        double[] down = scales.values().clone();
        up[k] += 1e-5;
        down[k] -= 1e-5;
        double slope =
            (Predictions.entropy(live.look(batch(), medians, scales.to(up)).logits())
                    - Predictions.entropy(live.look(batch(), medians, scales.to(down)).logits()))
                / 2e-5;
        expected[k] -= 0.1 * slope;
      }
      Turn turn = first(service, new Tent(Optimizer.Rule.SGD, 0.1, estimator));
      assertThat(turn.parameters().values()).containsExactly(expected, within(1e-7));
      // The second slope of SAR is at all but the same place, and all rows are reliable.
      Sar sar = new Sar(Optimizer.Rule.SGD, 0.1, 2, 1e-9, 0, 0, estimator);
      assertThat(first(service, sar).parameters().values()).containsExactly(expected, within(1e-6));
    }
  }

  @Test
  void means_are_what_it_is_without_the_setting() {
    for (String name : Arrays.asList("bn", "tent", "eata", "sar", "rdumb", "roid")) {
      assertThat(((Renormalizing) Adaptations.create(name)).statistics())
          .isEqualTo(Statistics.replaced());
    }
    assertThat(new Bn().withAlpha(0).statistics()).isEqualTo(Statistics.stored());
  }
}
