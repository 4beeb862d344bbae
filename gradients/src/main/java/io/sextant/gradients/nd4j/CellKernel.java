package io.sextant.gradients.nd4j;

import io.sextant.gradients.engine.Precision;

/** The steps of a recurrent layer, forward and back. */
abstract class CellKernel implements AutoCloseable {
  /**
   * How large its buffers are.
   *
   * @param capacity most examples
   * @param time steps
   * @param units size of the state
   * @param precision of all numbers
   */
  record Size(int capacity, int time, int units, Precision precision) {
    /** A block with so many numbers for each example. */
    Block block(int each) {
      return new Block(precision, capacity, each);
    }

    /** A block with so many numbers for each step of each example. */
    Block sequence(int each) {
      return block(Math.multiplyExact(time, each));
    }

    int place(int row, int t) {
      return row * time + t;
    }
  }

  final Size size;
  final int units;
  final int width;
  final Block before;
  final Block states;
  // One example's.
  final double[] gates;
  final double[] state;

  CellKernel(Size size, int gateCount) {
    this.size = size;
    this.units = size.units();
    this.width = gateCount * units;
    this.before = size.sequence(width);
    this.states = size.block(units);
    this.gates = new double[width];
    this.state = new double[units];
  }

  /**
   * {@code [capacity, time, gates]}: what the gates' functions are applied to. The layer puts the
   * input's part there, and each step adds its own.
   */
  final Block before() {
    return before;
  }

  /** {@code [capacity, units]}: the state after the last step. */
  final Block states() {
    return states;
  }

  /** Starts from a state of zeros. */
  void begin(int rows) {
    states.zero(0, rows * units);
  }

  /** One step, of the examples that are not masked. */
  abstract void step(int rows, int t, boolean[] masked);

  /** Starts from the last step. */
  void beginBack(int rows) {}

  /**
   * One step back.
   *
   * @param previous the step before it, or -1
   * @param toState the gradient at the state after the step; becomes that at the state before
   * @param into written with the gradient at what {@link #before} holds of this step, unless masked
   */
  abstract void back(int rows, int t, int previous, boolean[] masked, double[] toState, Block into);

  @Override
  public void close() {
    before.close();
    states.close();
  }
}
