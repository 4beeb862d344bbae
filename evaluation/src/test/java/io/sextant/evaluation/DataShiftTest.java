package io.sextant.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.evaluation.data.DataSet;
import io.sextant.evaluation.data.Origin;
import io.sextant.gradients.Feature;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.graph.Shape;
import io.sextant.spec.CorruptionSpec;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DataShiftTest {
  /** Column age is 0 to n - 1, in steps of one tenth; the other is constant. */
  private static DataSet data(int n) {
    float[][] rows = new float[n][];
    for (int i = 0; i < n; i++) {
      rows[i] = new float[] {i / 10f, 3};
    }
    return DataSet.of(
        Shape.of(2),
        rows,
        new int[n],
        List.of("a", "b"),
        InputDomain.of(
            List.of(Feature.real("age", 0, n), Feature.real("constant", 0, 9)), List.of()),
        new Origin("ages", false, List.of()));
  }

  private static CorruptionSpec.Shift shift(String column, double from, double to) {
    return new CorruptionSpec.Shift(
        column,
        Double.isNaN(from) ? OptionalDouble.empty() : OptionalDouble.of(from),
        Double.isNaN(to) ? OptionalDouble.empty() : OptionalDouble.of(to),
        OptionalDouble.empty());
  }

  private static CorruptionSpec.Shift tilt(String column, double tilt) {
    return new CorruptionSpec.Shift(
        column, OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.of(tilt));
  }

  @Test
  void bounds_are_included_and_every_row_is_on_one_side() {
    DataShift split = DataShift.of(shift("age", 0.3, 0.7), data(10), 1);
    assertThat(split.shifted().ids()).containsExactly(3, 4, 5, 6, 7);
    assertThat(split.rest().ids()).containsExactly(0, 1, 2, 8, 9);
    assertThat(DataShift.of(shift("age", 0.8, Double.NaN), data(10), 1).shifted().ids())
        .containsExactly(8, 9);
    assertThat(DataShift.of(shift("age", Double.NaN, 0.1), data(10), 1).shifted().ids())
        .containsExactly(0, 1);
  }

  @Test
  void a_tilt_takes_half_of_the_rows_once_each_and_moves_the_mean_its_way() {
    DataSet data = data(2000);
    double middle = mean(data);
    for (double tilt : new double[] {-1, 1}) {
      DataShift split = DataShift.of(tilt("age", tilt), data, 7);
      assertThat(split.rest()).isSameAs(data);
      assertThat(split.shifted().ids()).hasSize(1000).doesNotHaveDuplicates().isSorted();
      assertThat(tilt * (mean(split.shifted()) - middle)).isGreaterThan(20);
      assertThat(DataShift.of(tilt("age", tilt), data, 7).shifted().ids())
          .isEqualTo(split.shifted().ids());
      assertThat(DataShift.of(tilt("age", tilt), data, 8).shifted().ids())
          .isNotEqualTo(split.shifted().ids());
    }
    double small = mean(DataShift.of(tilt("age", 0.3), data, 7).shifted());
    double large = mean(DataShift.of(tilt("age", 2), data, 7).shifted());
    assertThat(small).isBetween(middle, large);
    // A column of one value leaves an even draw.
    assertThat(mean(DataShift.of(tilt("constant", 5), data, 7).shifted()))
        .isCloseTo(middle, within(6.0));
  }

  private static double mean(DataSet data) {
    return IntStream.range(0, data.size()).mapToDouble(i -> data.row(i)[0]).average().orElseThrow();
  }

  @Test
  void what_cannot_be_split_is_refused() {
    assertThatThrownBy(() -> DataShift.of(shift("agee", 1, 2), data(3), 1))
        .hasMessage("a shift names column 'agee', which does not exist; did you mean 'age'?");
    assertThatThrownBy(() -> DataShift.of(shift("age", 5, 6), data(3), 1))
        .hasMessageContaining("shift age from 5 to 6 leaves one side without rows");
    assertThatThrownBy(() -> DataShift.of(shift("age", -1, 6), data(3), 1))
        .hasMessageContaining("leaves one side without rows");
    assertThatThrownBy(() -> shift("age", 2, 1)).hasMessageContaining("from must be at most to");
    assertThatThrownBy(() -> shift("age", Double.NaN, Double.NaN))
        .hasMessageContaining("from, to or both, or tilt alone");
    assertThatThrownBy(() -> tilt("age", 0)).hasMessageContaining("not 0 but was 0");
  }
}
