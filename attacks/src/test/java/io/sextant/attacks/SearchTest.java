package io.sextant.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.attacks.blackbox.UniformNoise;
import io.sextant.attacks.gradient.Fgsm;
import io.sextant.attacks.gradient.Pgd;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.Logits;
import io.sextant.gradients.Meter;
import io.sextant.gradients.RandomKey;
import io.sextant.methods.Kind;
import io.sextant.results.Norm;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every search has in common. */
class SearchTest {
  private static final Pgd PLAIN = Pgd.DEFAULT.withStart(Start.CLEAN).withStepSize(0.1);
  private static final ThreatModel WIDE = ThreatModel.of(Norm.LINF, "0.3");

  private static Examples one(double... row) {
    return Examples.of(new double[][] {row}, new int[] {0}, new long[] {0});
  }

  /** Rows that the network decides rightly, with ids that are not their places. */
  private static Examples examples(GradientService service, int count, long seed) {
    var random = RandomKey.of(seed).random();
    double[][] rows = new double[count][];
    for (int i = 0; i < count; i++) {
      rows[i] = random.doubles(service.features()).map(x -> (float) x).toArray();
    }
    int[] labels = Arrays.stream(service.logits(rows)).mapToInt(Logits::decision).toArray();
    return Examples.of(
        rows, labels, IntStream.range(0, count).mapToLong(i -> 1000 - 3L * i).toArray());
  }

