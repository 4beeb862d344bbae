package io.sextant.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdaptationEvidenceTest {
  @SuppressWarnings("NullAway.Init")
  @TempDir
  Path folder;

  @Test
  void what_was_written_is_read() throws IOException {
    RightDecisions own =
        new RightDecisions(
            "tent", "single", Optional.of("fog"), 64, 1, new int[] {1, 0}, new int[] {1, 1});
    AdaptationEvidence.write(folder, List.of(own));
    assertThat(AdaptationEvidence.read(folder))
        .usingRecursiveFieldByFieldElementComparator()
        .containsExactly(own);
  }

  @Test
  void a_file_without_counts_is_damaged() throws IOException {
    for (String content : List.of("null", "{\"cells\":[null]}", "{\"cells\":null}", "{}", "[")) {
      Files.writeString(folder.resolve(AdaptationEvidence.FILE), content);
      assertThatIllegalArgumentException()
          .as(content)
          .isThrownBy(() -> AdaptationEvidence.read(folder))
          .withMessageContaining("is damaged");
    }
  }
}
