package io.sextant.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.spec.AuditSpec;
import io.sextant.spec.SpecReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentsTest {
  private static final int WHOLE = 0;
  private static final int PART = 2;

  @TempDir Path folder = Path.of("");

  private String name() {
    AuditSpec spec =
        SpecReader.parse(
            """
            model: model.onnx
            data: {images: x.npy, labels: y.npy}
            """,
            folder);
    return Contents.name("robust", spec, HandedOver.Held.NOTHING);
  }

  @Test
  void weights_beside_a_model_are_part_of_the_question() throws IOException {
    Files.write(folder.resolve("model.onnx"), model());
    Files.write(folder.resolve("weights"), new byte[16]);
    String before = name();
    assertThat(name()).isEqualTo(before);

    Files.write(
        folder.resolve("weights"), new byte[] {0, 0, 0, 64, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});

    assertThat(name()).isNotEqualTo(before);
  }

  @Test
  void a_model_that_is_none_goes_by_its_bytes() throws IOException {
    Files.write(folder.resolve("model.onnx"), new byte[] {1, 2});
    String before = name();

    Files.write(folder.resolve("model.onnx"), new byte[] {1, 3});

    assertThat(name()).isNotEqualTo(before);
  }

  /** {@code logits = x W}, with W in the file "weights". */
  private static byte[] model() {
    byte[] product =
        join(text(1, "x"), text(1, "W"), text(2, "logits"), text(3, "product"), text(4, "MatMul"));
    byte[] weights =
        join(
            number(1, 2),
            number(1, 2),
            number(2, 1),
            text(8, "W"),
            part(13, join(text(1, "location"), text(2, "weights"))),
            number(14, 1));
    byte[] graph =
        join(
            part(1, product),
            text(2, "graph"),
            part(5, weights),
            part(11, value("x")),
            part(12, value("logits")));
    return join(number(1, 8), part(7, graph), part(8, number(2, 17)));
  }

  private static byte[] value(String name) {
    byte[] shape = join(part(1, number(1, 1)), part(1, number(1, 2)));
    return join(text(1, name), part(2, part(1, join(number(1, 1), part(2, shape)))));
  }

  private static byte[] number(int field, int value) {
    return new byte[] {(byte) (field << 3 | WHOLE), (byte) value};
  }

  private static byte[] text(int field, String text) {
    return part(field, text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] part(int field, byte[] content) {
    int length = content.length;
    byte[] head = {(byte) (field << 3 | PART), (byte) (length & 0x7f | 0x80), (byte) (length >> 7)};
    return join(head, content);
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
