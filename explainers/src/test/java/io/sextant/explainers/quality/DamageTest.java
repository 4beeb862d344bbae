package io.sextant.explainers.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.Examples;
import io.sextant.gradients.Feature;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.graph.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class DamageTest {
  @Test
  void what_each_change_does_adds_up_to_the_loss_and_the_worst_carry_it() {
    // given: margin 4 x0 + 2 x1 - x2 of class 0
    try (GradientService service = Linear.service(Shape.of(3), 4, 2, -1)) {
      Examples clean =
          Examples.of(new double[][] {{0.25, 0.25, 0.5}}, new int[] {0}, new long[] {3});
      // when: it falls from 1 to -0.8125
      Damage damage = Damage.of(service, clean, 0, new double[] {0, 0, 0.8125});
      // then
      assertThat(damage.attribution())
          .containsExactly(new double[] {-1, -0.5, -0.3125}, within(1e-6));
      assertThat(damage.certificate().gap().orElseThrow()).isCloseTo(0, within(1e-6));
      // 80% of 1.8125 is 1.45: the first two.
      assertThat(damage.carriers()).isEqualTo(new int[][] {{0}, {1}});
      assertThat(damage.changed()).isEqualTo(3);
      // Without the third, the margin is -0.5: still turned.
      assertThat(damage.stillChanged()).isTrue();
    }
  }

  @Test
  void carriers_alone_may_not_be_enough() {
    try (GradientService service = Linear.service(Shape.of(2), 1, 1)) {
      Examples clean = Examples.of(new double[][] {{0.9, 0.15}}, new int[] {0}, new long[] {3});
      Damage damage = Damage.of(service, clean, 0, new double[] {0.05, -0.1});
      assertThat(damage.carriers()).isEqualTo(new int[][] {{0}, {1}});
      Damage partly = Damage.of(service, clean, 0, new double[] {-0.1, -0.05});
      // 1.0 of 1.2 lost: the first value carries it, and leaves 0.05 to the class.
      assertThat(partly.carriers()).isEqualTo(new int[][] {{0}});
      assertThat(partly.stillChanged()).isFalse();
    }
  }

  @Test
  void values_that_did_not_move_carry_nothing() {
    int[][] moved = {{0}, {2}};
    assertThat(Damage.carriers(new double[] {-1, 0, -3}, moved)).isEqualTo(new int[][] {{2}, {0}});
    assertThat(Damage.carriers(new double[] {-1, 0, -9}, moved)).isEqualTo(new int[][] {{2}});
    assertThat(Damage.carriers(new double[] {1, 0, 2}, moved)).isEqualTo(moved);
  }

  /** A category is switched off and another one on, or neither. */
  @Test
  void a_one_hot_group_is_one_change() {
    InputDomain domain =
        InputDomain.of(
            List.of(
                new Feature("age", Feature.Kind.REAL, 0, 1, 1, true, Feature.Direction.BOTH),
                new Feature("job=a", Feature.Kind.BINARY, 0, 1, 1, true, Feature.Direction.BOTH),
                new Feature("job=b", Feature.Kind.BINARY, 0, 1, 1, true, Feature.Direction.BOTH)),
            List.of(new InputDomain.OneHot("job", List.of(1, 2))));
    try (GradientService service = Linear.service(Shape.of(3), domain, 1, 4, -1)) {
      Examples clean = Examples.of(new double[][] {{0.5, 1, 0}}, new int[] {0}, new long[] {3});
      Damage damage = Damage.of(service, clean, 0, new double[] {0.25, 0, 1});
      assertThat(damage.carriers()).isEqualTo(new int[][] {{1, 2}});
      assertThat(damage.changed()).isEqualTo(2);
      // 0.5 - 1: turned by the job alone.
      assertThat(damage.stillChanged()).isTrue();
    }
  }
}
