package io.sextant.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.attacks.Attack;
import io.sextant.attacks.Bookmark;
import io.sextant.attacks.Listener;
import io.sextant.attacks.Loss;
import io.sextant.attacks.Stage;
import io.sextant.attacks.ThreatModel;
import io.sextant.attacks.Trial;
import io.sextant.attacks.gradient.Pgd;
import io.sextant.attacks.preset.Preset;
import io.sextant.attacks.preset.Standard;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Step;
import io.sextant.methods.Declaration;
import io.sextant.methods.Passes;
import io.sextant.results.Norm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Work that is interrupted within a unit, again and again and at two radii, ends in the bits of
 * work that is not.
 */
class InterruptedUnitTest {
  private static final int SEED = 8;
  private static final int EXAMPLES = 24;

  /** Parts that begin before each interruption, those that are begun again among them. */
  private static final int[] BEGINNINGS = {35, 30, 20, 12};

  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path folder;

  private static Examples examples(GradientService service) {
    Examples some = UnitDataTest.examples().slice(0, EXAMPLES);
    int[] predicted = new UnitDataTest.Same(service).decisions(some);
    return Examples.of(some.rows(), predicted, some.ids());
  }

  /** The same attack, which interrupts its thread when its parts have begun so often. */
  private record Interrupting(Attack attack, AtomicInteger left) implements Attack {
    @Override
    public Declaration<?> declaration() {
      return attack.declaration();
    }

    @Override
    public Map<String, String> configuration() {
      return attack.configuration();
    }

    @Override
    public Passes passes(int classes, int features) {
      return attack.passes(classes, features);
    }

    @Override
    public boolean nested() {
      return true;
    }

    @Override
    public Step<Trial> search(Trial trial) {
      if (!(attack instanceof Preset preset)) {
        if (left.decrementAndGet() == 0) {
          Thread.currentThread().interrupt();
        }
        return attack.search(trial);
      }
      return trial.stages(
          preset.plan(trial.norm()).stream()
              .map(
                  stage ->
                      new Stage(
                          stage.name(),
                          new Interrupting(stage.attack(), left),
                          stage.most(),
                          stage.chosen()))
              .toList());
    }
  }

  private static List<AttackStage.Planned> cells(Attack attack, Norm norm, String... radii) {
    return Stream.of(radii)
        .map(radius -> new AttackStage.Planned(ThreatModel.of(norm, radius), attack.name(), attack))
        .toList();
  }

  private static long spent(GradientService service) {
    return service.meter().counts().entrySet().stream()
        .filter(own -> !Set.of("resume", "judge", "verification").contains(own.getKey()))
        .map(Map.Entry::getValue)
        .mapToLong(count -> count.forwards() + count.backwards())
        .sum();
  }

  private void same(List<AttackStage.Part> resumed, List<AttackStage.Part> whole) {
    assertThat(resumed).hasSameSizeAs(whole);
    for (int i = 0; i < whole.size(); i++) {
      Unit.Done expected = whole.get(i).done();
      assertThat(resumed.get(i).done().attempts()).isEqualTo(expected.attempts());
      assertThat(resumed.get(i).done().adversarial()).isDeepEqualTo(expected.adversarial());
    }
  }

  /** What is told on the way. */
  private static final class Notes implements Progress {
    private final List<String> all = new ArrayList<>();

    @Override
    public void phase(String name) {}

    @Override
    public void note(String what) {
      all.add(what);
    }

    @Override
    public void advanced(String what, int done, int total, Optional<Duration> remaining) {}
  }

