package io.sextant.gradients.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.gradients.files.Hdf5File;
import io.sextant.gradients.model.ModelFileException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that nobody's Keras wrote: refused in one line, before they fill the memory. */
class HostileKerasFilesTest {
  private static void refused(byte[] file, Tensor input, String... parts) {
    assertThatThrownBy(() -> Sequence.answer(file, input))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(parts)
        .message()
        .hasLineCount(1);
  }

  /** Dictionaries, empty lists and words where numbers and lists belong. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Reshape | \"target_shape\": {\"a\": 1} | target_shape",
        "Permute | \"dims\": {\"a\": 1} | dims",
        "LayerNormalization | \"axis\": [] | axis",
        "ZeroPadding1D | \"padding\": {\"left_pad\": \"x\"} | padding",
        "ZeroPadding1D | \"padding\": {\"left_pad\": -1} | padding",
        "UpSampling1D | \"size\": {\"a\": 1} | size"
      })
  void options_of_the_wrong_kind(String kind, String options, String part) {
    refused(
        Sequence.of(4, 3).layer(kind, options).hdf5("2.4.0", ""),
        Tensor.random(1, 4, 3),
        "'l0'",
        part);
  }

  @Test
  void connections_and_shapes_of_the_wrong_kind() {
    String model =
        "{\"class_name\": \"Functional\", \"config\": {\"name\": \"m\", \"layers\": [{\"class_name\": \"InputLayer\", \"name\": \"in\", \"config\": {\"name\": \"in\", \"batch_input_shape\": [null, 3]}, \"inbound_nodes\": []}, {\"class_name\": \"ReLU\", \"name\": \"r\", \"config\": {\"name\": \"r\"}, \"inbound_nodes\": {\"a\": 1}}], \"input_layers\": [[\"in\", 0, 0]], \"output_layers\": [[\"r\", 0, 0]]}}";
    byte[] nodes = Written.hdf5(Map.of("model_config", model), Map.of("r", List.of()));
    refused(nodes, Tensor.random(1, 3), "inbound_nodes", "'r'");
    String shape =
        "{\"class_name\": \"Sequential\", \"config\": {\"name\": \"s\", \"build_input_shape\": {\"a\": [1]}, \"layers\": [{\"class_name\": \"ReLU\", \"config\": {\"name\": \"r\"}}]}}";
    byte[] file = Written.hdf5(Map.of("model_config", shape), Map.of("r", List.of()));
    assertThat(io.sextant.gradients.model.ModelFile.read("s", file).inputShape()).isEmpty();
  }

  @Test
  void arrays_without_values() {
    refused(
        Sequence.of(2, 3)
            .layer(
                "Attention",
                "\"use_scale\": true",
                Sequence.arrays("scale", new Tensor(new int[] {0}, new double[0])))
            .hdf5("2.4.0", ""),
        Tensor.random(2, 2, 3),
        "scale:0");
    refused(
        Sequence.of(2, 3)
            .layer(
                "Attention", "\"use_scale\": true", Sequence.arrays("scale", Tensor.random(3, 2)))
            .hdf5("2.4.0", ""),
        Tensor.random(2, 2, 3),
        "scale must have the shape [1]");
  }

  private static byte[] content(ByteBuffer file) {
    byte[] content = new byte[file.capacity()];
    file.get(0, content);
    return content;
  }

  private static ByteBuffer old(int size) {
    ByteBuffer file = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    file.put(new byte[] {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'});
    file.position(13).put((byte) 8).put((byte) 8); // sizes of addresses and of lengths
    file.putLong(24, 0).putLong(64, 96); // base address; header of the root
    file.put(96, (byte) 1).putShort(98, (short) 1).putInt(104, 24);
    file.putShort(112, (short) 0x11).putShort(114, (short) 16); // a symbol table
    return file;
  }

  private static void bytes(ByteBuffer file, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    file.put(at, bytes, 0, bytes.length);
  }

  /** A heap of letters without an end, and ten thousand names that begin one letter later each. */
  @Test
  void names_that_overlap_are_not_copied_without_end() {
    for (int length : List.of(1_000_000, 12_000)) {
      int symbols = 10_000;
      int heap = 200;
      int letters = heap + 32;
      int table = letters + length;
      ByteBuffer file = old(table + 8 + 40 * symbols);
      file.putLong(120, table).putLong(128, heap);
      bytes(file, heap, "HEAP");
      file.putLong(heap + 8, length).putLong(heap + 24, letters);
      for (int i = 0; i < length; i++) {
        file.put(letters + i, (byte) (i % 900 == 899 && length < 100_000 ? 0 : 'a'));
      }
      bytes(file, table, "SNOD");
      file.putShort(table + 6, (short) symbols);
      for (int i = 0; i < symbols; i++) {
        file.putLong(table + 8 + 40 * i, i / 800 * 900 + i % 800).putLong(table + 16 + 40 * i, 96);
      }
      assertThatThrownBy(() -> new Hdf5File("h.h5", content(file)).root())
          .isInstanceOf(ModelFileException.class)
          .hasMessageContainingAll("h.h5", length > 100_000 ? "at most 1024" : "names and texts");
    }
  }

