package io.sextant.gradients.nd4j;

import io.sextant.gradients.graph.Cell;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Long short-term memory, with or without peepholes. */
final class LstmKernel extends PlainCellKernel {
  private final Cell.Lstm cell;
  private final double @Nullable [] peepholes;
  // c after each step.
  private final Block cells;
  private final double[] cellBefore;
  private final double[] cellAfter;
  private final double[] toCell;
  private double[] carried = {};

  LstmKernel(Cell.Lstm cell, Size size, Block recurrent, double @Nullable [] peepholes) {
    super(size, cell.gates(), recurrent);
    this.cell = cell;
    this.peepholes = peepholes;
    this.cells = size.sequence(units);
    this.cellBefore = new double[units];
    this.cellAfter = new double[units];
    this.toCell = new double[size.capacity() * units];
  }

  @Override
  void begin(int rows) {
    super.begin(rows);
    carried = new double[rows * units];
  }

  private double peephole(int gate, int u) {
    return peepholes == null ? 0 : peepholes[gate * units + u];
  }

  @Override
  void advance(int row, int t) {
    for (int u = 0; u < units; u++) {
      double c = carried[row * units + u];
      gates[u] += peephole(0, u) * c;
      gates[units + u] += peephole(1, u) * c;
      c =
          cell.gate().value(gates[units + u]) * c
              + cell.gate().value(gates[u]) * cell.candidate().value(gates[2 * units + u]);
      gates[3 * units + u] += peephole(2, u) * c;
      state[u] = cell.gate().value(gates[3 * units + u]) * cell.output().value(c);
      carried[row * units + u] = c;
    }
    keep(row, t);
  }

  @Override
  void keep(int row, int t) {
    System.arraycopy(carried, row * units, cellAfter, 0, units);
    cells.put(size.place(row, t) * units, cellAfter, units);
  }

  @Override
  void beginBack(int rows) {
    Arrays.fill(toCell, 0);
  }

  @Override
  void retreat(int row, int t, int previous, double[] toState) {
    cells.get(size.place(row, t) * units, cellAfter, units);
    if (previous < 0) {
      Arrays.fill(cellBefore, 0);
    } else {
      cells.get(size.place(row, previous) * units, cellBefore, units);
    }
    for (int u = 0; u < units; u++) {
      int f = units + u;
      int g = 2 * units + u;
      int o = 3 * units + u;
      int place = row * units + u;
      double toOutput =
          toState[place] * cell.output().value(cellAfter[u]) * cell.gate().slope(gates[o]);
      double toC =
          toCell[place]
              + toState[place] * cell.gate().value(gates[o]) * cell.output().slope(cellAfter[u])
              + toOutput * peephole(2, u);
      double input = cell.gate().value(gates[u]);
      double forget = cell.gate().value(gates[f]);
      double toInput = toC * cell.candidate().value(gates[g]) * cell.gate().slope(gates[u]);
      double toForget = toC * cellBefore[u] * cell.gate().slope(gates[f]);
      gates[g] = toC * input * cell.candidate().slope(gates[g]);
      gates[u] = toInput;
      gates[f] = toForget;
      gates[o] = toOutput;
      toCell[place] = toC * forget + toInput * peephole(0, u) + toForget * peephole(1, u);
    }
  }

  @Override
  public void close() {
    super.close();
    cells.close();
  }
}
