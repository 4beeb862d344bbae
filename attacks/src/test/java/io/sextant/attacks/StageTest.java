package io.sextant.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.attacks.gradient.Pgd;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.results.Norm;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StageTest {
  // The lead is 0.5 - x: at 0.1 it is 0.4.
  private static ExampleResult run(List<Stage> stages, boolean known) {
    try (GradientService service = Models.exact(Models.binary(-0.5, 1))) {
      Examples example = Examples.of(new double[][] {{0.1}}, new int[] {0}, new long[] {3});
      ThreatModel threat = ThreatModel.of(Norm.LINF, "0.9");
      Attack attack = new Searching(trial -> Stage.run(trial, stages));
      return (known
              ? attack.run(service, example, new int[] {0}, threat, 1)
              : attack.run(service, example, threat, 1))
          .examples()
          .get(0);
    }
  }

  /** Asks about the point so far above the clean one. */
  private static Attack at(double move, List<Double> asked) {
    return new Searching(
        trial ->
            trial.runs(
                1,
                run -> {
                  asked.add(move);
                  return trial.judge(
                      trial.project(trial.ascend(trial.clean(), new double[] {1}, move)));
                }));
  }

  @Test
  void stages_follow_one_another_until_one_is_successful() {
    List<Double> asked = new ArrayList<>();
    ExampleResult result =
        run(
            List.of(
                Stage.of(at(0.1, asked)),
                Stage.of(at(0.2, asked)),
                Stage.of(at(0.5, asked)),
                Stage.of(at(0.6, asked))),
            true);
    assertThat(asked).containsExactly(0.1, 0.2, 0.5);
    assertThat(result.outcome()).isInstanceOf(Outcome.Broken.class);
    assertThat(((Outcome.Broken) result.outcome()).restart()).isEqualTo(2);
    assertThat(result.forwards()).isEqualTo(3);
  }

  @Test
  void a_stage_is_for_examples_in_which_little_of_the_lead_is_left() {
    for (boolean known : new boolean[] {true, false}) {
      List<Double> asked = new ArrayList<>();
      ExampleResult result =
          run(
              List.of(
                  Stage.of(at(0.1, asked)),
                  // 0.75 is left.
                  Stage.of(at(0.11, asked)).whereLeft(0.7),
                  Stage.of(at(0.12, asked)).whereLeft(0.76),
                  Stage.of(at(0.13, asked)).whereLeft(0.5),
                  Stage.of(at(0.21, asked)),
                  Stage.of(at(0.14, asked)).whereLeft(0.5)),
              known);
      assertThat(asked).as("clean decision known: %s", known).containsExactly(0.1, 0.12, 0.21, 0.14);
      // The logits on the clean input are asked for once, whoever needs them.
      assertThat(result.forwards()).isEqualTo(4 + 1);
    }
  }

  @Test
  void a_rule_depends_on_the_example_alone() {
    Stage first = Stage.of(Pgd.DEFAULT.withLoss(Loss.MARGIN).withSteps(3));
    Attack staged =
        new Searching(
            trial ->
                Stage.run(
                    trial,
                    List.of(first, Stage.of(Pgd.DEFAULT.withRestarts(2)).whereLeft(0.6))));
    try (GradientService service = Models.exact(Models.random(6, 12, 4, 3))) {
      double[][] rows = new double[60][6];
      for (int i = 0; i < rows.length; i++) {
        for (int f = 0; f < 6; f++) {
          rows[i][f] = (float) Math.abs(Math.sin(1 + 7.1 * i + 3.3 * f));
        }
      }
      int[] labels = new int[rows.length];
      long[] ids = new long[rows.length];
      double[][] logits = service.logits(rows);
      for (int i = 0; i < rows.length; i++) {
        labels[i] = Ranking.of(logits[i])[0];
        ids[i] = i;
      }
      Examples examples = Examples.of(rows, labels, ids);
      ThreatModel threat = ThreatModel.of(Norm.LINF, "0.02");
      List<ExampleResult> all = staged.run(service, examples, threat, 1).examples();
      long cheap = all.stream().filter(e -> e.outcome().equals(new Outcome.Held()) && e.forwards() < 10).count();
      long dear = all.stream().filter(e -> e.forwards() > 40).count();
      assertThat(cheap).isPositive();
      assertThat(dear).isPositive();
      for (int i = 0; i < rows.length; i += 7) {
        ExampleResult alone =
            staged.run(service, examples.slice(i, i + 1), threat, 1).examples().get(0);
        assertThat(alone.outcome()).isEqualTo(all.get(i).outcome());
        assertThat(alone.forwards()).isEqualTo(all.get(i).forwards());
      }
    }
  }

  @Test
  void no_stages_are_the_end_and_shares_beyond_the_whole_are_refused() {
    assertThat(run(List.of(), true).outcome()).isEqualTo(new Outcome.Held());
    assertThatThrownBy(() -> Stage.of(Pgd.DEFAULT).whereLeft(1.5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("most must be from 0 to 1 but was 1.5");
  }
}
