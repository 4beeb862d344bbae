package io.sextant.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.attacks.blackbox.Square;
import io.sextant.attacks.blackbox.UniformNoise;
import io.sextant.attacks.gradient.ApgdT;
import io.sextant.attacks.gradient.Pgd;
import io.sextant.attacks.minimumnorm.Fab;
import io.sextant.attacks.minimumnorm.FabT;
import io.sextant.attacks.preset.AutoAttack;
import io.sextant.attacks.preset.Standard;
import io.sextant.attacks.table.Caa;
import io.sextant.attacks.table.Capgd;
import io.sextant.attacks.table.TableSearch;
import io.sextant.gradients.Examples;
import io.sextant.gradients.Feature;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.Step;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.methods.Declaration;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.results.Norm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A search that goes on where it stood ends as one that was never interrupted, bit for bit. */
class BookmarkTest {
  private static final int FEATURES = 6;
  private static final int COUNT = 12;
  private static final long SEED = 9;

  private static final InferenceGraph MODEL = Models.random(FEATURES, 12, 4, 3);

  private static final Attack WEAK_THEN_NEAR =
      new Searching(
          trial ->
              trial.stages(
                  List.of(
                      Stage.of("weak", UniformNoise.DEFAULT.withDraws(3)),
                      Stage.of("near", new FabT(6, 3)))));

  record Case(String what, Attack attack, ThreatModel threat, InputDomain domain) {
    @Override
    public String toString() {
      return what;
    }
  }

  private static Case box(String what, Attack attack, ThreatModel threat) {
    return new Case(what, attack, threat, InputDomain.box(FEATURES, 0, 1));
  }

  /** Attacks of every make, at radii at which many examples hold. */
  static Stream<Case> cases() {
    InputDomain table =
        InputDomain.of(
            Stream.concat(
                    IntStream.range(0, 3).mapToObj(i -> Feature.real("r" + i, 0, 1)),
                    IntStream.range(3, FEATURES).mapToObj(i -> binary("b" + i)))
                .toList(),
            List.of());
    return Stream.of(
        box("restarts", Pgd.DEFAULT.withSteps(5).withRestarts(4), at(Norm.L2, "0.04")),
        box("targets", ApgdT.DEFAULT.withSteps(6), at(Norm.LINF, "0.02")),
        box("logits alone", Square.DEFAULT.withQueries(20).withRestarts(3), at(Norm.LINF, "0.02")),
        box("nearest", new Fab(6, 3), ThreatModel.nearest(Norm.L2)),
        box(
            "parts with a minimum norm",
            new AutoAttack(),
            at(Norm.LINF, "0.01").withGoal(new Goal.Targeted(0))),
        // The first part has runs of its own.
        box("a part of many runs first", new AutoAttack(), at(Norm.L1, "0.05")),
        box("a part that breaks by a minimum norm", WEAK_THEN_NEAR, at(Norm.L2, "0.15")),
        box("a plan", Standard.DEFAULT, at(Norm.L2, "0.02")),
        box("a plan in L1", Standard.DEFAULT, at(Norm.L1, "0.03")),
        new Case(
            "runs that leave something",
            new Caa(Capgd.DEFAULT.withSteps(4).withRestarts(3), new TableSearch(8, 3)),
            at(Norm.L2, "0.01").withCategoryChanges(1),
            table));
  }

  private static Feature binary(String name) {
    return new Feature(name, Feature.Kind.BINARY, 0, 1, 1, true, Feature.Direction.BOTH);
  }

  private static ThreatModel at(Norm norm, String radius) {
    return ThreatModel.of(norm, radius);
  }

  private static Examples examples(InputDomain domain) {
    RandomGenerator random = RandomKey.of(5).random();
    double[][] rows = new double[COUNT][FEATURES];
    for (double[] row : rows) {
      for (int f = 0; f < FEATURES; f++) {
        double value = random.nextDouble();
        row[f] =
            domain.feature(f).kind() == Feature.Kind.BINARY ? Math.round(value) : (float) value;
      }
    }
    try (GradientService service = Models.exact(MODEL)) {
      int[] labels =
          Arrays.stream(service.logits(rows))
              .mapToInt(io.sextant.gradients.Logits::decision)
              .toArray();
      return Examples.of(
          rows, labels, IntStream.range(0, COUNT).mapToLong(i -> 3L * i + 1).toArray());
    }
  }

