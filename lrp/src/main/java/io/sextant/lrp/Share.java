package io.sextant.lrp;

import io.sextant.gradients.rules.NodePass;
import java.util.ArrayList;
import java.util.List;

/**
 * Relevance that is shared out by what some terms contribute together.
 *
 * @param terms that add up to the whole
 * @param factor how much of a unit's relevance is shared out so
 * @param sign of the units for which it holds: 1 above 0, -1 below, 0 for all
 */
record Share(List<Term> terms, double factor, int sign) {
  Share {
    terms = List.copyOf(terms);
  }

  /** All relevance of all units. */
  static Share all(Term... terms) {
    return new Share(List.of(terms), 1, 0);
  }

  /** Adds to what each input gets: {@code a_j w_jk / sum_j a_j w_jk R_k}, with terms for a w. */
  void add(NodePass node, double[][] relevance, double epsilon, List<double[][]> received) {
    List<NodePass.Run> runs = new ArrayList<>();
    for (Term term : terms) {
      runs.add(term.run(node));
    }
    double[][] part = new double[relevance.length][];
    for (int row = 0; row < part.length; row++) {
      part[row] = new double[relevance[row].length];
      for (int k = 0; k < part[row].length; k++) {
        double sum = 0;
        for (NodePass.Run run : runs) {
          sum += run.output()[row][k];
        }
        boolean holds = sign == 0 || (sign > 0) == node.output()[row][k] > 0;
        part[row][k] = holds ? factor * relevance[row][k] / stabilised(sum, epsilon) : 0;
      }
    }
    for (int t = 0; t < runs.size(); t++) {
      List<double[][]> inputs = terms.get(t).inputs(node);
      List<double[][]> slopes = runs.get(t).pullback(part);
      for (int input = 0; input < inputs.size(); input++) {
        addProduct(received.get(input), inputs.get(input), slopes.get(input));
      }
    }
  }

  /** Away from 0, to the side on which it is. */
  private static double stabilised(double sum, double epsilon) {
    return sum < 0 ? sum - epsilon : sum + epsilon;
  }

  private static void addProduct(double[][] sum, double[][] inputs, double[][] slopes) {
    for (int row = 0; row < sum.length; row++) {
      for (int i = 0; i < sum[row].length; i++) {
        sum[row][i] += inputs[row][i] * slopes[row][i];
      }
    }
  }
}
