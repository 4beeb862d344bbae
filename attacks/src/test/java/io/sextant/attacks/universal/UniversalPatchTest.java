package io.sextant.attacks.universal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sextant.attacks.Attack;
import io.sextant.attacks.AttackResult;
import io.sextant.attacks.Models;
import io.sextant.attacks.ThreatModel;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.RandomKey;
import io.sextant.results.Norm;
import io.sextant.results.Outcome;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Patches of a series: stretches of 3 of its 12 values. */
class UniversalPatchTest {
  private static final int WIDTH = 12;
  private static final ThreatModel THREAT = ThreatModel.of(Norm.L0, "3");

  private static double[] weights() {
    return IntStream.range(0, WIDTH).mapToDouble(i -> 1 + 0.1 * i).toArray();
  }

  /** Rows of class 0 around 0.4; class 1 begins where the weighted sum passes the bias. */
  private static Examples rows(int count) {
    double[][] rows = new double[count][WIDTH];
    for (int i = 0; i < count; i++) {
      var random = RandomKey.of(3).with(i).random();
      Arrays.setAll(rows[i], f -> (float) (0.35 + 0.1 * random.nextDouble()));
    }
    return Examples.of(rows, new int[count], IntStream.range(0, count).asLongStream().toArray());
  }

  private static GradientService service(double gain) {
    double clean = 0.4 * Arrays.stream(weights()).sum();
    return Models.exact(Models.binary(-(clean + gain), weights()));
  }

  @Test
  void on_a_linear_model_the_patch_is_the_end_of_the_box_wherever_it_lies() {
    // A stretch of three at the end of the box gains 0.6 times at least 3.3.
    try (GradientService service = service(1.5)) {
      Examples all = rows(50);
      Attack learnt = UniversalPatch.DEFAULT.learn(service, all.slice(0, 20), THREAT, 1);
      AttackResult result = learnt.run(service, all.slice(20, 50), THREAT, 1);
      assertThat(result.count(Outcome.BROKEN)).isEqualTo(30);
      boolean[] seen = new boolean[WIDTH];
      for (int i = 0; i < 30; i++) {
        double[] clean = all.row(20 + i);
        double[] input = result.inputs()[i];
        int[] changed = IntStream.range(0, WIDTH).filter(f -> input[f] != clean[f]).toArray();
        assertThat(changed).hasSize(3);
        assertThat(changed[2] - changed[0]).isEqualTo(2);
        assertThat(IntStream.of(changed).mapToDouble(f -> input[f])).containsOnly(1.0);
        seen[changed[0]] = true;
        assertThat(result.examples().get(i).forwards()).isLessThanOrEqualTo(2);
      }
      assertThat(IntStream.range(0, WIDTH).filter(f -> seen[f]).count())
          .as("places")
          .isGreaterThan(5);
    }
  }

  @Test
  void what_one_place_does_not_break_several_may() {
    // Only stretches near the end gain enough: 0.6 (1.9 + 2.0 + 2.1) = 3.6.
    try (GradientService service = service(3.3)) {
      Examples all = rows(50);
      Attack once = UniversalPatch.DEFAULT.learn(service, all.slice(0, 20), THREAT, 1);
      Attack often =
          UniversalPatch.DEFAULT.withTries(12).learn(service, all.slice(0, 20), THREAT, 1);
      long first = once.run(service, all.slice(20, 50), THREAT, 1).count(Outcome.BROKEN);
      long more = often.run(service, all.slice(20, 50), THREAT, 1).count(Outcome.BROKEN);
      assertThat(first).isBetween(1L, 20L);
      assertThat(more).isGreaterThan(first + 5L);
    }
  }

  @Test
  void the_same_seed_learns_the_same_and_other_norms_are_refused() {
    try (GradientService service = service(3.3)) {
      Examples all = rows(30);
      double[][] one =
          UniversalPatch.DEFAULT
              .learn(service, all.slice(0, 20), THREAT, 1)
              .run(service, all.slice(20, 30), THREAT, 5)
              .inputs();
      double[][] two =
          UniversalPatch.DEFAULT
              .learn(service, all.slice(0, 20), THREAT, 1)
              .run(service, all.slice(20, 30), THREAT, 5)
              .inputs();
      assertThat(two).isDeepEqualTo(one);
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> UniversalPatch.DEFAULT.learn(service, all, ThreatModel.of(Norm.L2, "1"), 1))
          .withMessageContaining("universal-patch works in l0");
    }
  }
}