  /** Every text of an attribute names the same bytes of a heap. */
  @Test
  void texts_that_stand_for_the_same_bytes_are_not_copied_without_end() {
    int texts = 4000;
    int length = 1_000_000;
    int attribute = 200;
    int data = attribute + 48;
    int heap = data + 16 * texts;
    ByteBuffer file = old(heap + 64 + length);
    file.putInt(104, 56 + 16 * texts); // one message, which is the attribute
    file.putShort(112, (short) 0x0c).putShort(114, (short) (40 + 16 * texts));
    int at = 120;
    file.put(at, (byte) 3).putShort(at + 2, (short) 5).putShort(at + 4, (short) 8);
    file.putShort(at + 6, (short) 12);
    bytes(file, at + 9, "text");
    file.put(at + 14, (byte) 9).put(at + 15, (byte) 1).putInt(at + 18, 16); // text of any length
    file.put(at + 22, (byte) 2).put(at + 23, (byte) 1).putLong(at + 26, texts);
    for (int i = 0; i < texts; i++) {
      file.putInt(at + 34 + 16 * i, length)
          .putLong(at + 38 + 16 * i, heap)
          .putInt(at + 46 + 16 * i, 1);
    }
    bytes(file, heap, "GCOL");
    file.putLong(heap + 8, 64 + length).putShort(heap + 16, (short) 1).putLong(heap + 24, length);
    for (int i = 0; i < length; i++) {
      file.put(heap + 32 + i, (byte) 'x');
    }
    Hdf5File.Node root = new Hdf5File("t.h5", content(file)).root();
    assertThatThrownBy(() -> root.texts("text"))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContainingAll("t.h5", "names and texts");
  }

  /** Random layers of an archive keep states of their own, also inside models without weights. */
  @Test
  void models_without_weights_do_not_take_the_places_of_those_with() {
    String augmentation =
        "{\"class_name\": \"Sequential\", \"config\": {\"name\": \"augment\", \"layers\": [{\"class_name\": \"RandomFlip\", \"config\": {\"name\": \"flip\", \"mode\": \"horizontal\"}}]}}";
    String body =
        "{\"class_name\": \"Sequential\", \"config\": {\"name\": \"body\", \"layers\": [{\"class_name\": \"Dense\", \"config\": {\"name\": \"d\", \"units\": 2, \"use_bias\": false, \"activation\": \"linear\"}}]}}";
    String whole =
        "{\"class_name\": \"Sequential\", \"config\": {\"name\": \"m\", \"layers\": [{\"class_name\": \"InputLayer\", \"config\": {\"name\": \"in\", \"batch_shape\": [null, 3]}}, %s, %s]}}"
            .formatted(augmentation, body);
    Tensor kernel = Tensor.random(4, 3, 2);
    Tensor input = Tensor.random(5, 3);
    for (boolean states : new boolean[] {false, true}) {
      Map<String, Tensor> arrays = new LinkedHashMap<>();
      if (states) {
        arrays.put(
            "layers/sequential/layers/random_flip/seed_generator/vars/0", Tensor.random(6, 2));
      }
      arrays.put("layers/sequential_1/layers/dense/vars/0", kernel);
      byte[] file =
          Written.archive(
              whole,
              "3.8.0",
              arrays.entrySet().stream()
                  .map(e -> new Written.Values(e.getKey(), e.getValue()))
                  .toList());
      assertThat(Sequence.answer(file, input)).containsExactly(Slow.dense(input, kernel).values());
    }
  }
}
