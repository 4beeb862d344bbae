package io.sextant.explainers.propagation;

import io.sextant.explainers.Quadrature;
import io.sextant.gradients.rules.BackwardRule;
import io.sextant.gradients.rules.Change;
import io.sextant.gradients.rules.NodePass;
import java.util.ArrayList;
import java.util.List;

/**
 * The mean of the derivative on the line from what a layer reads at the reference to what it reads
 * at the input: integrated gradients of one layer, and what {@link Rescale} is of a function of one
 * value. A product of two values so gives each the other's mean, half of what they do together.
 *
 * @param nodes of a Gauss-Legendre rule
 */
record PathMean(int nodes) implements BackwardRule {
  @Override
  public List<double[][]> back(NodePass node, double[][] flow) {
    Quadrature.Fixed rule = new Quadrature.GaussLegendre(nodes);
    double[] places = rule.nodes();
    double[] weights = rule.weights();
    List<double[][]> mean = new ArrayList<>();
    for (double[][] input : node.inputs()) {
      mean.add(Rows.map(input, (row, i) -> 0));
    }
    for (int k = 0; k < nodes; k++) {
      try (NodePass.Run run = node.run(Change.NONE, between(node, places[k]))) {
        List<double[][]> slopes = run.pullback(flow);
        for (int part = 0; part < mean.size(); part++) {
          add(mean.get(part), weights[k], slopes.get(part));
        }
      }
    }
    return mean;
  }

  private static List<double[][]> between(NodePass node, double place) {
    List<double[][]> points = new ArrayList<>();
    for (int part = 0; part < node.inputs().size(); part++) {
      double[][] x = node.inputs().get(part);
      double[][] reference = node.inputs(0).get(part);
      points.add(Rows.map(x, (row, i) -> between(reference[row][i], x[row][i], place)));
    }
    return points;
  }

  /** Equal infinities, as masks have them, have no difference that could be computed. */
  private static double between(double reference, double x, double place) {
    return x == reference ? x : reference + place * (x - reference);
  }

  private static void add(double[][] sum, double weight, double[][] part) {
    for (int row = 0; row < sum.length; row++) {
      for (int i = 0; i < sum[row].length; i++) {
        sum[row][i] += weight * part[row][i];
      }
    }
  }
}
