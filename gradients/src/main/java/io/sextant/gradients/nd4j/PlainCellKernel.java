package io.sextant.gradients.nd4j;

/** A cell whose gates all read the state as it is: one product for each step. */
abstract class PlainCellKernel extends CellKernel {
  private final Block products;
  private final Block gradients;
  private final Block pulled;
  private final NativeCall product;
  private final NativeCall transposed;
  private final double[] part;
  private final double[] back;

  PlainCellKernel(Size size, int gateCount, Block recurrent) {
    super(size, gateCount);
    this.products = size.block(width);
    this.gradients = size.block(width);
    this.pulled = size.block(units);
    this.product =
        NativeCall.product(
            states, recurrent, products, new NativeCall.Sizes(1, units, width), false);
    this.transposed =
        NativeCall.product(
            gradients, recurrent, pulled, new NativeCall.Sizes(1, width, units), true);
    this.part = new double[width];
    this.back = new double[units];
  }

  /** From what the gates' functions are applied to, which it may complete, the next state. */
  abstract void advance(int row, int t);

  /** What is done of a step that is left out. */
  void keep(int row, int t) {}

  /**
   * From the gradient at the state after a step, in {@code toState}, that at what the gates'
   * functions are applied to, in the place of the latter.
   */
  abstract void retreat(int row, int t, int previous, double[] toState);

  @Override
  final void step(int rows, int t, boolean[] masked) {
    product.run(rows);
    for (int row = 0; row < rows; row++) {
      if (masked[row]) {
        keep(row, t);
        continue;
      }
      before.get(size.place(row, t) * width, gates, width);
      products.get(row * width, part, width);
      for (int i = 0; i < width; i++) {
        gates[i] += part[i];
      }
      advance(row, t);
      before.put(size.place(row, t) * width, gates, width);
      states.put(row * units, state, units);
    }
  }

  @Override
  final void back(int rows, int t, int previous, boolean[] masked, double[] toState, Block into) {
    for (int row = 0; row < rows; row++) {
      if (masked[row]) {
        continue;
      }
      before.get(size.place(row, t) * width, gates, width);
      retreat(row, t, previous, toState);
      into.put(size.place(row, t) * width, gates, width);
      gradients.put(row * width, gates, width);
    }
    transposed.run(rows);
    for (int row = 0; row < rows; row++) {
      if (!masked[row]) {
        pulled.get(row * units, back, units);
        System.arraycopy(back, 0, toState, row * units, units);
      }
    }
  }

  @Override
  public void close() {
    super.close();
    products.close();
    gradients.close();
    pulled.close();
  }
}
