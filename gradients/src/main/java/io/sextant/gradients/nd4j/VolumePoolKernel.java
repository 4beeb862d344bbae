package io.sextant.gradients.nd4j;

import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Window;
import java.util.List;

/**
 * Pooling over three dimensions: over height and width, and then over depth. All reductions can be
 * taken in two steps, and a maximum's first place is the same.
 */
final class VolumePoolKernel implements Kernel {
  private final Block between;
  private final Block gradient;
  private final PoolKernel planes;
  private final PoolKernel depth;

  VolumePoolKernel(
      Operation.Pool pool,
      Shape volume,
      Shape result,
      Block x,
      Block y,
      Precision precision,
      int capacity) {
    List<Window.Axis> axes = pool.window().axes();
    int places = result.size(2) * result.size(3);
    Shape images = Shape.of(volume.channels() * volume.size(1), volume.size(2), volume.size(3));
    Shape pooled = Shape.of(images.channels(), result.size(2), result.size(3));
    this.between = new Block(precision, Math.multiplyExact(capacity, pooled.elements()));
    this.gradient = new Block(precision, between.size());
    this.planes = new PoolKernel(over(pool, axes.subList(1, 3)), images, pooled, x, between);
    this.depth =
        new PoolKernel(
            over(pool, List.of(axes.get(0), new Window.Axis(1, 1, 1, 0, 0))),
            Shape.of(volume.channels(), volume.size(1), places),
            Shape.of(volume.channels(), result.size(1), places),
            between,
            y);
  }

  private static Operation.Pool over(Operation.Pool pool, List<Window.Axis> axes) {
    return new Operation.Pool(pool.reduction(), new Window(axes), pool.countPadding(), pool.p());
  }

  @Override
  public void forward(int rows) {
    planes.forward(rows);
    depth.forward(rows);
  }

  @Override
  public void pullback(int rows, int slot, Block output, Block input) {
    depth.pullback(rows, 0, output, gradient);
    planes.pullback(rows, 0, gradient, input);
  }

  @Override
  public void close() {
    between.close();
    gradient.close();
  }
}