  @ParameterizedTest
  @ValueSource(strings = {"nd4j", "onednn"})
  void a_preset_that_is_interrupted_within_its_parts_ends_in_the_same_bits(String engine)
      throws IOException {
    try (GradientService service = UnitDataTest.service(engine)) {
      Examples examples = examples(service);
      Notes notes = new Notes();
      AttackRunner runner =
          new AttackRunner(new UnitDataTest.Same(service), service, Map.of(), SEED, notes);
      String[] radii = {"0.1", "0.3"};
      long begun = spent(service);
      List<AttackStage.Part> whole =
          Sweep.run(cells(Standard.DEFAULT, Norm.L2, radii), examples, runner, null);
      long once = spent(service) - begun;

      UnitStore store = new UnitStore(folder);
      int stood = 0;
      for (int beginnings : BEGINNINGS) {
        Attack attack = new Interrupting(Standard.DEFAULT, new AtomicInteger(beginnings));
        assertThatThrownBy(() -> Sweep.run(cells(attack, Norm.L2, radii), examples, runner, store))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("goes on where it was");
        assertThat(Thread.interrupted()).isTrue();
        stood += files(".runs").size();
      }
      assertThat(stood).isGreaterThanOrEqualTo(2);
      boolean invariant = engine.equals("onednn");
      assertThat(files(".json"))
          .as("the last one was at the smaller radius")
          .hasSize(invariant ? 1 : 0);
      long before = spent(service);
      same(Sweep.run(cells(Standard.DEFAULT, Norm.L2, radii), examples, runner, store), whole);
      assertThat(files("")).hasSize(radii.length);
      // The small kernels of ND4J's matrix products give other bits than the large ones.
      if (invariant) {
        assertThat(notes.all).isEmpty();
        assertThat(spent(service) - before).isLessThan(once / 2);
      } else {
        assertThat(notes.all).isNotEmpty().allMatch(note -> note.contains("is done again"));
      }
    }
  }

  @Test
  void runs_of_an_attack_are_not_done_again() throws IOException {
    try (GradientService service = UnitDataTest.service("onednn")) {
      Examples examples = examples(service);
      AttackRunner runner =
          new AttackRunner(
              new UnitDataTest.Same(service), service, Map.of(), SEED, Progress.SILENT);
      Pgd pgd = Pgd.DEFAULT.withSteps(50).withRestarts(20).withLoss(Loss.MARGIN);
      List<AttackRunner.Task> tasks =
          AttackRunner.tasks(ThreatModel.of(Norm.LINF, "0.002"), pgd, "pgd", examples);
      long begun = spent(service);
      Unit.Done whole = runner.run(tasks, null).get(0);
      long once = spent(service) - begun;

      UnitStore store = new UnitStore(folder);
      try (Journal journal = store.journal(tasks.get(0).unit())) {
        // All that was under way had come to its last run.
        pgd.run(
            service,
            examples,
            new UnitDataTest.Same(service).decisions(examples),
            List.of(),
            tasks.get(0).threat(),
            SEED,
            new Forgetful(journal));
      }
      long before = spent(service);
      Unit.Done resumed = runner.run(tasks, store).get(0);
      assertThat(resumed.attempts()).isEqualTo(whole.attempts());
      assertThat(resumed.adversarial()).isDeepEqualTo(whole.adversarial());
      assertThat(spent(service) - before).isLessThan(once / 5);
    }
  }

  /** Loses what was done, and keeps where it stood. */
  private record Forgetful(Journal journal) implements Listener {
    @Override
    public void advanced(int settled, int total) {}

    @Override
    public void reached(Bookmark bookmark) {
      journal.reached(bookmark);
    }
  }

  @Test
  void work_that_is_kept_nowhere_promises_nothing_when_it_is_interrupted() {
    try (GradientService service = UnitDataTest.service()) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(
              () ->
                  VerifiedAttack.run(
                      new UnitDataTest.Same(service),
                      service,
                      Pgd.DEFAULT,
                      ThreatModel.of(Norm.L2, "0.1"),
                      List.of("0.1"),
                      examples(service),
                      SEED))
          .isInstanceOf(CancellationException.class)
          .hasMessageNotContaining("goes on");
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  private List<Path> files(String end) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(file -> file.toString().endsWith(end)).toList();
    }
  }
}
