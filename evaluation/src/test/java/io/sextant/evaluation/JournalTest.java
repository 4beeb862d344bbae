package io.sextant.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.attacks.ExampleResult;
import io.sextant.attacks.Outcome;
import io.sextant.attacks.Sign;
import io.sextant.attacks.StageResult;
import io.sextant.attacks.ThreatModel;
import io.sextant.attacks.preset.Quick;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Meter;
import io.sextant.results.Norm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  private static final int SEED = 4;
  private static final ThreatModel THREAT = ThreatModel.of(Norm.LINF, "0.05");

  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path folder;

  private static ExampleResult result(long id, Outcome outcome) {
    return new ExampleResult(
        id,
        1,
        2,
        outcome,
        new double[] {0.1f, -0f, 1e-30f},
        7,
        5,
        Set.of(Sign.UNFINISHED),
        List.of(new StageResult("margin", true, false, true, 7, 5)));
  }

  private Journal journal() throws IOException {
    return new Journal(folder.resolve("u.part"), 3);
  }

  private static void same(ExampleResult found, ExampleResult expected) {
    assertThat(found).usingRecursiveComparison().isEqualTo(expected);
  }

  @Test
  void what_was_done_comes_back() throws IOException {
    List<Outcome> outcomes =
        List.of(
            new Outcome.Broken(0.1 + 0.2, 3, 17),
            new Outcome.Held(),
            new Outcome.AlreadyWrong(),
            new Outcome.Inconclusive("non-finite logits"));
    try (Journal journal = journal()) {
      for (int i = 0; i < outcomes.size(); i++) {
        journal.finished(result(i, outcomes.get(i)));
      }
    }
    try (Journal journal = journal()) {
      assertThat(journal.isEmpty()).isFalse();
      for (int i = 0; i < outcomes.size(); i++) {
        same(journal.find(i).orElseThrow(), result(i, outcomes.get(i)));
      }
      assertThat(journal.find(9)).isEmpty();
      journal.delete();
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void lines_that_say_nothing_cost_their_own_example_and_no_other() throws IOException {
    try (Journal journal = journal()) {
      for (int i = 0; i < 3; i++) {
        journal.finished(result(i, new Outcome.Held()));
      }
    }
    Path file = folder.resolve("u.part");
    List<String> lines = Files.readAllLines(file);
    byte[] noText = {(byte) 0xc3, (byte) 0x28, '\n'};
    Files.writeString(file, "null\n");
    Files.writeString(
        file,
        lines.get(0).replaceFirst("\"outcome\":\"[^\"]*\"", "\"outcome\":null") + "\n",
        StandardOpenOption.APPEND);
    Files.write(file, noText, StandardOpenOption.APPEND);
    Files.writeString(file, lines.get(2) + "\n", StandardOpenOption.APPEND);
    try (Journal journal = journal()) {
      assertThat(journal.find(0)).isEmpty();
      same(journal.find(2).orElseThrow(), result(2, new Outcome.Held()));
    }
  }

  @Test
  void a_line_that_was_cut_off_costs_its_own_example_and_no_other() throws IOException {
    Path file = folder.resolve("u.part");
    try (Journal journal = journal()) {
      journal.finished(result(0, new Outcome.Held()));
      journal.finished(result(1, new Outcome.Held()));
    }
    String text = Files.readString(file);
    Files.writeString(file, text.substring(0, text.length() - 9));
    try (Journal journal = journal()) {
      assertThat(journal.find(0)).isPresent();
      assertThat(journal.find(1)).isEmpty();
      journal.finished(result(2, new Outcome.Held()));
    }
    try (Journal journal = journal()) {
      assertThat(journal.find(0)).isPresent();
      assertThat(journal.find(2)).isPresent();
    }
    assertThat(new Journal(file, 4).isEmpty()).as("inputs of another width").isTrue();
  }

  @Test
  void an_interrupted_unit_goes_on_where_it_was() throws IOException {
    try (GradientService service = UnitDataTest.service()) {
      Examples examples = UnitDataTest.examples().slice(0, 60);
      List<AttackRunner.Task> tasks = AttackRunner.tasks(THREAT, Quick.DEFAULT, "quick", examples);
      AttackRunner runner =
          new AttackRunner(
              new UnitDataTest.Same(service), service, Map.of(), SEED, Progress.SILENT);
      Unit.Done whole = runner.run(tasks, null).get(0);
      long once = spent(service);

      UnitStore store = new UnitStore(folder);
      int[] predicted = new UnitDataTest.Same(service).decisions(examples);
      try (Journal journal = store.journal(tasks.get(0).unit())) {
        // In another order, and not from the first on.
        int[] some = {40, 3, 17, 18, 55, 8, 9, 10, 11, 12, 30, 31, 32, 33, 34};
        Quick.DEFAULT
            .run(
                service,
                examples.at(some),
                Arrays.stream(some).map(i -> predicted[i]).toArray(),
                THREAT,
                SEED)
            .examples()
            .forEach(journal::finished);
      }
      long before = spent(service);
      Unit.Done resumed = runner.run(tasks, store).get(0);
      assertThat(resumed.attempts()).isEqualTo(whole.attempts());
      assertThat(resumed.adversarial()).isDeepEqualTo(whole.adversarial());
      assertThat(spent(service) - before).isPositive().isLessThan(once);
      try (Stream<Path> files = Files.list(folder)) {
        assertThat(files).extracting(file -> file.getFileName().toString()).hasSize(1);
      }
      assertThat(store.find(tasks.get(0).unit(), note -> {})).isPresent();
    }
  }

  private static long spent(GradientService service) {
    Meter.Count quick = service.meter().counts().get("quick");
    return quick == null ? 0 : quick.backwards();
  }
}