  private static void assertSame(List<ExampleResult> actual, List<ExampleResult> expected) {
    Offset<Double> rounding = within(1e-6);
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.size(); i++) {
      ExampleResult a = actual.get(i);
      ExampleResult e = expected.get(i);
      assertThat(a.id()).isEqualTo(e.id());
      assertThat(a.predicted()).isEqualTo(e.predicted());
      assertThat(a.forwards()).isEqualTo(e.forwards());
      assertThat(a.backwards()).isEqualTo(e.backwards());
      assertThat(a.input()).containsExactly(e.input(), rounding);
      if (e.outcome() instanceof Outcome.Broken broken) {
        assertThat(a.outcome()).isInstanceOf(Outcome.Broken.class);
        Outcome.Broken same = (Outcome.Broken) a.outcome();
        assertThat(same.distance()).isCloseTo(broken.distance(), rounding);
        assertThat(same.restart()).isEqualTo(broken.restart());
        assertThat(same.step()).isEqualTo(broken.step());
      } else {
        assertThat(a.outcome()).isEqualTo(e.outcome());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = "L0", mode = EnumSource.Mode.EXCLUDE)
  void results_do_not_depend_on_batch_size_threads_order_or_the_other_examples(Norm norm) {
    var graph = Models.random(12, 24, 4, 3);
    String epsilon = norm == Norm.LINF ? "0.12" : norm == Norm.L2 ? "0.6" : "1.4";
    ThreatModel threat = ThreatModel.of(norm, epsilon);
    // Small steps: large ones would turn the last bit of a batch's sums into another path.
    Pgd pgd = Pgd.DEFAULT.withRestarts(3).withSteps(12).withStepSize("epsilon/10");
    List<ExampleResult> expected;
    Examples examples;
    try (GradientService service = Models.exact(graph)) {
      // More examples than fit in flight at once, so that some enter late.
      examples = examples(service, 1100, 4);
      AttackResult result = pgd.run(service, examples, threat, 9);
      expected = result.examples();
      assertThat(result.count(io.sextant.results.Outcome.BROKEN)).isBetween(110L, 990L);
      assertThat(expected)
          .as("some example must fall in a later run, or restarts are not tested")
          .anyMatch(e -> e.outcome() instanceof Outcome.Broken b && b.restart() > 0);

      int[] backwards = IntStream.range(0, 1100).map(i -> 1099 - i).toArray();
      List<ExampleResult> reversed = pgd.run(service, examples.at(backwards), threat, 9).examples();
      assertSame(Arrays.stream(backwards).mapToObj(reversed::get).toList(), expected);
      assertSame(
          pgd.run(service, examples.slice(17, 18), threat, 9).examples(), expected.subList(17, 18));
    }
    for (int batch : new int[] {1, 7, 64}) {
      try (GradientService service =
          GradientService.builder(graph)
              .precision(io.sextant.gradients.engine.Precision.DOUBLE)
              .batchSize(batch)
              .threads(1 + batch % 3)
              .build()) {
        assertSame(pgd.run(service, examples, threat, 9).examples(), expected);
      }
    }
  }

  @Test
  void a_result_is_one_line_and_its_run_tells_how_it_gets_on() {
    try (GradientService service = Models.exact(Models.random(12, 24, 4, 3))) {
      Examples examples = examples(service, 300, 5);
      List<Integer> heard = new java.util.ArrayList<>();
      AttackResult result =
          Pgd.DEFAULT.run(
              service,
              examples,
              ThreatModel.of(Norm.LINF, "1/10"),
              1,
              (settled, total) -> {
                assertThat(total).isEqualTo(300);
                heard.add(settled);
              });
      assertThat(heard).isSorted().doesNotHaveDuplicates().endsWith(300);
      assertThat(heard.size()).isGreaterThan(2);
      assertThat(result.toString())
          .matches("pgd at L∞ 1/10: \\d+ broken, \\d+ held, 0 wrong already of 300");
    }
  }

  @Test
  void an_interrupted_run_ends_and_says_how_far_it_got() {
    try (GradientService service = Models.exact(Models.random(12, 24, 4, 3))) {
      Examples examples = examples(service, 300, 5);
      assertThatThrownBy(
              () ->
                  Pgd.DEFAULT.run(
                      service,
                      examples,
                      ThreatModel.of(Norm.LINF, "1/10"),
                      1,
                      (settled, total) -> Thread.currentThread().interrupt()))
          .isInstanceOf(java.util.concurrent.CancellationException.class)
          .hasMessageMatching("pgd was interrupted after \\d+ of 300 examples");
      assertThat(Thread.interrupted()).as("the thread stays marked").isTrue();
    }
  }

  @Test
  void the_same_seed_gives_the_same_bits_and_another_seed_other_starts() {
    try (GradientService service = Models.exact(Models.random(12, 24, 4, 3))) {
      Examples examples = examples(service, 20, 5);
      ThreatModel threat = ThreatModel.of(Norm.L2, "0.01");
      double[][] first = Pgd.DEFAULT.withSteps(3).run(service, examples, threat, 1).inputs();
      assertThat(Pgd.DEFAULT.withSteps(3).run(service, examples, threat, 1).inputs())
          .isDeepEqualTo(first);
      assertThat(Pgd.DEFAULT.withSteps(3).run(service, examples, threat, 2).inputs()[0])
          .isNotEqualTo(first[0]);
    }
  }

  @Test
  void an_example_s_id_names_its_random_numbers() {
    try (GradientService service = Models.exact(Models.binary(-9, 1, 1))) {
      double[][] rows = {{0.5, 0.5}, {0.5, 0.5}, {0.5, 0.5}};
      Examples examples = Examples.of(rows, new int[3], new long[] {4, 5, 4});
      double[][] starts =
          UniformNoise.DEFAULT.withDraws(1).run(service, examples, WIDE, 0).inputs();
      assertThat(starts[1]).isNotEqualTo(starts[0]);
      assertThat(starts[2]).containsExactly(starts[0]);
      // So it is of every number that a search draws, not of starts alone.
      for (long draw : new long[] {0, 3}) {
        Searching own =
            new Searching(
                trial -> trial.judge(trial.at(trial.random(draw).doubles(2, -0.3, 0.3).toArray())));
        double[][] points = own.run(service, examples, WIDE, 0).inputs();
        assertThat(points[1]).isNotEqualTo(points[0]).isNotEqualTo(rows[1]);
        assertThat(points[2]).containsExactly(points[0]);
      }
    }
  }

  @Test
  void later_restarts_start_elsewhere_and_earlier_ones_win() {
    try (GradientService service = Models.exact(Models.random(12, 24, 4, 3))) {
      Examples examples = examples(service, 200, 6);
      ThreatModel threat = ThreatModel.of(Norm.LINF, "0.04");
      UniformNoise few = UniformNoise.DEFAULT.withDraws(5);
      List<ExampleResult> five = few.run(service, examples, threat, 1).examples();
      List<ExampleResult> fifty = few.withDraws(50).run(service, examples, threat, 1).examples();
      long better = 0;
      for (int i = 0; i < five.size(); i++) {
        if (five.get(i).outcome() instanceof Outcome.Broken broken) {
          assertThat(fifty.get(i).outcome()).isEqualTo(broken);
          assertThat(five.get(i).forwards()).isEqualTo(2 + broken.restart());
        } else if (fifty.get(i).outcome() instanceof Outcome.Broken broken) {
          assertThat(broken.restart()).isGreaterThanOrEqualTo(5);
          better++;
        }
      }
      assertThat(better).isPositive();
    }
  }

  @Test
  void an_adversarial_input_passed_on_the_way_is_kept() {
    // f rises through 0 at 0.45, is 0.05 at 0.5, falls to about -0.95 and rises again, below 0.
    var graph = Models.hinges(-0.45, new double[] {0, 0.505, 0.555}, new double[] {1, -21, 21});
    try (GradientService service = Models.exact(graph)) {
      ExampleResult result = PLAIN.run(service, one(0.4), WIDE, 0).examples().get(0);
      assertThat(result.outcome()).isInstanceOf(Outcome.Broken.class);
      assertThat(((Outcome.Broken) result.outcome()).step()).isEqualTo(1);
      assertThat(result.input()[0]).isCloseTo(0.5, within(1e-6));
      assertThat(result.forwards()).isEqualTo(2);
      assertThat(result.backwards()).isEqualTo(2);

      ExampleResult whole =
          PLAIN
              .withSteps(3)
              .withUntilBroken(false)
              .run(service, one(0.4), WIDE, 0)
              .examples()
              .get(0);
      assertThat(whole.outcome()).isEqualTo(result.outcome());
      assertThat(whole.input()).containsExactly(result.input());
      assertThat(whole.forwards()).isEqualTo(4);
      assertThat(whole.backwards()).isEqualTo(3);
    }
  }

  @Test
  void the_last_iterate_is_judged() {
    try (GradientService service = Models.exact(Models.binary(-0.25, 1))) {
      ExampleResult result = PLAIN.withSteps(3).run(service, one(0), WIDE, 0).examples().get(0);
      assertThat(result.outcome()).isInstanceOf(Outcome.Broken.class);
      assertThat(((Outcome.Broken) result.outcome()).distance()).isCloseTo(0.3, within(1e-7));
      assertThat(result.forwards()).isEqualTo(4);
      assertThat(result.backwards()).isEqualTo(3);
      assertThat(PLAIN.withSteps(2).run(service, one(0), WIDE, 0).outcomes())
          .containsExactly(new Outcome.Held());
    }
  }

  @Test
  void a_held_example_comes_with_its_iterate_of_highest_loss() {
    // f peaks at 0.5 with -0.05; steps of 0.1 from 0.4 go to 0.5, then over a cliff.
    var graph = Models.hinges(-0.55, new double[] {0, 0.505, 0.555}, new double[] {1, -21, 21});
    try (GradientService service = Models.exact(graph)) {
      ExampleResult result = PLAIN.withSteps(3).run(service, one(0.4), WIDE, 0).examples().get(0);
      assertThat(result.outcome()).isEqualTo(new Outcome.Held());
      assertThat(result.input()[0]).isCloseTo(0.5, within(1e-6));
    }
  }

  @Test
  void without_stopping_the_adversarial_iterate_of_highest_loss_is_returned() {
    try (GradientService service = Models.exact(Models.binary(-0.05, 1))) {
      Pgd whole = PLAIN.withSteps(3).withUntilBroken(false);
      ExampleResult result = whole.run(service, one(0), WIDE, 0).examples().get(0);
      assertThat(result.input()[0]).isCloseTo(0.3, within(1e-6));
      assertThat(((Outcome.Broken) result.outcome()).distance()).isCloseTo(0.3, within(1e-6));
      assertThat(((Outcome.Broken) result.outcome()).step()).isEqualTo(1);
    }
  }

  @Test
  void queries_are_counted_to_the_one() {
    // The ball is too wide for the runs to reach its end, where they would stop early.
    try (GradientService service = Models.exact(Models.binary(-40, 1, 2, -1, 0.5))) {
      ThreatModel threat = ThreatModel.of(Norm.L2, "0.4");
      Pgd pgd = Pgd.DEFAULT.withSteps(5).withStepSize(1e-3).withRestarts(3);
      Examples examples =
          Examples.of(
              new double[][] {{0.5, 0.5, 0.5, 0.5}, {0.4, 0.4, 0.4, 0.4}, {0, 0, 0, 0}},
              new int[] {0, 0, 1},
              new long[] {0, 1, 2});
      List<ExampleResult> results = pgd.run(service, examples, threat, 1).examples();
      assertThat(results.get(0).forwards()).isEqualTo(1 + 3 * 6);
      assertThat(results.get(0).backwards()).isEqualTo(3 * 5);
      assertThat(results.get(2).outcome()).isEqualTo(new Outcome.AlreadyWrong());
      assertThat(results.get(2).forwards()).isEqualTo(1);
      assertThat(results.get(2).backwards()).isZero();
      assertThat(service.meter().counts()).containsEntry("pgd", new Meter.Count(39, 30));

      ExampleResult fgsm = Fgsm.DEFAULT.run(service, examples, threat, 1).examples().get(0);
      assertThat(fgsm.forwards()).isEqualTo(2);
      assertThat(fgsm.backwards()).isEqualTo(1);
      ExampleResult noise =
          UniformNoise.DEFAULT.withDraws(7).run(service, examples, threat, 1).examples().get(0);
      assertThat(noise.forwards()).isEqualTo(8);
      assertThat(noise.backwards()).isZero();
    }
  }

  @Test
  void a_run_that_no_step_moves_any_more_ends() {
    try (GradientService service = Models.exact(Models.binary(-9, 1))) {
      ExampleResult result = PLAIN.withSteps(40).run(service, one(0.1), WIDE, 0).examples().get(0);
      assertThat(result.input()[0]).isCloseTo(0.4, within(1e-6));
      assertThat(result.backwards()).isBetween(4L, 5L);
    }
  }

  @Test
  void wrongly_classified_examples_and_members_of_the_target_class_are_left_alone() {
    try (GradientService service = Models.exact(Models.binary(-0.5, 1))) {
      double[][] rows = {{0.9}, {0.1}, {0.9}, {0.1}};
      Examples examples = Examples.of(rows, new int[] {0, 1, 1, 0}, new long[] {0, 1, 2, 3});
      ThreatModel threat = WIDE.withGoal(new Goal.Targeted(1));
      AttackResult result = Pgd.DEFAULT.run(service, examples, threat, 0);
      // Row 0 is decided for the target, wrongly; row 2 belongs to it.
      assertThat(result.outcomes())
          .containsExactly(
              new Outcome.AlreadyWrong(),
              new Outcome.AlreadyWrong(),
              new Outcome.Held(),
              new Outcome.Held());
      assertThat(result.examples().stream().map(ExampleResult::predicted))
          .containsExactly(1, 0, 1, 0);
      for (int i = 0; i < 3; i++) {
        assertThat(result.inputs()[i]).containsExactly(examples.row(i));
        assertThat(result.examples().get(i).forwards()).isEqualTo(1);
      }
      assertThat(result.examples().get(3).forwards()).isGreaterThan(1);
    }
  }

  @Test
  void targets_by_id_go_with_their_examples() {
    double[][] weights = {{0, 2, 0}, {0, 0, 2}};
    var graph = Models.layers(new Models.Layer(weights, new double[] {0.1, 0, 0}));
    try (GradientService service = Models.exact(graph)) {
      double[][] rows = {{0, 0}, {0, 0}};
      Examples examples = Examples.of(rows, new int[] {0, 0}, new long[] {7, 5});
      ThreatModel threat = WIDE.withGoal(new Goal.TargetedEach(Map.of(5L, 2, 7L, 1)));
      double[][] inputs = Pgd.DEFAULT.run(service, examples, threat, 0).inputs();
      assertThat(Logits.decision(service.logits(inputs)[0])).isEqualTo(1);
      assertThat(Logits.decision(service.logits(inputs)[1])).isEqualTo(2);
      ThreatModel partial = WIDE.withGoal(new Goal.TargetedEach(Map.of(5L, 2)));
      assertThatThrownBy(() -> Pgd.DEFAULT.run(service, examples, partial, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("id 7");
    }
  }

  @Test
  void logits_that_are_not_finite_are_never_a_success() {
    double nan = Double.NaN;
    try (GradientService service = Models.exact(Models.binary(nan, 1))) {
      for (String name : Attacks.catalogue().names()) {
        Attack attack = Attacks.of(name, Map.of());
        boolean nearest = attack.declaration().kind() == Kind.MINIMUM_NORM;
        Norm norm = attack.norms().iterator().next();
        ThreatModel threat =
            nearest ? ThreatModel.nearest(norm) : ThreatModel.of(norm, norm == Norm.L0 ? 1 : 0.3);
        ExampleResult result = attack.run(service, one(0.1), threat, 0).examples().get(0);
        assertThat(result.outcome())
            .isEqualTo(new Outcome.Inconclusive("non-finite logits on the clean input"));
        assertThat(result.predicted()).isEqualTo(-1);
        assertThat(result.input()).containsExactly((float) 0.1);
      }
    }
    // Finite up to 0.2; at 0.25 thirty terms of 1.5e37 are more than a float holds.
    double[] knots = new double[31];
    double[] slopes = new double[31];
    Arrays.fill(knots, 1, 31, 0.2);
    Arrays.fill(slopes, 1, 31, 3e38);
    slopes[0] = 1;
    var explosive = Models.hinges(-9, knots, slopes);
    try (GradientService service = GradientService.builder(explosive).build()) {
      ExampleResult result = PLAIN.run(service, one(0.15), WIDE, 0).examples().get(0);
      assertThat(result.outcome()).isEqualTo(new Outcome.Inconclusive("non-finite logits"));
      assertThat(result.input()).containsExactly((float) 0.15);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"linf", "l2", "l1"})
  void a_model_without_gradients_is_flagged_and_its_inputs_stay_valid(String norm) {
    try (GradientService service = Models.exact(Models.binary(-1, 0, 0, 0))) {
      ThreatModel threat = ThreatModel.of(Norm.parse(norm), "0.25");
      ExampleResult result =
          Pgd.DEFAULT.withRestarts(2).run(service, one(0, 0.5, 1), threat, 0).examples().get(0);
      assertThat(result.outcome()).isEqualTo(new Outcome.Held());
      assertThat(result.zeroGradientAtStart()).isTrue();
      assertThat(service.domain().violation(result.input())).isEmpty();
      // One clean forward, and each run ends at its start, where it finds no way on.
      assertThat(result.forwards()).isEqualTo(3);
      assertThat(result.backwards()).isEqualTo(2);
    }
    try (GradientService service = Models.exact(Models.binary(-9, 1, 1, 1))) {
      assertThat(
              Pgd.DEFAULT
                  .run(service, one(0, 0.5, 1), WIDE, 0)
                  .examples()
                  .get(0)
                  .zeroGradientAtStart())
          .isFalse();
    }
  }

  @Test
  void clean_inputs_are_not_modified() {
    try (GradientService service = Models.exact(Models.random(12, 24, 4, 3))) {
      Examples examples = examples(service, 10, 7);
      double[][] before = examples.rows();
      AttackResult result = Pgd.DEFAULT.run(service, examples, ThreatModel.of(Norm.LINF, "0.1"), 0);
      assertThat(result.count(io.sextant.results.Outcome.BROKEN)).isPositive();
      assertThat(examples.rows()).isDeepEqualTo(before);
    }
  }

  @Test
  void scaling_inputs_box_and_scale_together_changes_nothing() {
    Models.Layer layer =
        new Models.Layer(
            new double[][] {{0.5, -1, 2}, {1, 1.5, -0.5}, {-1, 0.25, 1}},
            new double[] {0.1, 0, -0.2});
    Models.Layer quarter =
        new Models.Layer(
            new double[][] {{0.125, -0.25, 0.5}, {0.25, 0.375, -0.125}, {-0.25, 0.0625, 0.25}},
            new double[] {0.1, 0, -0.2});
    List<io.sextant.gradients.Feature> features =
        IntStream.range(0, 3)
            .mapToObj(
                i ->
                    new io.sextant.gradients.Feature(
                        "x" + i,
                        io.sextant.gradients.Feature.Kind.REAL,
                        0,
                        4,
                        4,
                        true,
                        io.sextant.gradients.Feature.Direction.BOTH))
            .toList();
    for (Norm norm : ThreatModel.CONVEX_NORMS) {
      ThreatModel threat = ThreatModel.of(norm, "0.3");
      try (GradientService unit = Models.exact(Models.layers(layer));
          GradientService wide =
              Models.exact(Models.layers(quarter), InputDomain.of(features, List.of()))) {
        double[] row = {0.3, 0.6, 0.1};
        Examples small = one(row);
        Examples large = one(Arrays.stream(small.row(0)).map(x -> 4 * x).toArray());
        int label = Logits.decision(unit.logits(small.rows())[0]);
        AttackResult a =
            Pgd.DEFAULT.run(unit, Examples.of(small.rows(), new int[] {label}, ids()), threat, 3);
        AttackResult b =
            Pgd.DEFAULT.run(wide, Examples.of(large.rows(), new int[] {label}, ids()), threat, 3);
        assertThat(b.outcomes()).isEqualTo(a.outcomes());
        assertThat(b.inputs()[0])
            .containsExactly(Arrays.stream(a.inputs()[0]).map(x -> 4 * x).toArray());
      }
    }
  }

  private static long[] ids() {
    return new long[] {0};
  }

  @Test
  void what_does_not_fit_is_refused_by_name() {
    try (GradientService service = Models.exact(Models.binary(-1, 1))) {
      assertThatThrownBy(() -> Pgd.DEFAULT.run(service, one(1.5), WIDE, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("outside the domain")
          .hasMessageContaining("x0");
      assertThatThrownBy(() -> Pgd.DEFAULT.run(service, one(Double.NaN), WIDE, 0))
          .isInstanceOf(IllegalArgumentException.class);
      Examples label = Examples.of(new double[][] {{0}}, new int[] {2}, ids());
      assertThatThrownBy(() -> Pgd.DEFAULT.run(service, label, WIDE, 0))
          .hasMessageContaining("label of example 0 must be in 0..1 but was 2");
      ThreatModel target = WIDE.withGoal(new Goal.Targeted(2));
      assertThatThrownBy(() -> Pgd.DEFAULT.run(service, one(0), target, 0))
          .hasMessageContaining("target of example 0 must be in 0..1 but was 2");
      ThreatModel count = ThreatModel.of(Norm.L0, "3");
      assertThatThrownBy(() -> Fgsm.DEFAULT.run(service, one(0), count, 0))
          .hasMessageContaining("l0");
    }
  }

  @Test
  void no_examples_give_no_results() {
    try (GradientService service = Models.exact(Models.binary(-1, 1))) {
      Examples none = Examples.of(new double[0][], new int[0], new long[0]);
      assertThat(Pgd.DEFAULT.run(service, none, WIDE, 0).examples()).isEmpty();
    }
  }
}
