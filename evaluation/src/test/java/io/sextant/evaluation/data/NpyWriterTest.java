package io.sextant.evaluation.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpyWriterTest {
  @SuppressWarnings("NullAway.Init")
  @TempDir
  Path folder;

  @Test
  void what_is_written_is_read_back() throws IOException {
    double[][] rows = {{0.1, -2, Math.PI}, {1e-300, 5, 6}};
    Path file = folder.resolve("a.npy");

    NpyWriter.write(file, NpyWriter.Element.FLOAT64, rows, 1, 3);
    NumberArray read = NumberArray.read(file);
    assertThat(read.shape()).containsExactly(2, 1, 3);
    assertThat(read.rows()).isDeepEqualTo(rows);

    NpyWriter.write(file, NpyWriter.Element.FLOAT32, rows, 3);
    read = NumberArray.read(file);
    assertThat(read.shape()).containsExactly(2, 3);
    assertThat(read.row(0)).containsExactly((float) 0.1, -2, (float) Math.PI);
  }

  @Test
  void the_header_is_numpys() throws IOException {
    Path file = folder.resolve("a.npy");
    NpyWriter.write(file, NpyWriter.Element.FLOAT32, new double[][] {{1}, {2}});

    byte[] bytes = Files.readAllBytes(file);
    int length = bytes[8] + (bytes[9] << 8);
    String header = new String(bytes, 10, length, StandardCharsets.US_ASCII);
    assertThat((10 + length) % 64).isZero();
    assertThat(Arrays.copyOf(bytes, 8)).containsExactly(0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0);
    assertThat(header)
        .startsWith("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }")
        .endsWith(" \n");
    assertThat(bytes.length - 10 - length).isEqualTo(8);
    assertThat(bytes).endsWith(0, 0, (byte) 0x80, 0x3f, 0, 0, 0, 0x40);
  }

  @Test
  void nothing_appears_under_the_name_before_it_is_finished() throws IOException {
    Path file = folder.resolve("a.npy");
    try (NpyWriter writer = NpyWriter.open(file, NpyWriter.Element.FLOAT32, 2, 1)) {
      writer.row(new double[] {1});
      assertThat(file).doesNotExist();
      assertThatThrownBy(writer::finish)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("1 of 2");
    }

    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void an_unfinished_file_leaves_the_old_one_alone() throws IOException {
    Path file = folder.resolve("a.npy");
    NpyWriter.write(file, NpyWriter.Element.FLOAT32, new double[][] {{7}}, 1);
    byte[] old = Files.readAllBytes(file);

    try (NpyWriter writer = NpyWriter.open(file, NpyWriter.Element.FLOAT32, 2, 1)) {
      writer.row(new double[] {1});
    }

    assertThat(file).hasBinaryContent(old);
  }

  @Test
  void rows_of_another_width_and_rows_too_many_are_refused() throws IOException {
    try (NpyWriter writer =
        NpyWriter.open(folder.resolve("a.npy"), NpyWriter.Element.FLOAT32, 1, 2)) {
      assertThatThrownBy(() -> writer.row(new double[3]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("2 values");
      writer.row(new double[2]);
      assertThatThrownBy(() -> writer.row(new double[2]))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void a_folder_that_cannot_be_written_to_is_an_io_error() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));

    assertThatThrownBy(() -> NpyWriter.open(file.resolve("a.npy"), NpyWriter.Element.FLOAT32, 1))
        .isInstanceOf(IOException.class);
  }
}
