package io.sextant.explainers.propagation;

import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.rules.BackwardRule;
import io.sextant.gradients.rules.NodePass;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Of a function of each value, the difference of its values by the difference of what it was given:
 * the mean of its derivative between the two. Where they are the same, it is the derivative.
 */
record Rescale() implements BackwardRule {
  /** Differences below this part of the values are nothing but their rounding. */
  private static final double TINY = 1e-9;

  /** Whether two values are the same but for rounding. */
  static boolean same(double value, double reference) {
    // Equal infinities, as masks have them, have no difference that could be computed.
    return value == reference
        || Math.abs(value - reference) <= TINY * Math.max(Math.abs(value), Math.abs(reference));
  }

  @Override
  public List<double[][]> back(NodePass node, double[][] flow) {
    double[][] x = node.inputs().get(0);
    double[][] reference = node.inputs(0).get(0);
    IntFunction<Function> functions = functions(node);
    double[][] sent =
        Rows.map(
            x, (row, i) -> flow[row][i] * slope(functions.apply(i), x[row][i], reference[row][i]));
    return Arrays.<double[][]>asList(sent);
  }

  // The function's values are computed here: those of an engine are rounded, and their difference
  // would be nothing but that where the two are near each other.
  private static double slope(Function function, double x, double reference) {
    return same(x, reference)
        ? function.slope(x)
        : (function.value(x) - function.value(reference)) / (x - reference);
  }

  /** The function at each place. */
  private static IntFunction<Function> functions(NodePass node) {
    if (node.node().operation() instanceof Operation.Elementwise elementwise) {
      return place -> elementwise.function();
    }
    Parameter slopes = ((Operation.ParametricRelu) node.node().operation()).slopes();
    double[] values = node.values(slopes);
    Shape shape = node.node().shape();
    return place -> new Function.LeakyRelu(values[shared(place, shape, slopes.shape())]);
  }

  /** The place of a slope, of which dimensions of size 1 are shared. */
  private static int shared(int place, Shape shape, Shape slopes) {
    int[] strides = shape.strides();
    int[] own = slopes.strides();
    int found = 0;
    for (int d = 0; d < strides.length; d++) {
      int at = place / strides[d] % shape.size(d);
      found += slopes.size(d) == 1 ? 0 : at * own[d];
    }
    return found;
  }
}
