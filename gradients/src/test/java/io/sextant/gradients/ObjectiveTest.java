package io.sextant.gradients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class ObjectiveTest {
  private static final Map<String, IntFunction<Objective>> ALL =
      Map.of(
          "cross-entropy", Objective::crossEntropy,
          "margin", Objective::margin,
          "logit", Objective::logit,
          "probability", Objective::probability,
          "log-probability", Objective::logProbability,
          "negated margin", label -> Objective.margin(label).negated());

  @Test
  void cotangents_are_the_derivatives() {
    RandomGenerator random = RandomKey.of(1).random();
    ALL.forEach(
        (name, byLabel) -> {
          for (int classes = 2; classes < 6; classes++) {
            double[] logits = random.doubles(classes, -3, 3).toArray();
            int label = random.nextInt(classes);
            Objective objective = byLabel.apply(label);
            double[] cotangent = new double[classes];
            objective.evaluate(logits, cotangent);
            for (int i = 0; i < classes; i++) {
              double[] up = logits.clone();
              double[] down = logits.clone();
              up[i] += 1e-6;
              down[i] -= 1e-6;
              double slope =
                  (objective.evaluate(up, new double[classes])
                          - objective.evaluate(down, new double[classes]))
                      / 2e-6;
              assertThat(cotangent[i]).as("%s, logit %d", name, i).isCloseTo(slope, within(1e-8));
            }
          }
        });
  }

  @Test
  void values_of_two_equal_logits_are_known() {
    double[] logits = {1, 1};
    double[] cotangent = new double[2];
    assertThat(Objective.crossEntropy(0).evaluate(logits, cotangent))
        .isCloseTo(Math.log(2), within(1e-15));
    assertThat(cotangent).containsExactly(-0.5, 0.5);
    assertThat(Objective.probability(1).evaluate(logits, cotangent)).isCloseTo(0.5, within(1e-15));
    assertThat(Objective.margin(1).evaluate(logits, cotangent)).isZero();
    assertThat(cotangent).containsExactly(-1, 1);
  }

  @Test
  void confident_examples_keep_their_digits() {
    double[] cotangent = new double[3];
    double loss = Objective.crossEntropy(0).evaluate(new double[] {50, 0, -1}, cotangent);
    double others = Math.exp(-50) + Math.exp(-51);
    assertThat(loss).isCloseTo(others, Percentage.withPercentage(1e-10));
    assertThat(cotangent[0]).isCloseTo(-others, Percentage.withPercentage(1e-10));
    assertThat(cotangent[0] + cotangent[1] + cotangent[2]).isCloseTo(0, within(1e-30));
  }

  @Test
  void hopeless_examples_do_not_overflow() {
    double[] cotangent = new double[2];
    assertThat(Objective.crossEntropy(0).evaluate(new double[] {-900, 900}, cotangent))
        .isEqualTo(1800);
    assertThat(cotangent).containsExactly(-1, 1);
  }

  @Test
  void probability_and_margin_ignore_a_shift_of_all_logits() {
    double[] one = new double[3];
    double[] other = new double[3];
    for (Objective objective : new Objective[] {Objective.margin(1), Objective.probability(1)}) {
      double value = objective.evaluate(new double[] {1, 2, 0.5}, one);
      assertThat(objective.evaluate(new double[] {101, 102, 100.5}, other))
          .isCloseTo(value, within(1e-12));
      assertThat(other).containsExactly(one, within(1e-12));
    }
  }
}
