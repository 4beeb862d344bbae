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
 *
 * <p>Each dimension by itself says where its places come from, so that little is kept however large
 * the value is.
 */
final class GatherKernel implements Kernel {
  private static final int OUTSIDE = -1;

  // For each place of each dimension of the result, what it adds to the place in the input.
  private final int[][] places;
  private final double fill;
  private final boolean repeats;
  private final int inputs;
  private final int outputs;
  private final Block x;
  private final Block y;

  private GatherKernel(int[][] places, double fill, Shape in, Shape out, Block x, Block y) {
    this.places = places;
    this.fill = fill;
    this.repeats = Arrays.stream(places).anyMatch(GatherKernel::repeats);
    this.inputs = in.elements();
    this.outputs = out.elements();
    this.x = x;
    this.y = y;
  }

  private static boolean repeats(int[] dimension) {
    int[] taken = Arrays.stream(dimension).filter(i -> i != OUTSIDE).sorted().toArray();
    return IntStream.range(1, taken.length).anyMatch(i -> taken[i] == taken[i - 1]);
  }

  static GatherKernel permute(Operation.Permute operation, Shape in, Shape out, Block x, Block y) {
    int[] strides = in.strides();
    int[][] places = new int[out.rank()][];
    for (int d = 0; d < places.length; d++) {
      int stride = strides[operation.order().get(d)];
      places[d] = IntStream.range(0, out.size(d)).map(i -> i * stride).toArray();
    }
    return new GatherKernel(places, 0, in, out, x, y);
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
    int[] strides = in.strides();
    int[][] places = new int[out.rank()][];
    for (int d = 0; d < places.length; d++) {
      int dimension = d;
      places[d] =
          IntStream.range(0, out.size(d))
              .map(maps[d])
              .map(i -> i < 0 || i >= in.size(dimension) ? OUTSIDE : i * strides[dimension])
              .toArray();
    }
    return new GatherKernel(places, fill, in, out, x, y);
  }

  /** Where a line of the result, along the last dimension, comes from. */
  private int source(int line) {
    int source = 0;
    int rest = line;
    for (int d = places.length - 2; d >= 0; d--) {
      int part = places[d][rest % places[d].length];
      rest /= places[d].length;
      if (part == OUTSIDE) {
        return OUTSIDE;
      }
      source += part;
    }
    return source;
  }

  /** A part of a line of the result. */
  @FunctionalInterface
  private interface Run {
    /**
     * Moves it.
     *
     * @param source where the line comes from
     * @param from the part's first place in the line
     * @param to the part's first place in the result
     * @param count how many values
     */
    void move(int source, int from, int to, int count);
  }

  private void each(Run run) {
    int length = places[places.length - 1].length;
    for (int line = 0; line < outputs / length; line++) {
      int source = source(line);
      for (int from = 0; from < length; from += Block.RUN) {
        run.move(source, from, line * length + from, Math.min(Block.RUN, length - from));
      }
    }
  }

  @Override
  public void forward(int rows) {
    int[] last = places[places.length - 1];
    double[] values = new double[Math.min(Block.RUN, last.length)];
    for (int row = 0; row < rows; row++) {
      int start = row * inputs;
      int result = row * outputs;
      each(
          (source, from, to, count) -> {
            for (int i = 0; i < count; i++) {
              int part = last[from + i];
              values[i] =
                  source == OUTSIDE || part == OUTSIDE ? fill : x.get(start + source + part);
            }
            y.put(result + to, values, count);
          });
    }
  }

  @Override
  public void pullback(int rows, int slot, Block output, Block input) {
    int[] last = places[places.length - 1];
    double[] values = new double[Math.min(Block.RUN, last.length)];
    // Sums are rounded once.
    double[] sums = new double[repeats ? inputs : 0];
    input.zero(0, rows * inputs);
    for (int row = 0; row < rows; row++) {
      int start = row * inputs;
      int result = row * outputs;
      each(
          (source, from, to, count) -> {
            output.get(result + to, values, count);
            for (int i = 0; i < count; i++) {
              int part = last[from + i];
              if (source == OUTSIDE || part == OUTSIDE) {
                continue;
              }
              if (repeats) {
                sums[source + part] += values[i];
              } else {
                input.set(start + source + part, values[i]);
              }
            }
          });
      if (repeats) {
        input.put(start, sums, inputs);
        Arrays.fill(sums, 0);
      }
    }
  }
}
