package io.sextant.lrp;

import io.sextant.gradients.rules.Change;
import io.sextant.gradients.rules.NodePass;
import java.util.ArrayList;
import java.util.List;

/**
 * What values contribute to a layer: what the layer makes of some part of them with some weights.
 *
 * @param change of the weights
 * @param part of the values
 */
record Term(Change change, Part part) {
  /** What of the values that a layer reads. */
  enum Part {
    VALUE,
    POSITIVE,
    NEGATIVE,
    ONE,
    /** The smallest value that there can be, by two references. */
    LOWEST,
    /** The largest. */
    HIGHEST
  }

  /** The contribution of the values as they are. */
  static final Term WHOLE = new Term(Change.NONE, Part.VALUE);

  /** The part of what the layer reads. */
  List<double[][]> inputs(NodePass node) {
    if (part == Part.VALUE) {
      return node.inputs();
    }
    List<double[][]> parts = new ArrayList<>();
    for (int k = 0; k < node.inputs().size(); k++) {
      parts.add(part(node, k));
    }
    return parts;
  }

  private double[][] part(NodePass node, int k) {
    double[][] values = node.inputs().get(k);
    double[][] made = new double[values.length][];
    for (int row = 0; row < values.length; row++) {
      made[row] = new double[values[row].length];
      for (int i = 0; i < values[row].length; i++) {
        made[row][i] =
            switch (part) {
              case VALUE -> values[row][i];
              case POSITIVE -> Math.max(values[row][i], 0);
              case NEGATIVE -> Math.min(values[row][i], 0);
              case ONE -> 1;
              case LOWEST -> Math.min(at(node, 0, k)[row][i], at(node, 1, k)[row][i]);
              case HIGHEST -> Math.max(at(node, 0, k)[row][i], at(node, 1, k)[row][i]);
            };
      }
    }
    return made;
  }

  private static double[][] at(NodePass node, int reference, int k) {
    return node.inputs(reference).get(k);
  }

  NodePass.Run run(NodePass node) {
    return equals(WHOLE) ? node.recorded() : node.run(change, inputs(node));
  }
}
