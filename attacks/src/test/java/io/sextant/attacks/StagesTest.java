package io.sextant.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.attacks.blackbox.UniformNoise;
import io.sextant.attacks.gradient.Fgsm;
import io.sextant.attacks.gradient.Pgd;
import io.sextant.attacks.minimumnorm.Fab;
import io.sextant.attacks.minimumnorm.FabT;
import io.sextant.attacks.minimumnorm.Fmn;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.Logits;
import io.sextant.gradients.Meter;
import io.sextant.gradients.Step;
import io.sextant.methods.Declaration;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.results.Norm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StagesTest {
  private static final int SIZE = 40;
  private static final ThreatModel THREAT = ThreatModel.of(Norm.LINF, 0.08);

  /** Tries parts in turn. */
  private record InTurn(List<Stage> plan) implements Attack {
    private static final Declaration<InTurn> DECLARATION =
        Declaration.of("in-turn", Kind.FIXED_RADIUS, InTurn.class)
            .norms(ThreatModel.CONVEX_NORMS)
            .made(() -> new InTurn(List.of()), values -> new InTurn(List.of()));

    InTurn(Stage... plan) {
      this(List.of(plan));
    }

    @Override
    public Declaration<InTurn> declaration() {
      return DECLARATION;
    }

    @Override
    public Passes passes(int classes, int features) {
      return plan.stream()
          .map(stage -> stage.attack().passes(classes, features))
          .reduce(new Passes(1, 0), Passes::plus);
    }

    @Override
    public Step<Trial> search(Trial trial) {
      return trial.stages(plan);
    }
  }

  private static <T> T on(Function<GradientService, T> work) {
    try (GradientService service =
        Models.exact(Models.random(12, 24, 4, 5), InputDomain.box(12, 0, 1))) {
      return work.apply(service);
    }
  }

  private static Examples examples(GradientService service) {
    SplittableRandom random = new SplittableRandom(3);
    double[][] rows =
        IntStream.range(0, SIZE)
            .mapToObj(i -> random.doubles(12).map(v -> (float) v).toArray())
            .toArray(double[][]::new);
    double[][] logits = service.as("labels").logits(rows);
    int[] labels = IntStream.range(0, SIZE).map(i -> Logits.decision(logits[i])).toArray();
    return Examples.of(rows, labels, IntStream.range(0, SIZE).asLongStream().toArray());
  }

  private static AttackResult run(Attack attack) {
    return on(service -> attack.run(service, examples(service), THREAT, 1));
  }

  private static boolean broken(ExampleResult result) {
    return result.outcome() instanceof Outcome.Broken;
  }

  @Test
  void each_part_is_tried_on_what_still_holds_and_what_one_finds_ends_all() {
    AttackResult together = run(new InTurn(Stage.of(Fgsm.DEFAULT), Stage.of(Pgd.DEFAULT)));
    AttackResult first = run(Fgsm.DEFAULT);
    int added = 0;
    for (int i = 0; i < SIZE; i++) {
      ExampleResult own = together.examples().get(i);
      ExampleResult alone = first.examples().get(i);
      assertThat(own.stages().get(0).broken()).isEqualTo(broken(alone));
      assertThat(own.stages()).hasSize(broken(alone) ? 1 : 2);
      if (broken(alone)) {
        assertThat(own.input()).isEqualTo(alone.input());
        assertThat(((Outcome.Broken) own.outcome()).restart()).isZero();
      } else if (broken(own)) {
        added++;
        assertThat(own.stages().get(1).broken()).isTrue();
        assertThat(((Outcome.Broken) own.outcome()).restart()).isEqualTo(1);
      }
    }
    assertThat(added).isPositive();
    assertThat(together.examples()).anyMatch(result -> !broken(result));
  }

  @Test
  void what_parts_spend_adds_up_to_the_meter() {
    on(
        service -> {
          Examples examples = examples(service);
          InTurn attack =
              new InTurn(
                  Stage.of("some", UniformNoise.DEFAULT.withDraws(3)),
                  Stage.of("few", Pgd.DEFAULT.withSteps(3)),
                  Stage.of(Fmn.DEFAULT));
          AttackResult result = attack.run(service, examples, THREAT, 1);
          Meter.Count spent = service.meter().counts().get("in-turn");
          long forwards = 0;
          long backwards = 0;
          for (ExampleResult own : result.examples()) {
            long parts = own.stages().stream().mapToLong(StageResult::forwards).sum();
            // The decision on the clean input is the attack's own.
            assertThat(own.forwards()).isEqualTo(parts + 1);
            assertThat(own.backwards())
                .isEqualTo(own.stages().stream().mapToLong(StageResult::backwards).sum());
            forwards += own.forwards();
            backwards += own.backwards();
          }
          assertThat(spent).isEqualTo(new Meter.Count(forwards, backwards));
          return result;
        });
  }

  @Test
  void of_a_minimum_norm_part_counts_what_lies_within_the_radius_and_it_ends_there() {
    AttackResult together = run(new InTurn(Stage.of(Fmn.DEFAULT)));
    AttackResult alone =
        on(
            service ->
                Fmn.DEFAULT.run(service, examples(service), ThreatModel.nearest(Norm.LINF), 1));
    int within = 0;
    for (int i = 0; i < SIZE; i++) {
      int index = i;
      ExampleResult own = together.examples().get(i);
      Outcome nearest = alone.examples().get(i).outcome();
      boolean near = nearest instanceof Outcome.Broken found && found.distance() <= 0.08;
      assertThat(broken(own)).isEqualTo(near);
      if (own.outcome() instanceof Outcome.Broken found) {
        within++;
        assertThat(found.distance()).isLessThanOrEqualTo(0.08);
        assertThat(own.backwards()).isLessThan(alone.examples().get(i).backwards());
      } else {
        // What it found beyond the radius is no input of this threat.
        double[] clean = on(service -> examples(service).row(index));
        assertThat(own.input()).isEqualTo(clean);
        assertThat(own.outcome()).isEqualTo(new Outcome.Held());
      }
    }
    assertThat(within).isBetween(1, SIZE - 1);
  }

  @Test
  void a_part_is_left_out_where_the_true_class_has_too_much_of_its_lead_left() {
    Stage weak = Stage.of("weak", Pgd.DEFAULT.withSteps(2));
    AttackResult all = run(new InTurn(weak));
    AttackResult some = run(new InTurn(weak, Stage.of("near", Pgd.DEFAULT).whereLeft(0.5)));
    int tried = 0;
    int left = 0;
    for (int i = 0; i < SIZE; i++) {
      List<StageResult> stages = some.examples().get(i).stages();
      assertThat(stages.get(0)).isEqualTo(all.examples().get(i).stages().get(0));
      if (!stages.get(0).broken()) {
        tried += stages.size() == 2 ? 1 : 0;
        left += stages.size() == 1 ? 1 : 0;
      }
    }
    assertThat(tried).isPositive();
    assertThat(left).isPositive();
  }

  @Test
  void a_part_for_a_share_of_the_examples_draws_each_by_itself() {
    InTurn attack = new InTurn(Stage.of("half", UniformNoise.DEFAULT).onShare(0.5));
    AttackResult all = run(attack);
    long drawn = all.examples().stream().filter(own -> own.stages().size() == 1).count();
    assertThat(drawn).isBetween(8L, 32L);
    // Whoever else is attacked, the same examples are drawn.
    AttackResult few =
        on(service -> attack.run(service, examples(service).at(5, 6, 7, 8), THREAT, 1));
    for (int i = 0; i < 4; i++) {
      assertThat(few.examples().get(i).stages()).isEqualTo(all.examples().get(5 + i).stages());
    }
  }

  @Test
  void parts_of_one_attack_under_two_names_draw_other_numbers() {
    Attack once = Pgd.DEFAULT.withSteps(1).withUntilBroken(false);
    AttackResult result = run(new InTurn(Stage.of("a", once), Stage.of("b", once)));
    AttackResult again = run(new InTurn(Stage.of("a", once), Stage.of("a2", once)));
    assertThat(
            IntStream.range(0, SIZE)
                .filter(
                    i ->
                        !Arrays.equals(
                            result.examples().get(i).input(), again.examples().get(i).input())))
        .isNotEmpty();
  }

  /** Adaptive directions take another rival in each run. */
  @Test
  void runs_are_counted_on_from_part_to_part() {
    List<Integer> numbers = new ArrayList<>();
    Function<Integer, Attack> counted =
        count ->
            new Searching(
                trial ->
                    trial.runs(
                        count,
                        run -> {
                          numbers.add(trial.run());
                          return trial.judge(trial.clean());
                        }));
    Attack all =
        new InTurn(
            Stage.of("two", counted.apply(2)),
            Stage.of("none", new Searching(Trial::over)),
            Stage.of("three", counted.apply(3)));
    on(service -> all.run(service, examples(service).slice(0, 1), THREAT, 1));
    assertThat(numbers).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void what_an_attacker_may_do_stays_where_a_part_looks_for_the_nearest_input() {
    ThreatModel threat =
        THREAT.withGoal(new Goal.Targeted(2)).withCategoryChanges(3).withBudget(1.5);
    ThreatModel nearest = threat.withoutRadius();
    assertThat(nearest.radius()).isInfinite();
    assertThat(nearest.norm()).isEqualTo(threat.norm());
    assertThat(nearest.goal()).isEqualTo(threat.goal());
    assertThat(nearest.categoryChanges()).isEqualTo(3);
    assertThat(nearest.budget()).isEqualTo(1.5);
  }

  /** Follows one gradient and gives up. */
  private static final Stage VAIN =
      Stage.of(
          "vain",
          new Searching(
              trial ->
                  trial.gradient(
                      trial.clean(), trial.objective(Loss.MARGIN), gradient -> trial.over())));

  private static final Stage NOISE = Stage.of("noise", UniformNoise.DEFAULT.withDraws(40));

  @Test
  void what_breaks_without_gradients_after_them_is_remarked_on() {
    AttackResult sampled = run(new InTurn(VAIN, NOISE.onShare(0.5)));
    List<StageResult> noise =
        sampled.examples().stream()
            .flatMap(own -> own.stages().stream())
            .filter(stage -> stage.stage().equals("noise"))
            .toList();
    assertThat(noise).hasSizeBetween(1, SIZE - 1).allMatch(StageResult::blind);
    assertThat(noise).allMatch(StageResult::sampled);
    int broken = Math.toIntExact(noise.stream().filter(StageResult::breaksBlindly).count());
    assertThat(broken).isPositive().isLessThan(noise.size());
    assertThat(sampled.blindBreaks()).isEqualTo(new BlindBreaks(broken, noise.size()));
    assertThat(sampled.remarks())
        .singleElement()
        .asString()
        .contains(broken + " of " + noise.size(), "without gradients", "thorough");
  }

  @Test
  void noise_that_comes_first_says_nothing_of_gradients() {
    AttackResult first = run(new InTurn(NOISE, VAIN));
    assertThat(first.examples()).anyMatch(StagesTest::broken);
    assertThat(first.examples().stream().flatMap(own -> own.stages().stream()))
        .noneMatch(StageResult::blind)
        .noneMatch(StageResult::sampled);
    assertThat(first.remarks()).isEmpty();
  }

  /** Logits (1, 0.9, 0.2, 0.1) in the middle; class c rises along feature c - 1. */
  private static AttackResult onFour(Attack attack) {
    double[][] weights = {{0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}};
    double[] bias = {1, 0.4, -0.3, -0.4};
    try (GradientService service =
        Models.exact(Models.layers(new Models.Layer(weights, bias)), InputDomain.box(3, -9, 9))) {
      Examples one = Examples.of(new double[][] {{0.5, 0.5, 0.5}}, new int[] {0}, new long[] {4});
      return attack.run(service, one, ThreatModel.of(Norm.LINF, 0.2), 1);
    }
  }

  @Test
  void a_minimum_norm_part_of_many_runs_ends_with_the_first_that_came_within_the_radius() {
    for (List<Attack> pair :
        List.of(
            List.<Attack>of(FabT.DEFAULT, FabT.DEFAULT.withTargets(1)),
            List.<Attack>of(Fab.DEFAULT.withRestarts(5), Fab.DEFAULT))) {
      ExampleResult many = onFour(new InTurn(Stage.of(pair.get(0)))).examples().get(0);
      ExampleResult one = onFour(new InTurn(Stage.of(pair.get(1)))).examples().get(0);
      assertThat(one.outcome()).isInstanceOf(Outcome.Broken.class);
      assertThat(many.forwards()).isEqualTo(one.forwards());
      assertThat(many.backwards()).isEqualTo(one.backwards());
      assertThat(many.outcome()).isEqualTo(one.outcome());
    }
  }

  @Test
  void what_a_search_for_the_nearest_input_sees_beyond_the_radius_finishes_no_other_search() {
    // 20 steps of a thousandth: the margin rises to the end.
    Stage slow =
        Stage.of("slow", Pgd.DEFAULT.withStart(Start.CLEAN).withSteps(20).withStepSize(1e-3));
    for (InTurn attack :
        List.of(new InTurn(slow), new InTurn(slow, Stage.of("nearest", Fmn.DEFAULT)))) {
      try (GradientService service =
          Models.exact(Models.binary(-2, 1, 1), InputDomain.box(2, -9, 9))) {
        Examples one = Examples.of(new double[][] {{0, 0}}, new int[] {0}, new long[] {4});
        ExampleResult result =
            attack.run(service, one, ThreatModel.of(Norm.LINF, 0.1), 1).examples().get(0);
        assertThat(result.outcome()).isEqualTo(new Outcome.Held());
        assertThat(result.signs()).contains(Sign.UNFINISHED);
      }
    }
  }

  @Test
  void what_a_part_found_is_what_the_whole_has_found() {
    List<double[]> found = new ArrayList<>();
    Searching after =
        new Searching(
            trial ->
                trial
                    .stages(List.of(Stage.of(Fgsm.DEFAULT), Stage.of(FabT.DEFAULT)))
                    .then(
                        done -> {
                          trial.found().ifPresent(x -> found.add(x.row()));
                          assertThat(trial.isSettled()).isTrue();
                          assertThat(trial.nearest()).isLessThanOrEqualTo(0.2);
                          return trial.over();
                        }));
    ExampleResult result = onFour(after).examples().get(0);
    assertThat(found).hasSize(1);
    assertThat(found.get(0)).containsExactly(result.input());
  }
}
