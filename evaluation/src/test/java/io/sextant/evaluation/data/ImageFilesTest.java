package io.sextant.evaluation.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.gradients.graph.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFilesTest {
  @SuppressWarnings("NullAway.Init")
  @TempDir
  Path folder;

  private static byte[] idx(int type, int[] shape, byte... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * shape.length + values.length);
    bytes.put((byte) 0).put((byte) 0).put((byte) type).put((byte) shape.length);
    for (int size : shape) {
      bytes.putInt(size);
    }
    return bytes.put(values).array();
  }

  private static byte[] npy(int version, String dictionary, byte... values) {
    String header = dictionary + "\n";
    ByteBuffer bytes =
        ByteBuffer.allocate(12 + header.length() + values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
    bytes.put((byte) version).put((byte) 0);
    if (version == 1) {
      bytes.putShort((short) header.length());
    } else {
      bytes.putInt(header.length());
    }
    bytes.put(header.getBytes(StandardCharsets.US_ASCII)).put(values);
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  private static String dictionary(String descr, String shape) {
    return "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }".formatted(descr, shape);
  }

  private static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
      zip.write(bytes);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toByteArray();
  }

  private Path file(String name, byte[] bytes) {
    try {
      return Files.write(folder.resolve(name), bytes);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Path labels(int... labels) {
    byte[] bytes = new byte[labels.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) labels[i];
    }
    return file("labels", idx(8, new int[] {labels.length}, bytes));
  }

  private DataSet read(byte[] images, int... labels) {
    return ImageFiles.read(file("images", images), labels(labels), Box.UNIT);
  }

  private void refused(byte[] images, int[] labels, String... parts) {
    assertThatThrownBy(() -> read(images, labels))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll(parts)
        .message()
        .hasLineCount(1);
  }

  private static byte[] littleDoubles(double... values) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      bytes.putDouble(value);
    }
    return bytes.array();
  }

  @Test
  void idx_bytes_become_shares_of_255_plain_or_zipped() throws IOException {
    byte[] plain = idx(8, new int[] {2, 1, 2}, (byte) 0, (byte) 255, (byte) 51, (byte) 128);
    for (byte[] bytes : new byte[][] {plain, gzip(plain)}) {
      DataSet data = read(bytes, 1, 0);

      assertThat(data.shape()).isEqualTo(Shape.of(1, 1, 2));
      assertThat(data.row(0)).containsExactly(0, 1);
      assertThat(data.row(1)).containsExactly((float) (51 / 255.0), (float) (128 / 255.0));
      assertThat(data.labels()).containsExactly(1, 0);
      assertThat(data.classes()).containsExactly("0", "1");
      assertThat(data.origin().bytes()).isTrue();
      assertThat(data.origin().files().get(0).sha256())
          .isEqualTo(HexFormat.of().formatHex(Digests.sha256().digest(bytes)));
      assertThat(data.origin().files()).extracting("name").containsExactly("images", "labels");
    }
  }

  @Test
  void the_rank_tells_vectors_images_and_channels() {
    byte[] twelve = new byte[12];
    assertThat(read(idx(8, new int[] {2, 6}, twelve), 0, 1).shape()).isEqualTo(Shape.of(6));
    assertThat(read(idx(8, new int[] {1, 3, 2, 1, 2}, twelve), 0).shape())
        .as("volumes")
        .isEqualTo(Shape.of(3, 2, 1, 2));
    assertThat(read(idx(8, new int[] {1, 3, 2, 2}, twelve), 0).shape())
        .isEqualTo(Shape.of(3, 2, 2));
    refused(idx(8, new int[] {12}, twelve), new int[12], "[N, H, W]", "[12]");
  }

  @Test
  void npy_of_each_element_type_and_version_is_read() {
    ByteBuffer floats = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    floats.putFloat(0.25f).putFloat(1);
    byte[] bigInts = ByteBuffer.allocate(8).putInt(1).putInt(0).array();
    ByteBuffer longs = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    longs.putLong(0).putLong(1);

    assertThat(read(npy(1, dictionary("<f4", "1, 2"), floats.array()), 0).row(0))
        .containsExactly(0.25, 1);
    assertThat(read(npy(2, dictionary("<f8", "1, 2"), littleDoubles(0.5, 0)), 0).row(0))
        .containsExactly(0.5, 0);
    assertThat(
            read(
                    npy(
                        3,
                        dictionary(">f8", "1, 2"),
                        ByteBuffer.allocate(16).putDouble(0.5).putDouble(0.125).array()),
                    0)
                .row(0))
        .containsExactly(0.5, 0.125);
    assertThat(read(npy(1, dictionary(">i4", "1, 2"), bigInts), 0).row(0)).containsExactly(1, 0);
    assertThat(read(npy(1, dictionary("<i8", "1, 2"), longs.array()), 0).row(0))
        .containsExactly(0, 1);
    DataSet bytes = read(npy(1, dictionary("|u1", "1, 2"), (byte) 255, (byte) 0), 0);
    assertThat(bytes.row(0)).containsExactly(1, 0);
    assertThat(bytes.origin().bytes()).isTrue();
    assertThat(read(npy(1, dictionary("<f8", "1, 1"), littleDoubles(1)), 0).origin().bytes())
        .isFalse();
  }

  @Test
  void labels_may_be_npy_integers_and_must_be_classes() {
    Path images = file("images", idx(8, new int[] {2, 1}, (byte) 0, (byte) 0));
    ByteBuffer longs = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    longs.putLong(3).putLong(1);
    Path good = file("good", npy(1, dictionary("<i8", "2,"), longs.array()));
    Path half = file("half", npy(1, dictionary("<f8", "2,"), littleDoubles(1, 0.5)));
    Path negative = file("negative", npy(1, dictionary("<f8", "2,"), littleDoubles(1, -1)));
    Path matrix = file("matrix", npy(1, dictionary("<f8", "2, 2"), littleDoubles(1, 0, 0, 1)));

    assertThat(ImageFiles.read(images, good, Box.UNIT).labels()).containsExactly(3, 1);
    assertThat(ImageFiles.read(images, good, Box.UNIT).classes()).hasSize(4);
    for (Path bad : new Path[] {half, negative}) {
      assertThatThrownBy(() -> ImageFiles.read(images, bad, Box.UNIT))
          .isInstanceOf(DataException.class)
          .hasMessageContainingAll(Digests.name(bad), "row 1", "whole number");
    }
    assertThatThrownBy(() -> ImageFiles.read(images, matrix, Box.UNIT))
        .hasMessageContainingAll("[N]", "[2, 2]");
  }

  @Test
  void values_that_are_not_finite_or_outside_the_box_name_their_row() {
    refused(
        npy(1, dictionary("<f8", "2, 1"), littleDoubles(0, Double.NaN)),
        new int[2],
        "row 1",
        "NaN");
    refused(
        npy(1, dictionary("<f8", "2, 1"), littleDoubles(0, Double.NEGATIVE_INFINITY)),
        new int[2],
        "row 1",
        "Infinity");
    refused(npy(1, dictionary("<f8", "2, 1"), littleDoubles(0, 1.5)), new int[2], "row 1", "1.5");
    Path images = file("wide", npy(1, dictionary("<f8", "1, 1"), littleDoubles(-3)));
    assertThat(ImageFiles.read(images, labels(0), new Box(-4, 4)).row(0)).containsExactly(-3);
  }

  @Test
  void headers_that_claim_more_than_the_file_has_are_refused_before_allocation() {
    refused(idx(8, new int[] {Integer.MAX_VALUE, 28, 28}), new int[1], "truncated or damaged");
    refused(idx(8, new int[] {2, 2, 2}, new byte[7]), new int[2], "8 bytes", "has");
    refused(idx(8, new int[] {-1, 2, 2}, new byte[7]), new int[2], "impossible");
    refused(npy(1, dictionary("<f8", "99999999999, 2"), new byte[7]), new int[2], "malformed");
    refused(
        npy(1, dictionary("<f8", "2000000000, 2000000000, 2000000000"), new byte[7]),
        new int[2],
        "truncated or damaged");
    refused(
        gzip(idx(8, new int[] {Integer.MAX_VALUE, 28, 28})), new int[1], "truncated or damaged");
    refused(gzip(idx(8, new int[] {2, 2, 2}, new byte[7])), new int[2], "truncated");
  }

  @Test
  void headers_that_claim_more_than_the_heap_has_room_for_are_refused_before_allocation() {
    // Zipped well enough, a small file may hold all that its header says.
    byte[] noise = new byte[1 << 21];
    new java.util.Random(1).nextBytes(noise);
    long heap = Runtime.getRuntime().maxMemory();
    int rows = Math.toIntExact(Math.min(2_000_000, heap / 2 / 4 / 784 + 1));
    refused(
        gzip(idx(8, new int[] {rows, 28, 28}, noise)),
        new int[1],
        "images: %d rows of 784 values take ".formatted(rows),
        " MiB, but at most ",
        "(1/2 of the memory for Java, ",
        "SEXTANT_JAVA_OPTS");
    int side = (int) Math.sqrt(heap / 256.0) + 1;
    refused(
        gzip(idx(8, new int[] {1, side, side}, noise)),
        new int[1],
        "images: one input takes ",
        "(1/64 of the memory for Java");
  }

  @Test
  void truncated_overlong_and_foreign_files_are_refused() {
    byte[] good = idx(8, new int[] {1, 2, 2}, new byte[4]);
    refused(new byte[0], new int[1], "truncated");
    refused(Arrays.copyOf(good, 10), new int[1], "truncated");
    refused(Arrays.copyOf(good, good.length + 1), new int[1], "goes on");
    refused(Arrays.copyOf(gzip(good), 20), new int[1], "images");
    refused("hello, world".getBytes(StandardCharsets.UTF_8), new int[1], "neither", "68 65");
    refused(idx(7, new int[] {1, 2, 2}, new byte[4]), new int[1], "0x07");
    refused(idx(8, new int[] {0, 2, 2}), new int[0], "no rows");
    refused(idx(8, new int[] {2, 0, 2}), new int[2], "no values");
  }

  @Test
  void npy_files_of_objects_records_and_fortran_order_are_refused() {
    refused(npy(1, dictionary("|O", "1, 2"), new byte[16]), new int[1], "'|O'");
    refused(
        npy(1, "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1, 2), }"),
        new int[1],
        "descr");
    refused(
        npy(
            1,
            "{'descr': '<f8', 'fortran_order': True, 'shape': (2, 2), }",
            littleDoubles(0, 0, 0, 0)),
        new int[2],
        "Fortran");
    refused(npy(9, dictionary("<f8", "1, 2"), new byte[16]), new int[1], "version 9");
  }

  @Test
  void images_and_labels_must_be_equally_many_and_exist() {
    refused(idx(8, new int[] {2, 1}, new byte[2]), new int[3], "2 rows", "3 labels");
    assertThatThrownBy(
            () -> ImageFiles.read(folder.resolve("none"), folder.resolve("none"), Box.UNIT))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll("none", "does not exist");
    assertThatThrownBy(() -> ImageFiles.read(folder, folder, Box.UNIT))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("not a regular file");
  }
}
