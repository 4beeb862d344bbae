package io.sextant.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.spec.StreamSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordStoreTest {
  @SuppressWarnings("NullAway.Init")
  @TempDir
  Path folder;

  private RecordStore<AdaptationUnit.Done> store(int examples) throws IOException {
    return new RecordStore<>(
        folder, AdaptationUnit.Done.class, done -> done.right().length == examples);
  }

  private static AdaptationUnit unit(int order) {
    return new AdaptationUnit(
        "tent",
        new AdaptationUnit.Streamed(StreamSpec.parse("single"), Optional.of("fog")),
        64,
        order);
  }

  private static AdaptationUnit.Done done() {
    return new AdaptationUnit.Done(
        new int[] {1, 0},
        CalibrationBins.of(new double[][] {{2, 0}}, new int[] {0}),
        2,
        3,
        1,
        1,
        128,
        64);
  }

  @Test
  void a_unit_that_was_kept_is_found_and_others_are_not() throws IOException {
    List<String> notes = new ArrayList<>();
    RecordStore<AdaptationUnit.Done> store = store(2);
    store.keep(unit(0).key(), done());
    AdaptationUnit.Done found =
        store.find(unit(0).key(), unit(0).describe(), notes::add).orElseThrow();
    assertThat(found.right()).containsExactly(1, 0);
    assertThat(found.bins().error()).isEqualTo(done().bins().error());
    assertThat(found.backwards()).isEqualTo(64);
    assertThat(store.find(unit(1).key(), unit(1).describe(), notes::add)).isEmpty();
    assertThat(notes).isEmpty();
  }

  @Test
  void a_damaged_unit_or_one_of_other_examples_is_done_again() throws IOException {
    List<String> notes = new ArrayList<>();
    RecordStore<AdaptationUnit.Done> store = store(2);
    store.keep(unit(0).key(), done());
    assertThat(store(3).find(unit(0).key(), unit(0).describe(), notes::add)).isEmpty();
    Files.writeString(folder.resolve(unit(0).key() + ".json"), "{\"right\": [");
    assertThat(store.find(unit(0).key(), unit(0).describe(), notes::add)).isEmpty();
    Files.writeString(folder.resolve(unit(0).key() + ".json"), "null");
    assertThat(store.find(unit(0).key(), unit(0).describe(), notes::add)).isEmpty();
    assertThat(notes).hasSize(3).allMatch(note -> note.contains("is done again"));
  }
}
