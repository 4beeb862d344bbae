package io.sextant.explainers.propagation;

import io.sextant.gradients.rules.BackwardRule;
import io.sextant.gradients.rules.Change;
import io.sextant.gradients.rules.NodePass;
import java.util.ArrayList;
import java.util.List;

/**
 * Of the largest (or smallest) of some values: what it rose by goes to the value that wins at the
 * input, what it fell by to the one that had won at the reference. Both moved at least as far, so
 * no multiplier is above 1, and none divides by nothing.
 *
 * @param smallest whether the smallest wins
 */
record Winners(boolean smallest) implements BackwardRule {
  @Override
  public List<double[][]> back(NodePass node, double[][] flow) {
    double[][] y = node.output();
    double[][] before = node.output(0);
    NodePass.Run atReference = node.run(Change.NONE, node.inputs(0));
    double[][] risen =
        Rows.map(y, (row, i) -> flow[row][i] * Math.max(0, y[row][i] - before[row][i]));
    double[][] fallen =
        Rows.map(y, (row, i) -> flow[row][i] * Math.min(0, y[row][i] - before[row][i]));
    List<double[][]> here = node.recorded().pullback(smallest ? fallen : risen);
    List<double[][]> there = atReference.pullback(smallest ? risen : fallen);
    List<double[][]> gradient = node.recorded().pullback(flow);
    List<double[][]> sent = new ArrayList<>();
    for (int k = 0; k < here.size(); k++) {
      sent.add(
          multipliers(
              node.inputs().get(k),
              node.inputs(0).get(k),
              here.get(k),
              there.get(k),
              gradient.get(k)));
    }
    return sent;
  }

  private static double[][] multipliers(
      double[][] x, double[][] reference, double[][] here, double[][] there, double[][] gradient) {
    return Rows.map(
        x,
        (row, i) ->
            Rescale.same(x[row][i], reference[row][i])
                ? gradient[row][i]
                : (here[row][i] + there[row][i]) / (x[row][i] - reference[row][i]));
  }
}
