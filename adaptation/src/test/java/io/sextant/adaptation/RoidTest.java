package io.sextant.adaptation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.GradientService;
import io.sextant.gradients.Logits;
import io.sextant.gradients.Objective;
import io.sextant.gradients.graph.Statistics;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RoidTest {
  /** Multiplied into negative logits, a larger prior would make a class less likely. */
  @Test
  void the_prior_multiplies_probabilities() {
    double[] prior = {0.7, 0.2, 0.1};
    double[][] logits = {{-5, -5, -5}, {-2, -3, -1}};
    double[][] corrected = Roid.corrected(logits, prior);
    double smooth = 0.5 / 0.7;
    double[] expected = new double[3];
    for (int c = 0; c < 3; c++) {
      expected[c] = (prior[c] + smooth) / (1 + 3 * smooth);
    }
    assertThat(Logits.probabilities(corrected[0])).containsExactly(expected, within(1e-12));
    assertThat(Logits.decision(corrected[0])).isZero();
    // Shifting all logits changes nothing.
    assertThat(Roid.corrected(new double[][] {{95, 95, 95}, {98, 97, 99}}, prior)[1])
        .containsExactly(corrected[1], within(1e-9));
  }

  /**
   * x = -1, 1 is its own normal form, and the rows are equally diverse and certain: weights e³ / 2.
   * With u = 2y the ratio is -(2 p - 1) u, p = sigmoid(u), and its slope -(2 p (1 - p) u + 2 p -
   * 1).
   */
  @Test
  void the_average_keeps_a_share_of_each_step() {
    Roid roid = new Roid(Optimizer.Rule.SGD, 0.01, 1.0 / 3, 0.75, Statistics.Estimator.MEAN);
    try (GradientService service = Models.exact(Models.one());
        AdaptedModel model = AdaptedModel.of(service, roid)) {
      double[][] batch = {{-1}, {1}};
      double y = 1 / Math.sqrt(1 + Models.EPSILON);
      double gamma = 1;
      double velocity = 0;
      Learner learner = model.stream(2).snapshot().learner();
      for (int step = 0; step < 2; step++) {
        double u = 2 * gamma * y;
        double p = 1 / (1 + Math.exp(-u));
        double slope = -Math.exp(3) * (2 * p * (1 - p) * u + 2 * p - 1) * 2 * y;
        velocity = 0.9 * velocity + slope;
        gamma = 0.75 * (gamma - 0.01 * velocity) + 0.25;
        Turn turn = learner.take(batch);
        learner = turn.next();
        assertThat(turn.parameters().values()[0]).isCloseTo(gamma, within(1e-9));
        assertThat(turn.parameters().values()[1]).isCloseTo(0, within(1e-12));
      }
      assertThat(gamma).isGreaterThan(1.1);
    }
  }

  /** Two rows of one class and one of the other: mean -1/3, variance 8/9. */
  @Test
  void answers_are_corrected_by_the_prior_of_their_batch() {
    try (GradientService service = Models.exact(Models.one());
        AdaptedModel model = AdaptedModel.of(service, new Roid())) {
      double[][] answers =
          model.stream(3).snapshot().learner().take(new double[][] {{-1}, {-1}, {1}}).logits();
      double deviation = Math.sqrt(8.0 / 9 + Models.EPSILON);
      double[] p = new double[3];
      double[] x = {-2.0 / 3, -2.0 / 3, 4.0 / 3};
      double prior = 0;
      for (int i = 0; i < 3; i++) {
        p[i] = 1 / (1 + Math.exp(-2 * x[i] / deviation));
        prior += p[i] / 3;
      }
      double smooth = 0.5 / Math.max(prior, 1 - prior);
      double first = (prior + smooth) / (1 + 2 * smooth);
      assertThat(first).isNotCloseTo(0.5, within(0.01));
      for (int i = 0; i < 3; i++) {
        double expected = p[i] * first / (p[i] * first + (1 - p[i]) * (1 - first));
        assertThat(Logits.probabilities(answers[i])[0]).isCloseTo(expected, within(1e-9));
      }
    }
  }

  @Test
  void equal_rows_and_a_batch_of_one_have_weights() {
    double[] uniform = {1.0 / 3, 1.0 / 3, 1.0 / 3};
    double[][] same = {{1, 0, 0}, {1, 0, 0}};
    assertThat(new Roid().weights(same, uniform))
        .containsExactly(new double[] {Math.exp(3) / 2, Math.exp(3) / 2}, within(1e-9));
    assertThat(new Roid().weights(new double[][] {{1, 0, 0}}, uniform))
        .containsExactly(new double[] {Math.exp(3)}, within(1e-9));
  }

  @Test
  void rows_below_the_mean_diversity_are_left_out() {
    double[] mean = {0.8, 0.1, 0.1};
    double[] weights = new Roid().weights(new double[][] {{9, 0, 0}, {0, 9, 0}}, mean);
    assertThat(weights[0]).isZero();
    assertThat(weights[1]).isGreaterThan(0);
  }

  @Test
  void slopes_of_the_objectives_are_finite_differences() {
    for (Objective objective :
        new Objective[] {Confidence.entropy(), Confidence.softLikelihoodRatio()}) {
      for (double[] logits : new double[][] {{1, -0.5, 0.3}, {-40, -41, -39.5}, {0, 0, 0}}) {
        double[] slope = new double[3];
        objective.evaluate(logits, slope);
        for (int k = 0; k < 3; k++) {
          double[] up = logits.clone();
          double[] down = logits.clone();
          up[k] += 1e-5;
          down[k] -= 1e-5;
          double difference =
              (objective.evaluate(up, new double[3]) - objective.evaluate(down, new double[3]))
                  / 2e-5;
          assertThat(slope[k]).isCloseTo(difference, within(1e-7));
        }
      }
    }
  }

  @Test
  void extreme_logits_have_finite_objectives() {
    for (Objective objective :
        new Objective[] {Confidence.entropy(), Confidence.softLikelihoodRatio()}) {
      double[] slope = new double[3];
      assertThat(objective.evaluate(new double[] {2000, 0, -2000}, slope)).isFinite();
      assertThat(Arrays.stream(slope).allMatch(Double::isFinite)).isTrue();
    }
  }
}
