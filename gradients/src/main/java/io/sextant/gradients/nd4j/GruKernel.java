package io.sextant.gradients.nd4j;

import io.sextant.gradients.graph.Cell;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The gated recurrent unit, with its reset before or after the product of the candidate. */
final class GruKernel extends CellKernel {
  private final Cell.Gru cell;
  private final double @Nullable [] after;
  // The layer's own value: the state after each step.
  private final Block y;
  private final Block gateWeights;
  private final Block candidateWeights;
  private final Block gateProducts;
  private final Block candidateStates;
  private final Block candidateProducts;
  // What the reset gate scales after the product.
  private final Block scaled;
  private final NativeCall toGates;
  private final NativeCall toCandidate;
  private final NativeCall fromGates;
  private final NativeCall fromCandidate;
  private final Block pulledByGates;
  private final Block pulledByCandidate;
  private final double[] two;
  private final double[] one;
  private final double[] inner;
  private final double[] held;

  GruKernel(Cell.Gru cell, Size size, Block recurrent, double @Nullable [] after, Block y) {
    super(size, cell.gates());
    this.cell = cell;
    this.after = after;
    this.y = y;
    this.gateWeights = columns(recurrent, 0, 2 * units);
    this.candidateWeights = columns(recurrent, 2 * units, units);
    this.gateProducts = size.block(2 * units);
    this.candidateStates = size.block(units);
    this.candidateProducts = size.block(units);
    this.scaled = size.sequence(units);
    this.pulledByGates = size.block(units);
    this.pulledByCandidate = size.block(units);
    NativeCall.Sizes gate = new NativeCall.Sizes(1, units, 2 * units);
    NativeCall.Sizes candidate = new NativeCall.Sizes(1, units, units);
    this.toGates = NativeCall.product(states, gateWeights, gateProducts, gate, false);
    this.toCandidate =
        NativeCall.product(candidateStates, candidateWeights, candidateProducts, candidate, false);
    this.fromGates =
        NativeCall.product(
            gateProducts,
            gateWeights,
            pulledByGates,
            new NativeCall.Sizes(1, 2 * units, units),
            true);
    this.fromCandidate =
        NativeCall.product(candidateProducts, candidateWeights, pulledByCandidate, candidate, true);
    this.two = new double[2 * units];
    this.one = new double[units];
    this.inner = new double[units];
    this.held = new double[units];
  }

  private Block columns(Block weights, int from, int count) {
    double[] all = weights.values();
    double[] columns = new double[units * count];
    for (int row = 0; row < units; row++) {
      System.arraycopy(all, row * width + from, columns, row * count, count);
    }
    return new Block(size.precision(), columns);
  }

  @Override
  void step(int rows, int t, boolean[] masked) {
    toGates.run(rows);
    for (int row = 0; row < rows; row++) {
      before.get(size.place(row, t) * width, gates, width);
      gateProducts.get(row * 2 * units, two, 2 * units);
      states.get(row * units, state, units);
      for (int i = 0; i < 2 * units; i++) {
        gates[i] += two[i];
      }
      for (int u = 0; u < units && !cell.resetAfter(); u++) {
        state[u] *= cell.gate().value(gates[units + u]);
      }
      candidateStates.put(row * units, state, units);
      before.put(size.place(row, t) * width, gates, width);
    }
    toCandidate.run(rows);
    for (int row = 0; row < rows; row++) {
      if (!masked[row]) {
        advance(row, t);
      }
    }
  }

  private void advance(int row, int t) {
    before.get(size.place(row, t) * width, gates, width);
    candidateProducts.get(row * units, one, units);
    states.get(row * units, state, units);
    for (int u = 0; u < units; u++) {
      inner[u] = one[u] + (after == null ? 0 : after[u]);
      double reset = cell.resetAfter() ? cell.gate().value(gates[units + u]) : 1;
      gates[2 * units + u] += reset * inner[u];
      double update = cell.gate().value(gates[u]);
      state[u] = update * state[u] + (1 - update) * cell.candidate().value(gates[2 * units + u]);
    }
    scaled.put(size.place(row, t) * units, inner, units);
    before.put(size.place(row, t) * width, gates, width);
    states.put(row * units, state, units);
  }

  @Override
  void back(int rows, int t, int previous, boolean[] masked, double[] toState, Block into) {
    for (int row = 0; row < rows; row++) {
      before.get(size.place(row, t) * width, gates, width);
      for (int u = 0; u < units; u++) {
        double update = cell.gate().value(gates[u]);
        double toCandidateSum =
            toState[row * units + u] * (1 - update) * cell.candidate().slope(gates[2 * units + u]);
        one[u] =
            cell.resetAfter()
                ? toCandidateSum * cell.gate().value(gates[units + u])
                : toCandidateSum;
      }
      candidateProducts.put(row * units, one, units);
    }
    fromCandidate.run(rows);
    for (int row = 0; row < rows; row++) {
      if (!masked[row]) {
        retreat(row, t, previous, toState, into);
      }
    }
    fromGates.run(rows);
    for (int row = 0; row < rows; row++) {
      if (!masked[row]) {
        join(row, t, toState);
      }
    }
  }

  private void retreat(int row, int t, int previous, double[] toState, Block into) {
    before.get(size.place(row, t) * width, gates, width);
    scaled.get(size.place(row, t) * units, inner, units);
    pulledByCandidate.get(row * units, one, units);
    if (previous < 0) {
      Arrays.fill(held, 0);
    } else {
      y.get(size.place(row, previous) * units, held, units);
    }
    for (int u = 0; u < units; u++) {
      double update = cell.gate().value(gates[u]);
      double candidate = cell.candidate().value(gates[2 * units + u]);
      double to = toState[row * units + u];
      double toSum = to * (1 - update) * cell.candidate().slope(gates[2 * units + u]);
      double resetSlope = cell.gate().slope(gates[units + u]);
      two[u] = to * (held[u] - candidate) * cell.gate().slope(gates[u]);
      two[units + u] = (cell.resetAfter() ? toSum * inner[u] : one[u] * held[u]) * resetSlope;
      gates[2 * units + u] = toSum;
    }
    System.arraycopy(two, 0, gates, 0, 2 * units);
    into.put(size.place(row, t) * width, gates, width);
    gateProducts.put(row * 2 * units, two, 2 * units);
  }

  /** All ways from the state before a step to the one after it. */
  private void join(int row, int t, double[] toState) {
    before.get(size.place(row, t) * width, gates, width);
    pulledByCandidate.get(row * units, one, units);
    pulledByGates.get(row * units, held, units);
    for (int u = 0; u < units; u++) {
      double reset = cell.resetAfter() ? 1 : cell.gate().value(gates[units + u]);
      int place = row * units + u;
      toState[place] = toState[place] * cell.gate().value(gates[u]) + one[u] * reset + held[u];
    }
  }

  @Override
  public void close() {
    super.close();
    for (Block block :
        new Block[] {
          gateWeights,
          candidateWeights,
          gateProducts,
          candidateStates,
          candidateProducts,
          scaled,
          pulledByGates,
          pulledByCandidate
        }) {
      block.close();
    }
  }
}
