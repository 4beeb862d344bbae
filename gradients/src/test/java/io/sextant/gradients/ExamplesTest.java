package io.sextant.gradients;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class ExamplesTest {
  private static Examples of(int count, int width) {
    float[][] rows = new float[count][width];
    for (int r = 0; r < count; r++) {
      rows[r][0] = r;
    }
    return Examples.ofFloats(
        rows,
        IntStream.range(0, count).map(i -> i % 7).toArray(),
        LongStream.range(100, 100 + count).toArray());
  }

  @Test
  void rows_are_kept_as_floats_and_handed_out_as_copies() {
    double[][] given = {{0.1, 0.2}, {0.3, 1e-50}};
    Examples examples = Examples.of(given, new int[] {0, 1}, new long[] {4, 9});
    given[0][0] = 7;
    assertThat(examples.row(0)).containsExactly((float) 0.1, (float) 0.2);
    assertThat(examples.rows()).isDeepEqualTo(new double[][] {{0.1f, 0.2f}, {0.3f, 0}});
    examples.row(0)[0] = 7;
    examples.rows()[0][0] = 7;
    assertThat(examples.row(0)[0]).isEqualTo((float) 0.1);
  }

  @Test
  void a_part_of_large_inputs_has_at_most_thirty_two_mebibytes_of_doubles() {
    Examples examples = of(50, 3 * 224 * 224);
    List<Examples> parts = examples.parts();
    assertThat(parts).extracting(Examples::size).containsExactly(16, 16, 16, 2);
    assertThat(parts.get(2).row(3)[0]).isEqualTo(35);
    assertThat(parts.get(3).label(1)).isEqualTo(49 % 7);
    assertThat(parts.get(3).ids()).containsExactly(148, 149);
  }

  @Test
  void small_inputs_and_no_inputs_are_one_part_and_none() {
    assertThat(of(5000, 784).parts()).extracting(Examples::size).containsExactly(4096, 904);
    assertThat(of(300, 61).parts()).extracting(Examples::size).containsExactly(300);
    assertThat(of(0, 61).parts()).isEmpty();
    assertThat(of(2, 5 << 20).parts()).extracting(Examples::size).containsExactly(1, 1);
  }

  @Test
  void rows_of_an_array_are_its_own_whatever_its_order_and_however_many() {
    int width = 300;
    int batch = 450;
    try (INDArray flat = Nd4j.arange(batch * width).castTo(DataType.DOUBLE);
        INDArray wide = flat.reshape('c', width, batch)) {
      double[][] rows = Examples.toRows(wide.transpose());
      assertThat(rows).hasDimensions(batch, width);
      for (int r = 0; r < batch; r++) {
        for (int i = 0; i < width; i++) {
          assertThat(rows[r][i]).isEqualTo(i * batch + r);
        }
      }
      double[][] some =
          Examples.toRows(
              wide.get(NDArrayIndex.interval(7, 9), NDArrayIndex.interval(3, 6)).reshape(2, 3, 1));
      assertThat(some)
          .isEqualTo(new double[][] {{7 * 450 + 3, 7 * 450 + 4, 7 * 450 + 5}, {3603, 3604, 3605}});
    }
    assertThat(Examples.toRows(Nd4j.create(new float[] {1, 2}, 1, 2)))
        .isEqualTo(new double[][] {{1, 2}});
  }
}
