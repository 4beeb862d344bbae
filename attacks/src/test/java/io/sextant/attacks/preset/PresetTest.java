package io.sextant.attacks.preset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sextant.attacks.AttackResult;
import io.sextant.attacks.ExampleResult;
import io.sextant.attacks.Models;
import io.sextant.attacks.Outcome;
import io.sextant.attacks.Stage;
import io.sextant.attacks.StageResult;
import io.sextant.attacks.ThreatModel;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.Logits;
import io.sextant.methods.Passes;
import io.sextant.results.Norm;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class PresetTest {
  private static final int FEATURES = 9;

  static List<Preset> presets() {
    return List.of(Quick.DEFAULT, Standard.DEFAULT, Thorough.DEFAULT, AutoAttack.DEFAULT);
  }

  private static String settings(Stage stage) {
    return stage.name() + " " + stage.attack().configuration();
  }

  @Test
  void autoattack_has_the_published_settings() {
    for (Norm norm : List.of(Norm.LINF, Norm.L2)) {
      assertThat(AutoAttack.DEFAULT.plan(norm))
          .extracting(PresetTest::settings)
          .hasSize(4)
          .satisfiesExactly(
              ce ->
                  assertThat(ce)
                      .startsWith("apgd-ce")
                      .contains("steps=100", "restarts=1", "rho=0.75"),
              t ->
                  assertThat(t)
                      .startsWith("apgd-t")
                      .contains("steps=100", "restarts=1", "target-order=logit"),
              fab -> assertThat(fab).startsWith("fab-t").contains("steps=100", "targets=9"),
              square ->
                  assertThat(square)
                      .startsWith("square")
                      .contains("queries=5000", "share=0.8", "rescale=false"));
    }
    assertThat(settings(AutoAttack.DEFAULT.plan(Norm.L1).get(0))).contains("restarts=5");
    // 100 steps of APGD-CE, and nine classes of APGD-T and FAB-T.
    assertThat(
            AutoAttack.DEFAULT.plan(Norm.L2).stream()
                .map(stage -> stage.attack().passes(10, 784))
                .reduce(new Passes(0, 0), Passes::plus))
        .satisfies(passes -> assertThat(passes.backwards()).isBetween(1890L, 1910L))
        .satisfies(passes -> assertThat(passes.forwards()).isBetween(7700L, 8000L));
  }

  @ParameterizedTest
  @MethodSource("presets")
  void parts_have_names_of_their_own(Preset preset) {
    for (Norm norm : preset.norms()) {
      List<String> names = preset.plan(norm).stream().map(Stage::name).toList();
      assertThat(new HashSet<>(names)).hasSameSizeAs(names);
      assertThat(preset.plan(norm)).allMatch(stage -> stage.attack().norms().contains(norm));
    }
  }

  @Test
  void quick_asks_for_at_most_45_gradients() {
    assertThat(Quick.DEFAULT.passes(10, 784).backwards()).isLessThanOrEqualTo(45);
  }

  @ParameterizedTest
  @EnumSource(names = {"LINF", "L2", "L1"})
  void each_budget_that_is_accepted_has_a_plan(Norm norm) {
    assertThat(new Standard(1000).plan(norm)).hasSameSizeAs(Standard.DEFAULT.plan(norm));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Standard(1001))
        .withMessageContaining("budget")
        .withMessageContaining("1000");
  }

  @Test
  void twice_the_budget_is_twice_the_steps() {
    for (Norm norm : ThreatModel.CONVEX_NORMS) {
      long once = Standard.DEFAULT.passes(10, 784).backwards();
      assertThat(Standard.DEFAULT.withBudget(2).passes(10, 784).backwards())
          .isBetween((long) (1.8 * once), 2 * once);
      assertThat(Standard.DEFAULT.withBudget(2).plan(norm))
          .hasSameSizeAs(Standard.DEFAULT.plan(norm));
    }
  }

  /** On a linear model the best an attacker can do is known: eps |w|* against the lead. */
  @ParameterizedTest
  @EnumSource(
      value = Norm.class,
      names = {"LINF", "L2", "L1"})
  void on_a_linear_model_each_preset_breaks_what_can_be_broken(Norm norm) {
    double[] w = {0.9, -0.4, 0.3, 1.2, -0.1, 0.7, -0.8, 0.2, 0.5};
    double radius = norm == Norm.LINF ? 0.1 : norm == Norm.L2 ? 0.3 : 0.6;
    double[] magnitudes = Arrays.stream(w).map(Math::abs).toArray();
    double dual =
        norm == Norm.LINF
            ? Arrays.stream(magnitudes).sum()
            : norm == Norm.L2
                ? Math.sqrt(Arrays.stream(w).map(v -> v * v).sum())
                : Arrays.stream(magnitudes).max().orElseThrow();
    SplittableRandom random = new SplittableRandom(11);
    double[][] rows =
        IntStream.range(0, 30)
            .mapToObj(i -> random.doubles(FEATURES, -1, 1).map(v -> (float) v).toArray())
            .toArray(double[][]::new);
    try (GradientService service =
        Models.exact(Models.binary(-0.2, w), InputDomain.box(FEATURES, -9, 9))) {
      double[][] logits = service.logits(rows);
      int[] labels = Arrays.stream(logits).mapToInt(Logits::decision).toArray();
      Examples examples =
          Examples.of(rows, labels, IntStream.range(0, 30).asLongStream().toArray());
      for (Preset preset : presets()) {
        AttackResult result = preset.run(service, examples, ThreatModel.of(norm, radius), 5);
        int broken = 0;
        for (int i = 0; i < rows.length; i++) {
          double lead = Math.abs(logits[i][1] - logits[i][0]);
          boolean can = lead < radius * dual;
          if (Math.abs(lead - radius * dual) > 1e-3) {
            assertThat(result.examples().get(i).outcome() instanceof Outcome.Broken)
                .as("%s at %s of %s", preset.name(), lead, radius * dual)
                .isEqualTo(can);
          }
          broken += can ? 1 : 0;
        }
        assertThat(broken).isBetween(3, 27);
      }
    }
  }

  @Test
  void no_example_costs_more_than_is_said() {
    Preset preset = Standard.DEFAULT;
    SplittableRandom random = new SplittableRandom(2);
    double[][] rows =
        IntStream.range(0, 12)
            .mapToObj(i -> random.doubles(FEATURES).map(v -> (float) v).toArray())
            .toArray(double[][]::new);
    try (GradientService service =
        Models.exact(Models.random(FEATURES, 16, 4, 9), InputDomain.box(FEATURES, 0, 1))) {
      int[] labels = Arrays.stream(service.logits(rows)).mapToInt(Logits::decision).toArray();
      AttackResult result =
          preset.run(
              service,
              Examples.of(rows, labels, IntStream.range(0, 12).asLongStream().toArray()),
              ThreatModel.of(Norm.L2, 0.05),
              1);
      Passes most = preset.passes(4, FEATURES);
      assertThat(result.examples()).anyMatch(held -> held.outcome() instanceof Outcome.Held);
      for (ExampleResult example : result.examples()) {
        assertThat(example.forwards()).isLessThanOrEqualTo(most.forwards());
        assertThat(example.backwards()).isLessThanOrEqualTo(most.backwards());
        assertThat(example.stages()).extracting(StageResult::stage).doesNotHaveDuplicates();
      }
    }
  }
}
