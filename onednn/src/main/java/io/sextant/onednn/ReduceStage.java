package io.sextant.onednn;

import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Operation.Reduction;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Window;
import java.util.List;

/**
 * Maximum or average over whole neighbouring dimensions: pooling by one window over a line of all
 * that they hold, whose channels are the dimensions behind them.
 *
 * @param input the node it reads
 * @param output the node whose value it computes
 * @param from the input's shape
 * @param result the output's shape
 * @param operation the dimensions, and how they become one number
 */
record ReduceStage(int input, int output, Shape from, Shape result, Operation.Reduce operation)
    implements Stage {
  static boolean supports(Operation.Reduce reduce) {
    List<Integer> axes = reduce.axes();
    return Pooling.supports(reduce.reduction())
        && axes.get(axes.size() - 1) - axes.get(0) == axes.size() - 1;
  }

  @Override
  public Emitted emit(Assembly assembly) {
    // Where all but the channels goes, either order is as good.
    boolean image = operation.axes().get(0) == 1 && operation.axes().size() == from.rank() - 1;
    Order order = image ? assembly.order(input) : Order.ROW_MAJOR;
    Slot y = assembly.slot(result);
    Pooling.Pullback pullback =
        pooling(assembly.rows(), order).forward(assembly, assembly.value(input, order), y);
    assembly.read(input);
    return new Emitted(
        y, Order.ROW_MAJOR, (back, gradient) -> pullBack(back, gradient, y, order, pullback));
  }

  private Pooling pooling(int rows, Order order) {
    int first = operation.axes().get(0);
    int line = operation.axes().stream().mapToInt(from::size).reduce(1, Math::multiplyExact);
    int lines = 1;
    for (int d = 0; order == Order.ROW_MAJOR && d < first; d++) {
      lines *= from.size(d);
    }
    int channels = from.elements() / (line * lines);
    return new Pooling(
        Math.multiplyExact(rows, lines),
        Shape.of(channels, 1, line),
        Shape.of(channels, 1, 1),
        operation.reduction(),
        Window.of(1, line),
        true);
  }

  private void pullBack(
      Assembly assembly, Slot gradient, Slot y, Order order, Pooling.Pullback pullback) {
    Slot dy =
        operation.reduction() == Reduction.MAX && assembly.takeOverMask(input)
            ? assembly.masked(gradient, y, assembly.layout(output))
            : gradient;
    assembly.contribute(input, order, dx -> pullback.emit(assembly, dy, dx));
  }
}
