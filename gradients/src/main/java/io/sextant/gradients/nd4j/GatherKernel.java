package io.sextant.gradients.nd4j;

import io.sextant.gradients.graph.Margins;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Values taken from other places, the same for each example, or a fixed one: all operations that
 * move, repeat, leave out or pad. The gradient of a value is the sum over the places it went to.
 */
final class GatherKernel implements Kernel {
  private static final int OUTSIDE = -1;

  private final int[] source;
  private final double fill;
  private final double[] taken;
  private final double[] placed;
  private final Block x;
  private final Block y;

  private GatherKernel(int[] source, double fill, Shape input, Block x, Block y) {
    this.source = source;
    this.fill = fill;
    this.taken = new double[input.elements()];
    this.placed = new double[source.length];
    this.x = x;
    this.y = y;
  }

  static GatherKernel permute(Operation.Permute operation, Shape in, Shape out, Block x, Block y) {
    int[] strides = strides(in);
    int[] order = operation.order().stream().mapToInt(Integer::intValue).toArray();
    int[][] places = new int[out.rank()][];
    for (int d = 0; d < places.length; d++) {
      int stride = strides[order[d]];
      places[d] = IntStream.range(0, out.size(d)).map(i -> i * stride).toArray();
    }
    return new GatherKernel(source(out, places), 0, in, x, y);
  }

  static GatherKernel slice(Operation.Slice operation, Shape in, Shape out, Block x, Block y) {
    return along(operation.axis(), i -> operation.from() + i, in, out, x, y);
  }

  static GatherKernel select(Operation.Select operation, Shape in, Shape out, Block x, Block y) {
    return along(operation.axis(), operation.places()::get, in, out, x, y);
  }

  private static GatherKernel along(
      int axis, IntUnaryOperator place, Shape in, Shape out, Block x, Block y) {
    IntUnaryOperator[] maps = identities(out.rank());
    maps[axis] = place;
    return mapped(maps, 0, in, out, x, y);
  }

  static GatherKernel pad(Operation.Pad operation, Shape in, Shape out, Block x, Block y) {
    IntUnaryOperator[] maps = new IntUnaryOperator[out.rank()];
    Arrays.setAll(maps, d -> i -> i - operation.before().get(d));
    return mapped(maps, operation.value(), in, out, x, y);
  }

  static GatherKernel crop(Margins margins, Shape in, Shape out, Block x, Block y) {
    IntUnaryOperator[] maps = {i -> i, i -> i + margins.top(), i -> i + margins.left()};
    return mapped(maps, 0, in, out, x, y);
  }

  static GatherKernel upsample(
      Operation.Upsample operation, Shape in, Shape out, Block x, Block y) {
    IntUnaryOperator[] maps = {i -> i, i -> i / operation.height(), i -> i / operation.width()};
    return mapped(maps, 0, in, out, x, y);
  }

  static GatherKernel expand(Shape in, Shape out, Block x, Block y) {
    int missing = out.rank() - in.rank();
    int[] sizes = new int[out.rank()];
    Arrays.setAll(sizes, d -> d < missing ? 1 : in.size(d - missing));
    IntUnaryOperator[] maps = identities(out.rank());
    for (int d = 0; d < sizes.length; d++) {
      if (sizes[d] == 1) {
        maps[d] = i -> 0;
      }
    }
    return mapped(maps, 0, Shape.of(sizes), out, x, y);
  }

  private static IntUnaryOperator[] identities(int rank) {
    IntUnaryOperator[] maps = new IntUnaryOperator[rank];
    Arrays.fill(maps, IntUnaryOperator.identity());
    return maps;
  }

  /** Each dimension by itself: which place of the input, or one outside. */
  private static GatherKernel mapped(
      IntUnaryOperator[] maps, double fill, Shape in, Shape out, Block x, Block y) {
    int[] strides = strides(in);
    int[][] places = new int[out.rank()][];
    for (int d = 0; d < places.length; d++) {
      int dimension = d;
      places[d] =
          IntStream.range(0, out.size(d))
              .map(maps[d])
              .map(i -> i < 0 || i >= in.size(dimension) ? OUTSIDE : i * strides[dimension])
              .toArray();
    }
    return new GatherKernel(source(out, places), fill, in, x, y);
  }

  static int[] strides(Shape shape) {
    int[] strides = new int[shape.rank()];
    int stride = 1;
    for (int d = shape.rank() - 1; d >= 0; d--) {
      strides[d] = stride;
      stride *= shape.size(d);
    }
    return strides;
  }

  /** Sums of what the dimensions contribute, for all places in row-major order. */
  private static int[] source(Shape out, int[][] places) {
    int[] source = new int[out.elements()];
    int run = out.elements();
    for (int[] dimension : places) {
      run /= dimension.length;
      for (int i = 0; i < source.length; i++) {
        int part = dimension[i / run % dimension.length];
        source[i] = part == OUTSIDE || source[i] == OUTSIDE ? OUTSIDE : source[i] + part;
      }
    }
    return source;
  }

  @Override
  public void forward(int rows) {
    for (int row = 0; row < rows; row++) {
      x.get(row * taken.length, taken, taken.length);
      for (int i = 0; i < source.length; i++) {
        placed[i] = source[i] == OUTSIDE ? fill : taken[source[i]];
      }
      y.put(row * source.length, placed, source.length);
    }
  }

  @Override
  public void pullback(int rows, int slot, Block output, Block input) {
    for (int row = 0; row < rows; row++) {
      output.get(row * source.length, placed, source.length);
      Arrays.fill(taken, 0);
      for (int i = 0; i < source.length; i++) {
        if (source[i] != OUTSIDE) {
          taken[source[i]] += placed[i];
        }
      }
      input.put(row * taken.length, taken, taken.length);
    }
  }
}
