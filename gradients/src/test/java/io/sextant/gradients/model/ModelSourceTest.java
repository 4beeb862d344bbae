package io.sextant.gradients.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelSourceTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  private Path home;

  @BeforeEach
  void write_a_model_with_a_file_beside_it() throws IOException {
    home = Files.createDirectories(folder.resolve("home/deep"));
    Files.write(home.resolve("model"), new byte[] {9});
    Files.write(home.resolve("weights"), new byte[] {0, 1, 2, 3, 4, 5});
    Files.write(folder.resolve("secret"), new byte[] {7, 7, 7});
  }

  private ModelSource source() {
    return ModelSource.of(home.resolve("model"));
  }

  @Test
  void a_part_of_a_file_beside_the_model_is_read() {
    assertThat(source().beside("weights", 2, 3)).containsExactly(2, 3, 4);
    assertThat(source().beside("weights", 0, 6)).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(source().beside("weights", 6, 0)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../secret",
        "../deep/weights",
        "./../weights",
        ".//etc/passwd",
        "./",
        "a/../weights",
        "..\\weights",
        "C:weights",
        ""
      })
  void a_path_that_is_not_plain_is_refused(String path) {
    assertThatThrownBy(() -> source().beside(path, 0, 1))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("only files of the model's own folder");
  }

  @Test
  void an_absolute_path_is_refused() {
    assertThatThrownBy(() -> source().beside(folder.resolve("secret").toString(), 0, 1))
        .hasMessageContaining("only files of the model's own folder");
    assertThatThrownBy(() -> source().beside("a\0b", 0, 1)).isInstanceOf(ModelFileException.class);
  }

  @Test
  void a_link_that_leaves_the_folder_is_refused() throws IOException {
    Files.createSymbolicLink(home.resolve("link"), folder.resolve("secret"));

    assertThatThrownBy(() -> source().beside("link", 0, 1))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("leaves the model's own folder");
  }

  @ParameterizedTest
  @CsvSource({
    "0,7",
    "6,1",
    "-1,1",
    "0,-1",
    "9223372036854775807,1",
    "1,9223372036854775807",
    "7,0"
  })
  void a_part_that_does_not_exist_is_refused_before_it_is_read(long offset, long length) {
    assertThatThrownBy(() -> source().beside("weights", offset, length))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("do not belong together");
  }

  @Test
  void what_is_missing_is_said() {
    assertThatThrownBy(() -> source().beside("gone", 0, 1))
        .hasMessageContaining("'gone', which is missing");
    assertThatThrownBy(() -> ModelSource.of("m", new byte[1]).beside("weights", 0, 1))
        .hasMessageContaining("in memory");
    assertThatThrownBy(() -> ModelSource.of("m", new byte[0])).hasMessageContaining("empty");
  }
}
