package io.sextant.gradients;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Rows without repetition.
 *
 * @param rows those that differ in some bit, in the order in which they first occur
 * @param places where each of the given rows stands among them
 */
record Distinct(double[][] rows, int[] places) {
  /** All rows, whether some are the same or not. */
  static Distinct each(double[][] all) {
    return new Distinct(all, IntStream.range(0, all.length).toArray());
  }

  static Distinct of(double[][] all) {
    List<double[]> rows = new ArrayList<>();
    Map<Row, Integer> known = new HashMap<>();
    int[] places = new int[all.length];
    for (int i = 0; i < all.length; i++) {
      double[] row = all[i];
      places[i] =
          known.computeIfAbsent(
              new Row(row),
              unknown -> {
                rows.add(row);
                return rows.size() - 1;
              });
    }
    return new Distinct(rows.toArray(double[][]::new), places);
  }

  /**
   * What belongs to each of the given rows.
   *
   * @param answers one per distinct row, not copied
   */
  double[][] spread(double[][] answers) {
    double[][] all = new double[places.length][];
    Arrays.setAll(all, i -> answers[places[i]]);
    return all;
  }

  /** A row by its bits. */
  private record Row(double[] values) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Row row && Arrays.equals(values, row.values);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(values);
    }
  }
}
