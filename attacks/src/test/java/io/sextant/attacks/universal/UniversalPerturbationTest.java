package io.sextant.attacks.universal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.attacks.Attack;
import io.sextant.attacks.AttackResult;
import io.sextant.attacks.Goal;
import io.sextant.attacks.Models;
import io.sextant.attacks.ThreatModel;
import io.sextant.gradients.Examples;
import io.sextant.gradients.Feature;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.RandomKey;
import io.sextant.results.Norm;
import io.sextant.results.Outcome;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UniversalPerturbationTest {
  private static final double[] W = {3, -1, 0.5, 2, -0.25, 1};

  /** Rows in the middle of the box, all of class 0, of which the first so many are for learning. */
  private static Examples rows(int count) {
    double[][] rows = new double[count][6];
    for (int i = 0; i < count; i++) {
      RandomGenerator random = RandomKey.of(3).with(i).random();
      Arrays.setAll(rows[i], f -> (float) (0.4 + 0.2 * random.nextDouble()));
    }
    return Examples.of(rows, new int[count], IntStream.range(0, count).asLongStream().toArray());
  }

  private static double score(double bias, double[] row) {
    return bias + IntStream.range(0, 6).mapToDouble(i -> W[i] * row[i]).sum();
  }

  @ParameterizedTest
  @EnumSource(
      value = Norm.class,
      names = {"LINF", "L2"})
  void on_a_linear_model_it_learns_the_best_perturbation_and_breaks_what_it_has_not_seen(
      Norm norm) {
    // All clean scores lie in -1.8 to -0.2.
    double bias = -3.6;
    Examples all = rows(60);
    try (GradientService service = Models.exact(Models.binary(bias, W))) {
      ThreatModel threat = ThreatModel.of(norm, norm == Norm.LINF ? "0.2" : "0.35");
      Attack learnt = UniversalPerturbation.DEFAULT.learn(service, all.slice(0, 20), threat, 1);
      AttackResult result = learnt.run(service, all.slice(20, 60), threat, 1);
      double gain =
          norm == Norm.LINF
              ? 0.2 * Arrays.stream(W).map(Math::abs).sum()
              : 0.35 * Math.sqrt(Arrays.stream(W).map(w -> w * w).sum());
      double[] first = result.inputs()[0];
      for (int i = 0; i < 40; i++) {
        double clean = score(bias, all.row(20 + i));
        double[] input = result.inputs()[i];
        assertThat(score(bias, input) - clean).isCloseTo(gain, within(0.03 * gain));
        assertThat(result.outcomes().get(i).kind())
            .isEqualTo(score(bias, input) > 0 ? Outcome.BROKEN : Outcome.HELD);
        for (int f = 0; f < 6; f++) {
          // The same for all, to the rounding of floats.
          assertThat(input[f] - all.row(20 + i)[f])
              .isCloseTo(first[f] - all.row(20)[f], within(1e-6));
        }
        assertThat(result.examples().get(i).backwards()).isZero();
        assertThat(result.examples().get(i).forwards()).isLessThanOrEqualTo(2);
      }
      assertThat(result.count(Outcome.BROKEN)).isGreaterThan(30);
    }
  }

  @Test
  void learning_depends_on_training_examples_and_seed_alone_and_is_counted() {
    Examples all = rows(40);
    ThreatModel threat = ThreatModel.of(Norm.L2, "0.1");
    try (GradientService service = Models.exact(Models.random(6, 12, 3, 5));
        GradientService other =
            GradientService.builder(Models.random(6, 12, 3, 5))
                .precision(service.precision())
                .threads(1)
                .batchSize(3)
                .build()) {
      Examples own = labelled(service, all);
      UniversalPerturbation attack = new UniversalPerturbation(4, 7);
      double[][] once =
          attack.learn(service, own.slice(0, 20), threat, 9).run(service, own, threat, 9).inputs();
      double[][] again =
          attack.learn(other, own.slice(0, 20), threat, 9).run(other, own, threat, 9).inputs();
      assertThat(again).isDeepEqualTo(once);
      double[][] otherSeed =
          attack.learn(service, own.slice(0, 20), threat, 8).run(service, own, threat, 8).inputs();
      assertThat(Arrays.deepEquals(otherSeed, once)).isFalse();
      // Once more with the same seed elsewhere; each epoch has a gradient per example.
      assertThat(
              Objects.requireNonNull(service.meter().counts().get("universal-perturbation"))
                  .backwards())
          .isEqualTo(2 * 4 * 20);
    }
  }

  private static Examples labelled(GradientService service, Examples examples) {
    int[] labels =
        Arrays.stream(service.as("labels").logits(examples.rows()))
            .mapToInt(io.sextant.gradients.Logits::decision)
            .toArray();
    return Examples.of(examples.rows(), labels, examples.ids());
  }

  @Test
  void each_input_takes_what_its_domain_lets_it() {
    InputDomain domain =
        InputDomain.of(
            List.of(
                new Feature("n", Feature.Kind.INTEGER, 0, 10, 10, true, Feature.Direction.BOTH),
                Feature.real("fixed", 0, 1).withMutable(false),
                new Feature("up", Feature.Kind.REAL, 0, 1, 1, true, Feature.Direction.INCREASE)),
            List.of());
    double[][] rows = {{5, 0.5, 0.5}, {10, 0.5, 0.95}, {0, 0.1, 1}};
    Examples examples = Examples.of(rows, new int[3], new long[] {0, 1, 2});
    try (GradientService service = Models.exact(Models.binary(-20, 1, 5, 3), domain)) {
      ThreatModel threat = ThreatModel.of(Norm.LINF, "0.15");
      double[][] inputs =
          UniversalPerturbation.DEFAULT
              .learn(service, examples, threat, 1)
              .run(service, examples, threat, 1)
              .inputs();
      assertThat(inputs[0]).containsExactly(new double[] {6, 0.5, 0.65}, within(1e-6));
      assertThat(inputs[1]).containsExactly(new double[] {10, 0.5, 1}, within(1e-6));
      assertThat(inputs[2]).containsExactly(new double[] {1, 0.1, 1}, within(1e-6));
    }
  }

  @Test
  void a_target_is_aimed_at_and_what_cannot_be_learnt_is_told() {
    try (GradientService service = Models.exact(Models.random(6, 12, 3, 5))) {
      Examples own = labelled(service, rows(30));
      ThreatModel threat = ThreatModel.of(Norm.LINF, "0.4").withGoal(new Goal.Targeted(2));
      AttackResult result =
          UniversalPerturbation.DEFAULT.learn(service, own, threat, 1).run(service, own, threat, 1);
      double[][] logits = service.logits(result.inputs());
      for (int i = 0; i < 30; i++) {
        if (result.outcomes().get(i).kind() == Outcome.BROKEN) {
          assertThat(io.sextant.gradients.Logits.decision(logits[i])).isEqualTo(2);
        }
      }
      ThreatModel any = ThreatModel.of(Norm.LINF, "0.1");
      int[] wrong = Arrays.stream(own.labels()).map(label -> (label + 1) % 3).toArray();
      Examples none = Examples.of(own.rows(), wrong, own.ids());
      assertThatThrownBy(() -> UniversalPerturbation.DEFAULT.learn(service, none, any, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("none of the 30 training examples");
      assertThatThrownBy(
              () ->
                  UniversalPerturbation.DEFAULT.learn(
                      service, own, ThreatModel.of(Norm.L1, "1"), 1))
          .hasMessageContaining("linf and l2 but the norm was l1");
      assertThatThrownBy(
              () -> UniversalPerturbation.DEFAULT.learn(service, own, any.withBudget(1), 1))
          .hasMessageContaining("no budget");
    }
  }

  @Test
  void the_catalogue_has_it() {
    assertThat(UniversalAttack.catalogue().names()).contains("universal-perturbation");
    UniversalPerturbation other = new UniversalPerturbation(3, 5);
    assertThat(UniversalAttack.catalogue().create(other.name(), other.configuration()))
        .isEqualTo(other);
  }
}