  /** Every bookmark of a run, as bytes, by example. */
  private static final class Recorder implements Listener {
    final Map<Long, List<byte[]>> all = new HashMap<>();

    @Override
    public void advanced(int settled, int total) {}

    @Override
    public synchronized void reached(Bookmark bookmark) {
      all.computeIfAbsent(bookmark.id(), id -> new ArrayList<>()).add(bookmark.bytes());
    }

    int most() {
      return all.values().stream().mapToInt(List::size).max().orElse(0);
    }
  }

  /**
   * An interrupted run that had come to the same bookmark of each example, where it has so many.
   */
  private record From(Map<Long, List<byte[]>> all, int place) implements Listener {
    @Override
    public void advanced(int settled, int total) {}

    @Override
    public Optional<Bookmark> bookmark(long id) {
      List<byte[]> own = all.getOrDefault(id, List.of());
      return place < own.size()
          ? Optional.of(Bookmark.read(own.get(place), FEATURES))
          : Optional.empty();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void a_search_that_goes_on_from_any_bookmark_ends_as_one_that_was_not_interrupted(Case one) {
    Examples examples = examples(one.domain());
    try (GradientService service = Models.exact(MODEL, one.domain())) {
      Recorder recorder = new Recorder();
      AttackResult whole = one.attack().run(service, examples, one.threat(), SEED, recorder);
      long spent = spent(service);
      assertThat(recorder.most()).as("bookmarks of an example").isGreaterThanOrEqualTo(2);
      for (int place = 0; place < recorder.most(); place++) {
        long before = spent(service);
        AttackResult resumed =
            one.attack().run(service, examples, one.threat(), SEED, new From(recorder.all, place));
        same(resumed, whole);
        // Bookmarks of examples that have so many stand for work that is not done again.
        assertThat(spent(service) - before).isLessThan(spent);
      }
    }
  }

  private static void same(AttackResult resumed, AttackResult whole) {
    assertThat(resumed).usingRecursiveComparison().isEqualTo(whole);
    for (int i = 0; i < COUNT; i++) {
      // To the last bit, which a comparison of fields leaves out.
      assertThat(resumed.examples().get(i).outcome()).isEqualTo(whole.examples().get(i).outcome());
      assertThat(resumed.examples().get(i).input()).isEqualTo(whole.examples().get(i).input());
    }
  }

  private static long spent(GradientService service) {
    return service.meter().counts().values().stream().mapToLong(count -> count.forwards()).sum();
  }

  @Test
  void a_radius_that_begins_with_a_larger_one_goes_on_too() {
    Examples examples = examples(InputDomain.box(FEATURES, 0, 1));
    Attack attack = Pgd.DEFAULT.withSteps(5).withRestarts(3);
    try (GradientService service = Models.exact(MODEL)) {
      AttackResult larger = attack.run(service, examples, at(Norm.L2, "0.3"), SEED);
      int[] predicted = larger.examples().stream().mapToInt(ExampleResult::predicted).toArray();
      List<Beginning> beginnings = Beginning.after(larger);
      Recorder recorder = new Recorder();
      ThreatModel threat = at(Norm.L2, "0.05");
      AttackResult whole =
          attack.run(service, examples, predicted, beginnings, threat, SEED, recorder);
      assertThat(recorder.most()).isEqualTo(2);
      for (int place = 0; place < 2; place++) {
        same(
            attack.run(
                service,
                examples,
                predicted,
                beginnings,
                threat,
                SEED,
                new From(recorder.all, place)),
            whole);
      }
    }
  }

  /** Runs that follow others: where those began is not known to a search that is called again. */
  private record TwoSeries() implements Attack {
    private static final Declaration<TwoSeries> DECLARATION =
        Declaration.of("two-series", Kind.FIXED_RADIUS, TwoSeries.class)
            .summary("random starts, twice")
            .norms(ThreatModel.CONVEX_NORMS)
            .made(TwoSeries::new);

    @Override
    public Declaration<TwoSeries> declaration() {
      return DECLARATION;
    }

    @Override
    public Passes passes(int classes, int features) {
      return new Passes(6, 0);
    }

    @Override
    public Step<Trial> search(Trial trial) {
      return trial.atClean(logits -> series(trial));
    }

    private static Step<Trial> series(Trial trial) {
      return trial
          .runs(3, run -> trial.judge(trial.uniform()))
          .then(
              first -> {
                double left = trial.leadLeft();
                return trial.runs(
                    2, run -> trial.judge(left < 0.99 ? trial.surface(0.01) : at(trial)));
              });
    }

    private static Iterate at(Trial trial) {
      return trial.project(trial.ascend(trial.clean(), new double[FEATURES], 0));
    }
  }

  @Test
  void later_runs_of_a_search_are_begun_again() {
    Examples examples = examples(InputDomain.box(FEATURES, 0, 1));
    ThreatModel threat = at(Norm.L2, "0.01");
    try (GradientService service = Models.exact(MODEL)) {
      Recorder recorder = new Recorder();
      Attack attack = new TwoSeries();
      AttackResult whole = attack.run(service, examples, threat, SEED, recorder);
      assertThat(recorder.most()).isEqualTo(2);
      for (int place = 0; place < 2; place++) {
        same(attack.run(service, examples, threat, SEED, new From(recorder.all, place)), whole);
      }
    }
  }

  @Test
  void bytes_that_are_no_bookmark_are_refused() {
    Examples examples = examples(InputDomain.box(FEATURES, 0, 1));
    try (GradientService service = Models.exact(MODEL)) {
      Recorder recorder = new Recorder();
      new Fab(4, 2).run(service, examples, ThreatModel.nearest(Norm.L2), SEED, recorder);
      byte[] whole = recorder.all.values().iterator().next().get(0);
      assertThat(Bookmark.read(whole, FEATURES).bytes()).isEqualTo(whole);
      for (int length = 0; length < whole.length; length++) {
        byte[] cut = Arrays.copyOf(whole, length);
        assertThatThrownBy(() -> Bookmark.read(cut, FEATURES))
            .isInstanceOf(IllegalArgumentException.class);
      }
      assertThatThrownBy(() -> Bookmark.read(Arrays.copyOf(whole, whole.length + 1), FEATURES))
          .hasMessageContaining("1 were left");
      assertThatThrownBy(() -> Bookmark.read(whole, FEATURES + 1))
          .isInstanceOf(IllegalArgumentException.class);
      byte[] huge = whole.clone();
      Arrays.fill(huge, 8, 12, (byte) 0x7f);
      assertThatThrownBy(() -> Bookmark.read(huge, FEATURES)).hasMessageContaining("cannot hold");
    }
  }

  /** Bytes that were made by hand: what guards files sees no difference. */
  @Test
  void numbers_that_no_search_leaves_are_refused() {
    Examples examples = examples(InputDomain.box(FEATURES, 0, 1));
    ThreatModel threat = ThreatModel.nearest(Norm.L2);
    try (GradientService service = Models.exact(MODEL);
        GradientService fewer = Models.exact(Models.random(FEATURES, 12, 3, 3))) {
      Recorder recorder = new Recorder();
      new Fab(4, 2).run(service, examples, threat, SEED, recorder);
      byte[] whole = recorder.all.values().iterator().next().get(0);
      // id, levels, next, begun: then passes forward and backward.
      for (int at : new int[] {12, 16, 20, 28}) {
        byte[] negative = whole.clone();
        negative[at] = (byte) 0x80;
        assertThatThrownBy(() -> Bookmark.read(negative, FEATURES))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("0 or more");
      }
      // The flag for gradients, an empty list, and then the decision.
      byte[] undecided = whole.clone();
      undecided[41] = (byte) 0x80;
      assertThatThrownBy(() -> Bookmark.read(undecided, FEATURES))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("must be a class");
      int[] labels = new int[COUNT];
      Examples others =
          Examples.of(
              examples.rows(), labels, IntStream.range(0, COUNT).mapToLong(examples::id).toArray());
      assertThatThrownBy(
              () -> new Fab(4, 2).run(fewer, others, threat, SEED, new From(recorder.all, 0)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("other classes than the 3 of this one");
    }
  }

  @Test
  void of_the_cases_one_has_examples_that_a_minimum_norm_breaks_and_some_that_it_does_not() {
    try (GradientService service = Models.exact(MODEL)) {
      AttackResult result =
          WEAK_THEN_NEAR.run(
              service, examples(InputDomain.box(FEATURES, 0, 1)), at(Norm.L2, "0.15"), SEED);
      assertThat(result.examples())
          .anyMatch(own -> own.stages().size() == 2 && own.outcome() instanceof Outcome.Broken)
          .anyMatch(own -> own.outcome() instanceof Outcome.Held);
    }
  }
}
