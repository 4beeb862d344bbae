package io.sextant.attacks;

import java.util.List;

/**
 * What may be reached from one clean row: everything the attacker may not do with a feature is a
 * bound on its perturbation.
 *
 * @param coordinates the units
 * @param clean the clean row
 * @param low smallest perturbation per feature, at most 0
 * @param high largest perturbation per feature, at least 0
 */
record Reach(Coordinates coordinates, double[] clean, double[] low, double[] high) {
  /** The valid row at a perturbation, as a new array. */
  double[] row(double[] delta, List<Switch> switches) {
    double[] row = new double[clean.length];
    for (int i = 0; i < row.length; i++) {
      row[i] = coordinates.value(i, clean[i], delta[i]);
    }
    switches.forEach(change -> change.apply(row));
    return row;
  }

  /**
   * A gradient with respect to the input as one with respect to the perturbation, 0 where nothing
   * may move; a new array.
   */
  double[] slope(double[] gradient) {
    double[] slope = new double[gradient.length];
    for (int i = 0; i < gradient.length; i++) {
      slope[i] = low[i] < high[i] ? coordinates.scaled(i, gradient[i]) : 0;
    }
    return slope;
  }
}
