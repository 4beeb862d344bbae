package io.sextant.gradients.nd4j;

import io.sextant.gradients.graph.Cell;
import io.sextant.gradients.graph.Function;

/** The simple recurrent cell. */
final class SimpleKernel extends PlainCellKernel {
  private final Function activation;

  SimpleKernel(Cell.Simple cell, Size size, Block recurrent) {
    super(size, cell.gates(), recurrent);
    this.activation = cell.activation();
  }

  @Override
  void advance(int row, int t) {
    for (int u = 0; u < units; u++) {
      state[u] = activation.value(gates[u]);
    }
  }

  @Override
  void retreat(int row, int t, int previous, double[] toState) {
    for (int u = 0; u < units; u++) {
      gates[u] = toState[row * units + u] * activation.slope(gates[u]);
    }
  }
}
