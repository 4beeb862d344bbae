package io.sextant.adaptation.alarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.RandomKey;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class ConfidenceSequenceTest {
  @Test
  void first_two_bounds_are_those_of_the_formula() {
    double level = 0.05;
    double log = Math.log(1 / level);
    // sqrt(2 ln 20 / (1/4 * 1 * ln 2)) and the next one are above 1/2.
    double psi = (Math.log(2) - 0.5) / 4;
    ConfidenceSequence one = ConfidenceSequence.of(level).with(1);
    // Both weights are 1/2; the mean before is 1/2, then (1/2 + 1) / 2.
    assertThat(one.lower()).isZero();
    assertThat(one.weights()).isEqualTo(0.5);
    assertThat(one.weighted()).isEqualTo(0.5);
    assertThat(one.cost()).isCloseTo(4 * 0.25 * psi, within(1e-12));
    ConfidenceSequence two = one.with(0);
    assertThat(two.weights()).isEqualTo(1);
    assertThat(two.weighted()).isEqualTo(0.5);
    assertThat(two.cost()).isCloseTo(4 * (0.25 + 0.75 * 0.75) * psi, within(1e-12));
    // At a level near 1 few numbers do: a bound that is above 0.
    ConfidenceSequence near = ConfidenceSequence.of(0.9);
    double most = Math.sqrt(2 * -Math.log(0.9) / (0.25 * Math.log(2)));
    double first = Math.min(0.5, most);
    double own = (-Math.log(1 - first) - first) / 4;
    assertThat(near.with(1).lower())
        .isCloseTo((first + Math.log(0.9) - 4 * 0.25 * own) / first, within(1e-12))
        .isGreaterThan(0.1);
    ConfidenceSequence long20 = ConfidenceSequence.of(level);
    for (int i = 0; i < 20; i++) {
      long20 = long20.with(1);
    }
    double sum = 0.5;
    double squares = 0.25;
    double weights = 0;
    double weighted = 0;
    double cost = 0;
    for (int t = 1; t <= 20; t++) {
      double before = sum / t;
      double weight = Math.min(0.5, Math.sqrt(2 * log / (squares / t * t * Math.log(1 + t))));
      weights += weight;
      weighted += weight;
      cost += 4 * Math.pow(1 - before, 2) * (-Math.log(1 - weight) - weight) / 4;
      sum += 1;
      squares += Math.pow(1 - sum / (t + 1), 2);
    }
    assertThat(long20.lower()).isCloseTo((weighted - log - cost) / weights, within(1e-12));
    assertThat(long20.lower()).isBetween(0.5, 1.0);
  }

  /** 400 sequences of 300 numbers: at level 0.1, no more than 0.1 of them are ever wrong. */
  @Test
  void bounds_are_seldom_wrong_at_any_time() {
    int wrong = 0;
    double last = 0;
    for (int s = 0; s < 400; s++) {
      RandomGenerator random = RandomKey.of(5).with(s).random();
      ConfidenceSequence sequence = ConfidenceSequence.of(0.1);
      boolean ever = false;
      for (int i = 0; i < 300; i++) {
        sequence = sequence.with(random.nextDouble() < 0.3 ? 1 : 0);
        ever |= sequence.lower() > 0.3;
      }
      wrong += ever ? 1 : 0;
      last += sequence.lower() / 400;
    }
    assertThat(wrong).isLessThanOrEqualTo(40);
    // And they are close: no bound of 0 would do.
    assertThat(last).isGreaterThan(0.19);
  }

  @Test
  void numbers_outside_the_unit_interval_are_refused() {
    assertThatThrownBy(() -> ConfidenceSequence.of(0.1).with(1.01))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ConfidenceSequence.of(0.1).with(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ConfidenceSequence.of(1)).isInstanceOf(IllegalArgumentException.class);
  }
}
