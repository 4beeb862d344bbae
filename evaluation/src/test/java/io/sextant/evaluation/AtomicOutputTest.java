package io.sextant.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicOutputTest {
  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path folder;

  @Test
  void a_full_disk_leaves_nothing() {
    Path file = folder.resolve("a.bin");
    assertThatIOException()
        .isThrownBy(
            () ->
                AtomicOutput.write(
                    file,
                    out -> {
                      out.write(new byte[100_000]);
                      throw new IOException("No space left on device");
                    }))
        .withMessage("No space left on device");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void a_full_disk_leaves_what_was_there() throws IOException {
    Path file = folder.resolve("a.txt");
    AtomicOutput.write(file, "old");
    assertThatIOException()
        .isThrownBy(
            () ->
                AtomicOutput.write(
                    file,
                    out -> {
                      out.write('n');
                      throw new IOException("No space left on device");
                    }));
    assertThat(file).hasContent("old");
    AtomicOutput.write(file, "new");
    assertThat(file).hasContent("new");
    assertThat(folder).isDirectoryNotContaining(path -> !path.equals(file));
  }

  @Test
  void a_folder_below_a_file_is_refused_with_the_reason() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OutputFolder.create(file.resolve("out")))
        .withMessageContainingAll("file/out cannot be written", "choose another with --out");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OutputFolder.create(file))
        .withMessageContaining("is in the way");
  }

  @Test
  void failures_are_told_in_words() {
    assertThat(FileFailure.describe(new AccessDeniedException("a/b")))
        .isEqualTo("a/b: permission denied");
    assertThat(FileFailure.describe(new NoSuchFileException("a/b")))
        .isEqualTo("a/b does not exist");
    assertThat(FileFailure.describe(new IOException("one\ntwo"))).isEqualTo("one");
    assertThat(FileFailure.describe(new IOException())).isEqualTo("IOException");
  }
}
