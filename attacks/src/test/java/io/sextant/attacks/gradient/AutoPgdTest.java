package io.sextant.attacks.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.attacks.Attack;
import io.sextant.attacks.ExampleResult;
import io.sextant.attacks.Goal;
import io.sextant.attacks.Models;
import io.sextant.attacks.Outcome;
import io.sextant.attacks.Searching;
import io.sextant.attacks.TargetOrder;
import io.sextant.attacks.ThreatModel;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.results.Norm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AutoPgdTest {
  private static ExampleResult run(
      Attack attack, InferenceGraph graph, ThreatModel threat, double... row) {
    try (GradientService service = Models.exact(graph)) {
      return attack
          .run(service, Examples.of(new double[][] {row}, new int[] {0}, new long[] {5}), threat, 9)
          .examples()
          .get(0);
    }
  }

  private static List<double[]> asked(
      Attack attack, InferenceGraph graph, ThreatModel threat, double... row) {
    List<double[]> points = new ArrayList<>();
    run(Searching.traced(attack, points), graph, threat, row);
    return points;
  }

  // Checkpoints.

  private static List<Integer> checkpoints(int steps) {
    // Without a rise it fails at each.
    Checkpoints all = new Checkpoints(steps, 0.75, 0);
    return IntStream.range(1, steps).filter(k -> all.halve(k, false, k)).boxed().toList();
  }

  @Test
  void of_a_hundred_steps_the_checkpoints_are_the_paper_s() {
    assertThat(checkpoints(100)).containsExactly(22, 41, 57, 70, 80, 87, 93, 99);
  }

  /** p(1) = 0.22, p(j+1) = p(j) + max(p(j) - p(j-1) - 0.03, 0.06). */
  @ParameterizedTest
  @ValueSource(ints = {100, 200, 500, 1000, 10_000})
  void where_shares_are_whole_they_follow_the_paper_s_rule(int steps) {
    List<Integer> expected = new ArrayList<>();
    for (int before = 0, p = 22; p < 100; ) {
      expected.add(p * steps / 100);
      int next = p + Math.max(p - before - 3, 6);
      before = p;
      p = next;
    }
    assertThat(checkpoints(steps)).isEqualTo(expected);
  }

  @Test
  void with_few_steps_a_window_is_at_least_one_step() {
    assertThat(checkpoints(10)).containsExactly(2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(checkpoints(33)).startsWith(7, 13, 18, 22);
    assertThat(checkpoints(1)).isEmpty();
  }

  @Test
  void steps_that_keep_rising_are_not_halved() {
    Checkpoints rising = new Checkpoints(100, 0.75, 0);
    for (int k = 1; k < 100; k++) {
      assertThat(rising.halve(k, true, k)).isFalse();
    }
  }

  @Test
  void at_most_the_share_rho_of_rises_halves_and_one_more_does_not() {
    // The first window has 22 steps: 0.75 * 22 = 16.5; the second 19: 14.25.
    for (int rises : new int[] {16, 17}) {
      Checkpoints one = new Checkpoints(100, 0.75, 0);
      boolean halved = false;
      for (int k = 1; k <= 22; k++) {
        halved |= one.halve(k, k <= rises, k);
      }
      assertThat(halved).isEqualTo(rises == 16);
    }
  }

  @Test
  void a_best_loss_that_stays_halves_at_every_other_checkpoint_only() {
    // It rises in each step, as after returns to the best point, but never above the best.
    Checkpoints stuck = new Checkpoints(100, 0.75, 7);
    List<Integer> halved =
        IntStream.range(1, 100).filter(k -> stuck.halve(k, true, 7)).boxed().toList();
    assertThat(halved).containsExactly(22, 57, 80, 93);
  }

  // Runs.

  @ParameterizedTest
  @CsvSource({"LINF, 0.1", "LINF, 0.4", "L2, 0.3", "L2, 0.5", "L1, 0.5", "L1, 0.7"})
  void a_run_is_what_the_paper_says(Norm norm, String epsilon) {
    ThreatModel threat = ThreatModel.of(norm, epsilon);
    int halved = 0;
    for (int seed = 1; seed <= 6; seed++) {
      PaperApgd paper = PaperApgd.network(14, 10, 4, seed);
      List<double[]> points =
          asked(new ApgdCe().withSteps(60), paper.graph(), threat, paper.clean());
      List<double[]> expected = paper.run(points.get(0), norm, threat.radius(), 60);
      halved += paper.halved();
      assertThat(points.size()).isBetween(3, expected.size());
      for (int k = 0; k < expected.size(); k++) {
        // A run ends early where all points that follow are the same.
        assertThat(points.get(Math.min(k, points.size() - 1)))
            .as("point %d of seed %d", k, seed)
            .containsExactly(expected.get(k), within(2e-5));
      }
    }
    assertThat(halved).as("steps must be adapted for the test to see it").isGreaterThan(5);
  }

  @ParameterizedTest
  @EnumSource(names = "L0", mode = EnumSource.Mode.EXCLUDE)
  void a_run_begins_on_the_surface_and_each_begins_elsewhere(Norm norm) {
    double[] w = new double[30];
    Arrays.fill(w, 0.01);
    double[] row = new double[30];
    Arrays.fill(row, 0.5);
    ThreatModel threat = ThreatModel.of(norm, "0.2");
    List<double[]> points =
        asked(new ApgdCe().withSteps(1).withRestarts(3), Models.binary(-40, w), threat, row);
    int each = points.size() / 3;
    for (int r = 0; r < 3; r++) {
      double[] start = points.get(r * each);
      double length =
          switch (norm) {
            case LINF ->
                IntStream.range(0, 30).mapToDouble(i -> Math.abs(start[i] - 0.5)).max().orElse(0);
            case L2 ->
                Math.sqrt(
                    IntStream.range(0, 30).mapToDouble(i -> Math.pow(start[i] - 0.5, 2)).sum());
            default -> IntStream.range(0, 30).mapToDouble(i -> Math.abs(start[i] - 0.5)).sum();
          };
      assertThat(length).isCloseTo(0.2, within(1e-5));
      assertThat(start).isNotEqualTo(points.get((r * each + each) % points.size()));
    }
  }

  @Test
  void a_run_ends_at_a_point_that_nothing_leads_away_from() {
    ExampleResult result =
        run(
            new ApgdCe(),
            Models.binary(-40, 1, -2, 3),
            ThreatModel.of(Norm.LINF, "0.1"),
            0.5,
            0.5,
            0.5);
    assertThat(result.input()).containsExactly(new double[] {0.6, 0.4, 0.6}, within(1e-6));
    assertThat(result.backwards()).isLessThan(10);
  }

  @ParameterizedTest
  @EnumSource(names = {"L2", "L1"})
  void every_point_costs_one_question_and_the_last_one_no_gradient(Norm norm) {
    PaperApgd paper = PaperApgd.network(14, 10, 4, 5);
    ExampleResult result =
        run(
            new ApgdCe().withSteps(40).withRestarts(2),
            paper.graph(),
            ThreatModel.of(norm, "0.4"),
            paper.clean());
    assertThat(result.outcome()).isEqualTo(new Outcome.Held());
    // In L1 the last point of each larger ball needs a loss, too.
    assertThat(result.forwards()).isEqualTo(1 + 2 * (norm == Norm.L1 ? 43 : 41));
    assertThat(result.backwards()).isEqualTo(2 * 40);
  }

  @ParameterizedTest
  @EnumSource(names = "L0", mode = EnumSource.Mode.EXCLUDE)
  void what_held_comes_with_the_best_point_of_the_ball_and_not_with_the_start_or_the_end(
      Norm norm) {
    PaperApgd paper = PaperApgd.network(14, 10, 4, 8);
    ThreatModel threat = ThreatModel.of(norm, norm == Norm.LINF ? "0.4" : "1");
    List<double[]> points = new ArrayList<>();
    ExampleResult result =
        run(
            Searching.traced(new ApgdCe().withSteps(30), points),
            paper.graph(),
            threat,
            paper.clean());
    double best =
        points.stream()
            .filter(x -> paper.length(norm, x) <= threat.radius() * (1 + 1e-9))
            .mapToDouble(paper::margin)
            .max()
            .orElseThrow();
    assertThat(paper.margin(result.input())).isCloseTo(best, within(1e-12));
    assertThat(best).isGreaterThan(paper.margin(points.get(0)));
    assertThat(best).isGreaterThan(paper.margin(paper.clean()));
  }

  @Test
  void an_adversarial_point_on_the_way_ends_the_run_and_is_returned() {
    // f = 0.05 at 0.5 and below 0 from there on: a run that returned its last point would miss it.
    InferenceGraph graph =
        Models.hinges(-0.45, new double[] {0, 0.505, 0.555}, new double[] {1, -21, 21});
    List<double[]> points = new ArrayList<>();
    ExampleResult result =
        run(
            Searching.traced(new ApgdCe().withRestarts(50), points),
            graph,
            ThreatModel.of(Norm.LINF, "0.3"),
            0.4);
    assertThat(result.outcome()).isInstanceOf(Outcome.Broken.class);
    assertThat(result.input()).containsExactly(points.get(points.size() - 1));
    assertThat(result.input()[0]).isBetween(0.45, 0.51);
  }

  @Test
  void in_l1_the_larger_balls_are_passed_through_and_never_count() {
    // Adversarial from 0.9 on: 0.5 away, with a radius of 0.2.
    List<double[]> points = new ArrayList<>();
    ExampleResult result =
        run(
            Searching.traced(new ApgdCe().withSteps(20), points),
            Models.binary(-0.9, 1, 0.1),
            ThreatModel.of(Norm.L1, "0.2"),
            0.4,
            0);
    assertThat(points).anyMatch(x -> x[0] > 0.9);
    assertThat(result.outcome()).isEqualTo(new Outcome.Held());
    assertThat(result.input()[0]).isCloseTo(0.6, within(1e-6));
  }

  @ParameterizedTest
  @EnumSource(names = "L0", mode = EnumSource.Mode.EXCLUDE)
  void towards_a_target_the_first_step_already_goes_towards_it(Norm norm) {
    double[][] weights = {{0, 1, -1, 0}, {0, -1, 1, 0.5}, {0.3, 0.2, 0.1, 0}};
    InferenceGraph graph = Models.layers(new Models.Layer(weights, new double[] {40, 0, 0, 0}));
    for (Attack attack : List.of(new ApgdCe(), new ApgdDlr(), new ApgdT())) {
      List<double[]> points =
          asked(
              attack,
              graph,
              ThreatModel.of(norm, "0.2").withGoal(new Goal.Targeted(1)),
              0.5,
              0.5,
              0.5);
      int first =
          points.size() > 1 && Arrays.equals(points.get(0), new double[] {0.5, 0.5, 0.5}) ? 1 : 0;
      double[] start = points.get(first);
      double[] next = points.get(first + 1);
      assertThat(next[0] - next[1]).as(attack.name()).isGreaterThan(start[0] - start[1]);
    }
  }

  @ParameterizedTest
  @EnumSource(names = "L0", mode = EnumSource.Mode.EXCLUDE)
  void without_a_gradient_where_it_begins_a_run_ends_and_says_so(Norm norm) {
    InferenceGraph dead =
        Models.layers(
            new Models.Layer(new double[][] {{-1}, {-1}}, new double[] {-1}),
            new Models.Layer(new double[][] {{0, 5}}, new double[] {1, 0}));
    ExampleResult result =
        run(new ApgdCe().withRestarts(2), dead, ThreatModel.of(norm, "0.1"), 0.5, 0.5);
    assertThat(result.outcome()).isEqualTo(new Outcome.Held());
    assertThat(result.zeroGradientAtStart()).isTrue();
    assertThat(result.backwards()).isEqualTo(2);
  }

  // Targets.

  private static InferenceGraph spread(int classes) {
    // Class c has logit -c / 10 and a slope of its own; class 0 is far ahead.
    double[][] weights = new double[4][classes];
    double[] bias = new double[classes];
    for (int c = 0; c < classes; c++) {
      bias[c] = c == 0 ? 50 : -c / 10.0;
      for (int i = 0; i < 4; i++) {
        weights[i][c] = c == 0 ? 0 : Math.sin(1 + 3.7 * c + 1.3 * i) * (1 + c % 3);
      }
    }
    return Models.layers(new Models.Layer(weights, bias));
  }

  @ParameterizedTest
  @CsvSource({
    "2, LINF, 1",
    "3, LINF, 2",
    "4, LINF, 3",
    "12, LINF, 9",
    "12, L2, 9",
    "12, L1, 5",
    "4, L1, 3"
  })
  void as_many_classes_are_aimed_at_as_there_are_up_to_nine_or_five_in_l1(
      int classes, Norm norm, int targets) {
    List<double[]> points =
        asked(
            new ApgdT().withSteps(1),
            spread(classes),
            ThreatModel.of(norm, "0.01"),
            0.5,
            0.5,
            0.5,
            0.5);
    // The clean input, then a start and one step for each.
    assertThat(points).hasSize(1 + 2 * targets);
  }

  @Test
  void a_number_that_is_given_holds_in_every_norm_and_restarts_are_for_each_target() {
    ApgdT seven = new ApgdT().withSteps(1).withTargets(7).withRestarts(2);
    for (Norm norm : List.of(Norm.LINF, Norm.L1)) {
      assertThat(asked(seven, spread(12), ThreatModel.of(norm, "0.01"), 0.5, 0.5, 0.5, 0.5))
          .hasSize(1 + 2 * 7 * 2);
    }
    assertThat(seven.configuration()).containsEntry("targets", "7");
    assertThat(new ApgdT().configuration()).doesNotContainKey("targets");
  }

  @Test
  void targets_come_by_clean_logit_or_by_the_distance_to_first_order() {
    double[] row = {0.5, 0.5, 0.5, 0.5};
    InferenceGraph graph = spread(12);
    double[] logits;
    double[][] weights = new double[12][4];
    try (GradientService service = Models.exact(graph)) {
      logits = service.logits(new double[][] {row})[0];
      double[][] units = new double[4][4];
      for (int i = 0; i < 4; i++) {
        units[i][i] = 1;
      }
      double[][] at = service.logits(units);
      double[] zero = service.logits(new double[][] {new double[4]})[0];
      for (int c = 0; c < 12; c++) {
        for (int i = 0; i < 4; i++) {
          weights[c][i] = at[i][c] - zero[c];
        }
      }
    }
    List<Integer> byLogit =
        IntStream.range(1, 12)
            .boxed()
            .sorted((a, b) -> Double.compare(logits[b], logits[a]))
            .toList();
    assertThat(order(TargetOrder.LOGIT, graph, Norm.L2, 12, row)).isEqualTo(byLogit);
    for (Norm norm : List.of(Norm.LINF, Norm.L2, Norm.L1)) {
      List<Integer> byDistance =
          IntStream.range(1, 12)
              .boxed()
              .sorted(
                  (a, b) ->
                      Double.compare(
                          (logits[0] - logits[a]) / dual(norm, weights[a]),
                          (logits[0] - logits[b]) / dual(norm, weights[b])))
              .toList();
      assertThat(byDistance).isNotEqualTo(byLogit);
      assertThat(order(TargetOrder.MALT, graph, norm, 12, row)).isEqualTo(byDistance);
      assertThat(order(TargetOrder.MALT, graph, norm, 3, row)).isEqualTo(byDistance.subList(0, 3));
    }
  }

  private static double dual(Norm norm, double[] w) {
    return switch (norm) {
      case LINF -> Arrays.stream(w).map(Math::abs).sum();
      case L2 -> Math.sqrt(Arrays.stream(w).map(v -> v * v).sum());
      default -> Arrays.stream(w).map(Math::abs).max().orElseThrow();
    };
  }

  private static List<Integer> order(
      TargetOrder order, InferenceGraph graph, Norm norm, int count, double... row) {
    List<Integer> found = new ArrayList<>();
    run(
        new Searching(
            trial ->
                order.targets(
                    trial,
                    count,
                    classes -> {
                      Arrays.stream(classes).forEach(found::add);
                      return trial.over();
                    })),
        graph,
        ThreatModel.of(norm, "0.01"),
        row);
    return found;
  }

  @Test
  void malt_asks_for_the_gradients_of_a_hundred_classes_and_the_true_one_at_most() {
    double[] row = {0.5, 0.5, 0.5, 0.5};
    ThreatModel threat = ThreatModel.of(Norm.LINF, "0.001");
    ApgdT malt = new ApgdT().withSteps(1).withTargetOrder(TargetOrder.MALT);
    ExampleResult few = run(malt, spread(6), threat, row);
    assertThat(few.backwards()).isEqualTo(6 + 5);
    assertThat(few.forwards()).isEqualTo(1 + 1 + 5 * 2);
    ExampleResult many = run(malt, spread(130), threat, row);
    assertThat(many.backwards()).isEqualTo(101 + 9);
    assertThat(malt.passes(130, 4).backwards()).isEqualTo(101 + 9);
  }

  /** Of many short runs, those in which one rise more would leave the steps long. */
  @Test
  void no_rise_is_credited_to_the_first_window() {
    ThreatModel threat = ThreatModel.of(Norm.LINF, "0.4");
    int decisive = 0;
    for (int seed = 1; seed <= 100; seed++) {
      PaperApgd paper = PaperApgd.network(8, 30, 4, seed);
      List<double[]> points =
          asked(new ApgdCe().withSteps(14), paper.graph(), threat, paper.clean());
      if (points.isEmpty()) {
        // Here class 0 is not ahead.
        continue;
      }
      double[][] right =
          paper.run(points.get(0), Norm.LINF, threat.radius(), 14).toArray(double[][]::new);
      double[][] wrong =
          paper.credited(points.get(0), Norm.LINF, threat.radius(), 14).toArray(double[][]::new);
      if (!Arrays.deepEquals(right, wrong)) {
        decisive++;
        for (int k = 0; k < right.length; k++) {
          assertThat(points.get(Math.min(k, points.size() - 1)))
              .as("point %d of seed %d", k, seed)
              .containsExactly(right[k], within(2e-5));
        }
      }
    }
    assertThat(decisive).as("runs in which it matters").isPositive();
  }
}
