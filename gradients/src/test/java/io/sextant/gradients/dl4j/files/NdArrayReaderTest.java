package io.sextant.gradients.dl4j.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.gradients.model.ModelFileException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;

class NdArrayReaderTest {
  private static NdArrayReader reader(byte[] bytes) {
    return new NdArrayReader(new DataInputStream(new ByteArrayInputStream(bytes)), "a.bin");
  }

  @Test
  void half_precision_agrees_with_the_format() {
    assertThat(NdArrayReader.halfToDouble((short) 0x3c00)).isEqualTo(1);
    assertThat(NdArrayReader.halfToDouble((short) 0xc000)).isEqualTo(-2);
    assertThat(NdArrayReader.halfToDouble((short) 0x3555)).isEqualTo(0.333251953125);
    assertThat(NdArrayReader.halfToDouble((short) 0x7bff)).isEqualTo(65504);
    assertThat(NdArrayReader.halfToDouble((short) 0x0001)).isEqualTo(Math.scalb(1.0, -24));
    assertThat(NdArrayReader.halfToDouble((short) 0x0400)).isEqualTo(Math.scalb(1.0, -14));
    assertThat(NdArrayReader.halfToDouble((short) 0xfc00)).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(NdArrayReader.halfToDouble((short) 0x7e00)).isNaN();
  }

  @Test
  void old_headers_with_int_lengths_are_read() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeUTF("HEAP");
    out.writeInt(8);
    out.writeUTF("INT");
    for (int value : new int[] {2, 1, 3, 1, 1, 0, 1, 'f'}) {
      out.writeInt(value);
    }
    out.writeUTF("HEAP");
    out.writeInt(3);
    out.writeUTF("FLOAT");
    out.writeFloat(1.5f);
    out.writeFloat(-2);
    out.writeFloat(3);

    assertThat(reader(bytes.toByteArray()).vector(3)).containsExactly(1.5, -2, 3);
  }

  @Test
  void long_vectors_are_read_over_chunk_borders() throws IOException {
    double[] values = new double[40_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.sin(i);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Nd4j.write(Nd4j.createFromArray(values), new DataOutputStream(bytes));

    assertThat(reader(bytes.toByteArray()).vector(values.length)).containsExactly(values);
  }

  @Test
  void a_matrix_and_a_vector_above_the_limit_are_refused() throws IOException {
    ByteArrayOutputStream matrix = new ByteArrayOutputStream();
    Nd4j.write(Nd4j.ones(2, 2), new DataOutputStream(matrix));
    ByteArrayOutputStream vector = new ByteArrayOutputStream();
    Nd4j.write(Nd4j.ones(1, 5), new DataOutputStream(vector));

    assertThatThrownBy(() -> reader(matrix.toByteArray()).vector(10))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("must be a vector");
    assertThatThrownBy(() -> reader(vector.toByteArray()).vector(4))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("at most 4");
  }
}
