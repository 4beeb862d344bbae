package io.sextant.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.attacks.gradient.Fgsm;
import io.sextant.attacks.gradient.MiFgsm;
import io.sextant.attacks.gradient.Pgd;
import io.sextant.attacks.preset.Quick;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.Logits;
import io.sextant.results.Epsilon;
import io.sextant.results.Norm;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Radii that share work. */
class SeveralRadiiTest {
  private static final int SIZE = 40;
  private static final List<Epsilon> RADII =
      List.of(Epsilon.parse("0.04"), Epsilon.parse("0.16"), Epsilon.parse("0.08"));

  static List<Attack> searches() {
    return List.of(Pgd.DEFAULT.withSteps(10), Quick.DEFAULT);
  }

  private static GradientService service() {
    return Models.exact(Models.random(12, 24, 4, 5), InputDomain.box(12, 0, 1));
  }

  private static Examples examples(GradientService service) {
    SplittableRandom random = new SplittableRandom(3);
    double[][] rows =
        IntStream.range(0, SIZE)
            .mapToObj(i -> random.doubles(12).map(v -> (float) v).toArray())
            .toArray(double[][]::new);
    double[][] logits = service.as("labels").logits(rows);
    int[] labels = IntStream.range(0, SIZE).map(i -> Logits.decision(logits[i])).toArray();
    // One is wrong from the start.
    labels[7] = (labels[7] + 1) % 4;
    return Examples.of(rows, labels, IntStream.range(0, SIZE).asLongStream().toArray());
  }

  private static long backwards(AttackResult result) {
    return result.examples().stream().mapToLong(ExampleResult::backwards).sum();
  }

  @ParameterizedTest
  @MethodSource("searches")
  void what_holds_at_a_radius_is_not_searched_at_smaller_ones(Attack attack) {
    try (GradientService service = service()) {
      Examples examples = examples(service);
      ThreatModel threat = ThreatModel.of(Norm.LINF, "1");
      List<AttackResult> shared = attack.run(service, examples, threat, RADII, 1);
      assertThat(shared)
          .extracting(result -> result.threat().radius())
          .containsExactly(0.04, 0.16, 0.08);
      AttackResult largest = shared.get(1);
      assertThat(largest.outcomes())
          .isEqualTo(attack.run(service, examples, threat.withEpsilon(RADII.get(1)), 1).outcomes());
      List<AttackResult> outwards = List.of(shared.get(0), shared.get(2), largest);
      int breaks = 0;
      for (int k = 0; k < 2; k++) {
        for (int i = 0; i < SIZE; i++) {
          ExampleResult larger = outwards.get(k + 1).examples().get(i);
          ExampleResult own = outwards.get(k).examples().get(i);
          if (larger.outcome() instanceof Outcome.Held) {
            assertThat(own.outcome()).isInstanceOf(Outcome.Held.class);
            assertThat(own.forwards()).isEqualTo(1);
            assertThat(own.backwards()).isZero();
            for (int j = 0; j < 12; j++) {
              assertThat(own.input()[j])
                  .isCloseTo(examples.row(i)[j], within(outwards.get(k).threat().radius() + 1e-6));
            }
          }
          if (larger.outcome() instanceof Outcome.AlreadyWrong) {
            assertThat(own.outcome()).isInstanceOf(Outcome.AlreadyWrong.class);
            assertThat(own.forwards()).isZero();
          }
          breaks += own.outcome() instanceof Outcome.Broken ? 1 : 0;
        }
        long alone = backwards(attack.run(service, examples, outwards.get(k).threat(), 1));
        assertThat(backwards(outwards.get(k))).isLessThan(alone);
      }
      assertThat(breaks).isPositive();
    }
  }

  /** On a linear model the best point of a ball, brought inwards, is the best of a smaller one. */
  @ParameterizedTest
  @EnumSource(
      value = Norm.class,
      names = {"LINF", "L2", "L1"})
  void what_breaks_is_found_where_the_larger_radius_found_it(Norm norm) {
    // f(x) = x1 + x2 - 0.5: from (0.1, 0.2), 0.2 away.
    try (GradientService service =
        Models.exact(Models.binary(-0.5, 1, 1), InputDomain.box(2, -9, 9))) {
      Examples examples = Examples.of(new double[][] {{0.1, 0.2}}, new int[] {0}, new long[] {0});
      List<AttackResult> found =
          Pgd.DEFAULT.run(
              service,
              examples,
              ThreatModel.of(norm, "1"),
              List.of(Epsilon.parse("0.35"), Epsilon.parse("0.5")),
              1);
      ExampleResult inwards = found.get(0).examples().get(0);
      assertThat(inwards.outcome()).isInstanceOf(Outcome.Broken.class);
      assertThat(((Outcome.Broken) inwards.outcome()).distance()).isLessThanOrEqualTo(0.35);
      assertThat(inwards.forwards()).isEqualTo(1);
      assertThat(inwards.backwards()).isZero();
    }
  }

  @Test
  void one_step_is_taken_at_each_radius() {
    try (GradientService service = service()) {
      Examples examples = examples(service);
      ThreatModel threat = ThreatModel.of(Norm.LINF, "1");
      List<AttackResult> shared = Fgsm.DEFAULT.run(service, examples, threat, RADII, 1);
      for (int k = 0; k < RADII.size(); k++) {
        assertThat(shared.get(k).outcomes())
            .isEqualTo(
                Fgsm.DEFAULT
                    .run(service, examples, threat.withEpsilon(RADII.get(k)), 1)
                    .outcomes());
      }
    }
  }

  /**
   * The margin is -0.1 at 0.5, rises to 0.05 at 0.52 and is lower than at first from 0.53 on: steps
   * of 0.05 pass the peak, and steps of 0.02 would hit it.
   */
  @Test
  void what_holds_at_a_radius_with_nothing_better_than_the_clean_input_is_not_searched_either() {
    try (GradientService service =
        Models.exact(
            Models.hinges(-3.85, new double[] {0, 0.52}, new double[] {7.5, -22.5}),
            InputDomain.box(1, 0, 1))) {
      Examples examples = Examples.of(new double[][] {{0.5}}, new int[] {0}, new long[] {0});
      ThreatModel threat = ThreatModel.of(Norm.LINF, "0.2");
      assertThat(MiFgsm.DEFAULT.run(service, examples, threat, 1).outcomes().get(0))
          .isInstanceOf(Outcome.Broken.class);
      List<AttackResult> found =
          MiFgsm.DEFAULT.run(
              service, examples, threat, List.of(Epsilon.parse("0.5"), Epsilon.parse("0.2")), 1);
      assertThat(found.get(0).examples().get(0).input()).containsExactly(0.5);
      for (AttackResult result : found) {
        assertThat(result.outcomes()).containsExactly(new Outcome.Held());
      }
      assertThat(found.get(1).examples().get(0).forwards()).isZero();
    }
  }
}
