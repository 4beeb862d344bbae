package io.sextant.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.gradients.Examples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecisionStoreTest {
  private static final Examples UNIT =
      Examples.of(new double[2][3], new int[] {0, 1}, new long[] {7, 9});

  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path folder;

  @Test
  void what_is_kept_is_found_again_for_the_same_examples() throws IOException {
    DecisionStore store = new DecisionStore(folder.resolve("units"));
    assertThat(store.find("a", UNIT)).isEmpty();
    store.keep("a", UNIT, new int[] {1, -1});
    assertThat(new DecisionStore(folder.resolve("units")).find("a", UNIT))
        .hasValueSatisfying(found -> assertThat(found).containsExactly(1, -1));
    assertThat(store.find("b", UNIT)).isEmpty();
    assertThat(store.find("a", UNIT.at(1, 0))).as("other examples").isEmpty();
  }

  @Test
  void what_is_damaged_is_done_again() throws IOException {
    DecisionStore store = new DecisionStore(folder);
    for (String text :
        new String[] {
          "",
          "{",
          "null",
          "{\"examples\":[7,9]}",
          "{\"x\":1}",
          "{\"examples\":[7,9],\"predicted\":[1]}"
        }) {
      Files.writeString(folder.resolve("a.json"), text);
      assertThat(store.find("a", UNIT)).as(text).isEmpty();
    }
  }
}
