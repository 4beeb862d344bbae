package io.sextant.adaptation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.Logits;
import io.sextant.gradients.Objective;
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
