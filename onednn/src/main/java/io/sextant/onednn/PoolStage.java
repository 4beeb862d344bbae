package io.sextant.onednn;

import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Operation.Reduction;
import io.sextant.gradients.graph.Shape;

/**
 * Maximum or average over windows.
 *
 * @param input the node it reads
 * @param output the node whose value it computes
 * @param image the input's shape
 * @param result the output's shape
 * @param operation the window, and how it becomes one number
 */
record PoolStage(int input, int output, Shape image, Shape result, Operation.Pool operation)
    implements Stage {
  @Override
  public Emitted emit(Assembly assembly) {
    Slot y = assembly.slot(result);
    Pooling.Pullback pullback =
        pooling(assembly.rows()).forward(assembly, assembly.value(input, Order.CHANNELS_LAST), y);
    assembly.read(input);
    return new Emitted(
        y, Order.CHANNELS_LAST, (back, gradient) -> pullBack(back, gradient, y, pullback));
  }

  /** A signal is pooled as an image of one line. */
  private Pooling pooling(int rows) {
    int rank = Math.max(2, operation.window().rank());
    return new Pooling(
        rows,
        over(rank, image),
        over(rank, result),
        operation.reduction(),
        operation.window().over(rank),
        operation.countPadding());
  }

  private static Shape over(int rank, Shape shape) {
    return shape.rank() == rank + 1 ? shape : Shape.of(shape.channels(), 1, shape.size(1));
  }

  private void pullBack(Assembly assembly, Slot gradient, Slot y, Pooling.Pullback pullback) {
    // A ReLU before a maximum passes the gradient where the maximum is above 0: told here, there
    // are far fewer places to look at.
    Slot dy =
        operation.reduction() == Reduction.MAX && assembly.takeOverMask(input)
            ? assembly.masked(gradient, y, assembly.layout(output))
            : gradient;
    assembly.contribute(input, Order.CHANNELS_LAST, dx -> pullback.emit(assembly, dy, dx));
  }
}
