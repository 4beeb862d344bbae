package io.sextant.explainers;

import java.util.Arrays;
import java.util.Optional;

/**
 * The integral of a gradient along a path from a baseline to an input.
 *
 * @param values {@code [input values]}
 * @param fBaseline the output at the start of the path
 * @param fInput the output at its end
 * @param nodes points at which a gradient was taken
 * @param toleranceMet whether the tolerance was met, where one was asked for
 */
record PathIntegral(
    double[] values, double fBaseline, double fInput, int nodes, Optional<Boolean> toleranceMet) {
  /** How far the values are from adding up to the difference of the outputs. */
  double gap() {
    return Arrays.stream(values).sum() - (fInput - fBaseline);
  }
}
