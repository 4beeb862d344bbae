package io.sextant.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Objective;
import io.sextant.gradients.Step;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.results.Norm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an attack is handed. */
class TrialTest {
  // Logits (0.9, x0, 2 x1, 0).
  private static final InferenceGraph FOUR =
      Models.layers(
          new Models.Layer(
              new double[][] {{0, 1, 0, 0}, {0, 0, 2, 0}}, new double[] {0.9, 0, 0, 0}));

  private static ExampleResult run(
      InferenceGraph graph, ThreatModel threat, double[] row, Function<Trial, Step<Trial>> how) {
    try (GradientService service = Models.exact(graph)) {
      return new Searching(how)
          .run(service, Examples.of(new double[][] {row}, new int[] {0}, new long[] {3}), threat, 1)
          .examples()
          .get(0);
    }
  }

  @Test
  void what_lies_beyond_the_radius_is_looked_at_and_does_not_count() {
    // f(x) = x - 0.5: adversarial at 0.6, 0.4 away, with a radius of 0.3.
    List<Boolean> adversarial = new ArrayList<>();
    ExampleResult result =
        run(
            Models.binary(-0.5, 1),
            ThreatModel.of(Norm.LINF, "0.3"),
            new double[] {0.2},
            trial -> {
              Objective margin = trial.objective(Loss.MARGIN);
              Iterate far = trial.project(trial.ascend(trial.clean(), new double[] {1}, 0.4), 0.4);
              return trial.look(
                  far,
                  margin,
                  seen -> {
                    adversarial.add(seen.adversarial());
                    return trial.judge(
                        trial.project(trial.ascend(trial.clean(), new double[] {1}, 0.1)));
                  });
            });
    assertThat(adversarial).containsExactly(true);
    assertThat(result.outcome()).isEqualTo(new Outcome.Held());
    assertThat(result.input()[0]).isCloseTo(0.3, within(1e-6));
    assertThat(result.forwards()).isEqualTo(3);
    assertThat(result.backwards()).isEqualTo(1);
  }

  @Test
  void rivals_come_in_the_order_of_the_clean_logits_and_are_asked_for_once() {
    List<int[]> rivals = new ArrayList<>();
    ExampleResult result =
        run(
            FOUR,
            ThreatModel.of(Norm.LINF, "0.01"),
            new double[] {0.3, 0.4},
            trial ->
                trial.rivals(
                    first -> {
                      rivals.add(first);
                      return trial.rivals(
                          second -> {
                            rivals.add(second);
                            return trial.over();
                          });
                    }));
    assertThat(rivals.get(0)).containsExactly(2, 1, 3);
    assertThat(rivals.get(1)).containsExactly(2, 1, 3);
    // They judge the clean input in passing.
    assertThat(result.forwards()).isEqualTo(1);
    assertThat(result.outcome()).isEqualTo(new Outcome.Held());
  }

  @Test
  void the_only_rival_of_a_targeted_goal_is_its_target() {
    List<int[]> rivals = new ArrayList<>();
    run(
        FOUR,
        ThreatModel.of(Norm.LINF, "0.01").withGoal(new Goal.Targeted(3)),
        new double[] {0.3, 0.4},
        trial ->
            trial.rivals(
                classes -> {
                  rivals.add(classes);
                  return trial.over();
                }));
    assertThat(rivals.get(0)).containsExactly(3);
  }

  @Test
  void the_lead_left_is_that_of_the_best_iterate_and_nothing_once_it_is_broken() {
    List<Double> left = new ArrayList<>();
    // The lead is 0.5 - x.
    run(
        Models.binary(-0.5, 1),
        ThreatModel.of(Norm.LINF, "1"),
        new double[] {0.1},
        trial -> {
          assertThatThrownBy(trial::leadLeft)
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("atClean");
          return trial.atClean(
              logits -> {
                left.add(trial.leadLeft());
                return at(trial, 0.3)
                    .then(
                        done -> {
                          left.add(trial.leadLeft());
                          return at(trial, 0.1);
                        })
                    .then(
                        done -> {
                          left.add(trial.leadLeft());
                          return at(trial, 0.6);
                        })
                    .then(
                        done -> {
                          left.add(trial.leadLeft());
                          assertThat(trial.isSettled()).isTrue();
                          return trial.over();
                        });
              });
        });
    assertThat(left.get(0)).isEqualTo(1);
    assertThat(left.get(1)).isCloseTo(0.25, within(1e-6));
    assertThat(left.get(2)).isEqualTo(left.get(1));
    assertThat(left.get(3)).isZero();
  }

  private static Step<Trial> at(Trial trial, double move) {
    return trial.judge(trial.project(trial.ascend(trial.clean(), new double[] {1}, move)));
  }

  @Test
  void runs_of_later_stages_have_the_next_numbers_and_draw_anew() {
    List<Integer> numbers = new ArrayList<>();
    List<double[]> starts = new ArrayList<>();
    run(
        FOUR,
        ThreatModel.of(Norm.LINF, "0.01"),
        new double[] {0.3, 0.4},
        trial -> {
          Function<Integer, Step<Trial>> stage =
              count ->
                  trial.runs(
                      count,
                      run -> {
                        numbers.add(trial.run());
                        Iterate start = trial.uniform();
                        starts.add(start.row());
                        return trial.judge(start);
                      });
          return stage.apply(2).then(done -> stage.apply(3));
        });
    assertThat(numbers).containsExactly(0, 1, 2, 3, 4);
    assertThat(starts).doesNotHaveDuplicates();
    assertThat(starts.stream().map(Arrays::toString)).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @EnumSource(names = "L0", mode = EnumSource.Mode.EXCLUDE)
  void starts_on_the_surface_lie_on_it_and_corners_move_every_feature(Norm norm) {
    double[] row = new double[40];
    Arrays.fill(row, 0.5);
    row[7] = 0;
    double[] w = new double[40];
    w[0] = 1;
    run(
        Models.binary(-40, w),
        ThreatModel.of(norm, "0.3"),
        row,
        trial -> {
          Iterate surface = trial.surface(0.3);
          Iterate far = trial.surface(0.9);
          Iterate corner = trial.corner();
          // Only what the box takes off is missing; in L1 the projection gives that to others.
          double least = norm == Norm.L1 ? 0.2999 : norm == Norm.L2 ? 0.25 : 0.2999;
          assertThat(trial.distance(surface)).isBetween(least, 0.3);
          assertThat(trial.distance(far)).isBetween(norm == Norm.LINF ? 0.49 : 0.8, 0.9);
          assertThat(trial.distance(corner)).isBetween(0.29, 0.3);
          double step = norm == Norm.LINF ? 0.3 : norm == Norm.L2 ? 0.3 / Math.sqrt(40) : 0.3 / 40;
          for (int i = 0; i < 40; i++) {
            double moved = Math.abs(corner.row()[i] - row[i]);
            if (i != 7) {
              assertThat(moved).isCloseTo(step, within(1e-6));
            }
          }
          assertThat(Arrays.stream(surface.row()).filter(x -> x != 0.5).count())
              .isGreaterThan(norm == Norm.L1 ? 0 : 38);
          return trial.over();
        });
  }
}
