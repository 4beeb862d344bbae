package io.sextant.adaptation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.GradientService;
import io.sextant.gradients.graph.Statistics;
import io.sextant.methods.Passes;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TentTest {
  /** x = -1, 1 is its own normal form; p = sigmoid(2y); dH/dy = -4 y p (1 - p). */
  @Test
  void first_update_is_that_of_a_hand_computed_case() {
    try (GradientService service = Models.exact(Models.one());
        AdaptedModel model =
            AdaptedModel.of(
                service, new Tent(Optimizer.Rule.SGD, 0.1, Statistics.Estimator.MEAN))) {
      AdaptedStream stream = model.stream(2);
      double[][] batch = {{-1}, {1}};
      Turn turn = stream.snapshot().learner().take(batch);
      double y = 1 / Math.sqrt(1 + Models.EPSILON);
      double p = 1 / (1 + Math.exp(-2 * y));
      assertThat(turn.logits()[1]).containsExactly(new double[] {y, -y}, within(1e-12));
      // The mean over both rows of dH/dy times the normal form; the rows' betas cancel.
      assertThat(turn.parameters().values())
          .containsExactly(new double[] {1 + 0.1 * 4 * y * p * (1 - p) * y, 0}, within(1e-9));
    }
  }

  @Test
  void first_step_of_adam_is_its_learning_rate() {
    try (GradientService service = Models.exact(Models.one());
        AdaptedModel model = AdaptedModel.of(service, new Tent())) {
      Turn turn = model.stream(2).snapshot().learner().take(new double[][] {{-1}, {1}});
      assertThat(turn.parameters().values()[0]).isCloseTo(1.001, within(1e-9));
    }
  }

  @Test
  void three_steps_are_those_of_a_slow_network_with_gradients_by_differences() {
    SlowNetwork slow = new SlowNetwork(Models.dense(3));
    try (GradientService service = Models.exact(Models.dense(3));
        AdaptedModel model =
            AdaptedModel.of(
                service, new Tent(Optimizer.Rule.SGD, 0.05, Statistics.Estimator.MEAN))) {
      AdaptedStream stream = model.stream(20);
      double[] scales = new Networks(service).scales().values().clone();
      double[] velocity = new double[scales.length];
      for (int step = 0; step < 3; step++) {
        double[][] rows = Models.rows(20, 4, 0.5, step);
        double[][] expected = slow.logits(rows, scales);
        double[] gradient = slow.gradient(rows, scales);
        Predictions predictions = stream.predict(rows);
        assertThat(predictions.passes()).isEqualTo(new Passes(20, 20));
        for (int i = 0; i < rows.length; i++) {
          assertThat(predictions.logits()[i]).containsExactly(expected[i], within(1e-6));
        }
        for (int i = 0; i < scales.length; i++) {
          velocity[i] = 0.9 * velocity[i] + gradient[i];
          scales[i] -= 0.05 * velocity[i];
        }
      }
      assertThat(stream.predict(Models.rows(20, 4, 0, 9)).drift()).isGreaterThan(0.001);
    }
  }

  @Test
  void repeated_steps_lower_the_entropy() {
    try (GradientService service = Models.exact(Models.dense(5));
        AdaptedModel model = AdaptedModel.of(service, new Tent())) {
      AdaptedStream stream = model.stream(20);
      double[][] rows = Models.rows(20, 4, 0.5, 1);
      double first = stream.predict(rows).entropy();
      for (int i = 0; i < 30; i++) {
        stream.predict(rows);
      }
      assertThat(stream.predict(rows).entropy()).isLessThan(first);
    }
  }

  @Test
  void drift_is_bounded() {
    Safety near = Safety.DEFAULT.withMostDrift(0.003);
    try (GradientService service = Models.exact(Models.dense(5));
        AdaptedModel model = AdaptedModel.of(service, new Tent(), Optional.empty(), near, 1)) {
      AdaptedStream stream = model.stream(20);
      double most = 0;
      for (int i = 0; i < 20; i++) {
        most = Math.max(most, stream.predict(Models.rows(20, 4, 0.5, i)).drift());
      }
      assertThat(most).isBetween(0.0029, 0.003 + 1e-12);
    }
  }
}
