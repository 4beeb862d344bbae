package io.sextant.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.attacks.StageResult;
import io.sextant.gradients.Examples;
import io.sextant.results.Cell;
import io.sextant.results.Condition;
import io.sextant.results.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnitStoreTest {
  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path folder;

  private final List<String> notes = new ArrayList<>();

  private static Unit unit(int count, int width) {
    double[][] rows = new double[count][width];
    long[] ids = IntStream.range(0, count).mapToLong(i -> 10L + i).toArray();
    return new Unit(
        new Cell(Condition.parse("linf 8/255"), "pgd"), 3, Examples.of(rows, new int[count], ids));
  }

  private static Unit.Done done(Unit unit) {
    List<Attempt> attempts = new ArrayList<>();
    int width = unit.examples().row(0).length;
    float[][] inputs = new float[unit.examples().size()][width];
    for (int i = 0; i < inputs.length; i++) {
      attempts.add(
          new Attempt(
              10 + i,
              0,
              0,
              Outcome.BROKEN,
              0.03,
              null,
              false,
              41,
              40,
              1,
              0.75,
              2.5,
              Set.of(),
              List.of(new StageResult("margin", true, true, true, 41, 40))));
      for (int j = 0; j < width; j++) {
        inputs[i][j] = i + j / 7f;
      }
    }
    return new Unit.Done(attempts, inputs);
  }

  private void comesBack(Unit unit) throws IOException {
    UnitStore store = new UnitStore(folder);
    Unit.Done done = done(unit);
    store.keep(unit, done);
    Unit.Done found = store.find(unit, notes::add).orElseThrow();
    assertThat(found.attempts()).isEqualTo(done.attempts());
    assertThat(found.adversarial()).isDeepEqualTo(done.adversarial());
    assertThat(notes).isEmpty();
  }

  @Test
  void what_was_kept_is_found() throws IOException {
    comesBack(unit(3, 4));
  }

  @Test
  void a_full_unit_of_pictures_of_3_x_224_x_224_is_found() throws IOException {
    comesBack(unit(Unit.CHUNK, 3 * 224 * 224));
  }

  @Test
  void an_example_longer_than_any_text_that_is_usually_read_is_found() throws IOException {
    comesBack(unit(1, 5_000_000));
  }

  @Test
  void what_was_never_kept_is_nothing_to_tell() throws IOException {
    assertThat(new UnitStore(folder).find(unit(1, 1), notes::add)).isEqualTo(Optional.empty());
    assertThat(notes).isEmpty();
  }

  @Test
  void a_unit_that_cannot_be_used_is_told() throws IOException {
    UnitStore store = new UnitStore(folder);
    store.keep(unit(3, 4), done(unit(3, 4)));
    assertThat(store.find(unit(3, 5), notes::add)).isEmpty();
    assertThat(store.find(unit(2, 4), notes::add)).isEmpty();
    Path file = folder.resolve("linf-8d255-pgd-00003.json");
    Files.writeString(file, Files.readString(file).substring(0, 60));
    assertThat(store.find(unit(3, 4), notes::add)).isEmpty();
    assertThat(notes)
        .hasSize(3)
        .allMatch(note -> note.startsWith("pgd, L∞ 8/255, "))
        .allMatch(note -> note.contains("is done again: linf-8d255-pgd-00003.json cannot be used"));
  }

  @Test
  void a_file_that_holds_nothing_is_done_again() throws IOException {
    UnitStore store = new UnitStore(folder);
    Unit unit = unit(2, 3);
    for (String content :
        List.of(
            "null",
            "{\"attempts\":[null,null],\"adversarial\":[\"AAAAAAAAAAAAAAAA\",\"AAAAAAAAAAAAAAAA\"]}")) {
      store.keep(unit, done(unit));
      Files.writeString(folder.resolve(unit.key() + ".json"), content);
      notes.clear();
      assertThat(store.find(unit, notes::add)).isEmpty();
      assertThat(notes).singleElement().asString().contains("is done again");
    }
  }
}
