package com.example.methods;

import io.sextant.gradients.rules.BackwardRule;
import io.sextant.gradients.rules.NodePass;
import java.util.Arrays;
import java.util.List;

/**
 * A backward rule: the derivative of what speaks for the output, without what speaks against it.
 */
public record Positive() implements BackwardRule {
  @Override
  public List<double[][]> back(NodePass node, double[][] flow) {
    double[][] positive = new double[flow.length][];
    for (int row = 0; row < flow.length; row++) {
      positive[row] = Arrays.stream(flow[row]).map(v -> Math.max(0, v)).toArray();
    }
    return node.recorded().pullback(positive);
  }
}
