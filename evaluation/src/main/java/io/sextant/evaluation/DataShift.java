package io.sextant.evaluation;

import io.sextant.evaluation.data.DataSet;
import io.sextant.gradients.RandomKey;
import io.sextant.methods.Suggestion;
import io.sextant.spec.CorruptionSpec;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * A split of the user's own data into the rows of a shifted set and the rest.
 *
 * @param rest the examples on this side
 * @param shifted the examples beyond
 */
record DataShift(DataSet rest, DataSet shifted) {
  /**
   * Splits data.
   *
   * <p>By bounds of a column, the shifted rows are those within them, and the rest the others. By a
   * tilt, they are half of all rows, drawn without replacement with weights {@code exp(tilt z)}, z
   * the column in standard deviations from its mean, and the rest is all rows: a shift of the
   * column alone, where what the column goes with stays as it is. Each row draws its own number
   * (Efraimidis, Spirakis, "Weighted random sampling with a reservoir", Information Processing
   * Letters 97(5), 2006).
   *
   * @throws IllegalArgumentException when there is no such column, or a side has no rows
   */
  static DataShift of(CorruptionSpec.Shift shift, DataSet data, long seed) {
    List<String> names = data.features();
    int column = names.indexOf(shift.column());
    if (column < 0) {
      throw new IllegalArgumentException(
          "a shift names column '%s', which does not exist%s"
              .formatted(shift.column(), Suggestion.question(shift.column(), names)));
    }
    return shift.tilt().isPresent()
        ? new DataShift(data, tilted(shift.tilt().getAsDouble(), data, column, seed))
        : new DataShift(
            side(shift, data, row -> !within(shift, data.row(row)[column])),
            side(shift, data, row -> within(shift, data.row(row)[column])));
  }

  private static boolean within(CorruptionSpec.Shift shift, double value) {
    // Rows are floats: a bound such as 0.1 is met by the float next to it.
    return value >= (float) shift.from().orElse(Double.NEGATIVE_INFINITY)
        && value <= (float) shift.to().orElse(Double.POSITIVE_INFINITY);
  }

  private static DataSet side(CorruptionSpec.Shift shift, DataSet data, IntPredicate there) {
    int[] rows = IntStream.range(0, data.size()).filter(there).toArray();
    if (rows.length == 0) {
      throw new IllegalArgumentException(
          "shift %s leaves one side without rows; choose a bound inside the column's values"
              .formatted(shift.name()));
    }
    return data.at(rows);
  }

  private static DataSet tilted(double tilt, DataSet data, int column, long seed) {
    double[] values =
        IntStream.range(0, data.size()).mapToDouble(i -> data.row(i)[column]).toArray();
    double mean = Arrays.stream(values).average().orElseThrow();
    double deviation =
        Math.sqrt(Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElseThrow());
    RandomKey key = RandomKey.of(seed).with("shift").with(column);
    double[] order = new double[values.length];
    for (int i = 0; i < order.length; i++) {
      double z = deviation > 0 ? (values[i] - mean) / deviation : 0;
      // The logarithm of an exponential waiting time with rate exp(tilt z): the first half is
      // taken.
      double waiting = -StrictMath.log1p(-key.with(data.id(i)).random().nextDouble());
      order[i] = StrictMath.log(waiting) - tilt * z;
    }
    int[] taken =
        IntStream.range(0, order.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> order[i]))
            .limit(Math.max(1, order.length / 2))
            .mapToInt(Integer::intValue)
            .sorted()
            .toArray();
    return data.at(taken);
  }
}
