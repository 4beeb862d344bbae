package io.sextant.onnx.lowering;

import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import io.sextant.onnx.lowering.Value.Known;
import io.sextant.onnx.lowering.Value.Moving;
import io.sextant.onnx.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Brings values of different shapes together as NumPy does: dimensions are matched from the last,
 * and those of size 1 are repeated. The batch must meet the batch.
 */
final class Broadcast {
  private Broadcast() {}

  /**
   * The layout of values that are combined place by place.
   *
   * @param extents of the values, at least one of them moving; hidden batches where they would not
   *     meet
   */
  static Layout common(Step step, List<Extent> extents) {
    int rank = rank(extents);
    Layout batch = null;
    for (Layout padded : layouts(extents, rank)) {
      if (batch != null && (padded.axis() != batch.axis() || padded.before() != batch.before())) {
        throw step.unsupported(
            "the batch is dimension %d of one input and dimension %d of another, so rows of one would meet columns of the other"
                .formatted(batch.axis(), padded.axis()));
      }
      batch = padded;
    }
    if (batch == null) {
      throw new IllegalStateException("nothing moves in " + step.operator().name());
    }
    int[] sizes = new int[0];
    for (int b = 0; b < step.batches().length; b++) {
      sizes = new int[0];
      for (Extent extent : extents) {
        sizes = Tensor.common(sizes, extent.sizes().get(b));
      }
    }
    List<Integer> all = new ArrayList<>(Layout.boxed(sizes));
    if (batch.axis() != Layout.HIDDEN) {
      int size = all.get(batch.axis());
      int last = step.batches()[step.batches().length - 1];
      if (size != batch.sizes().get(batch.axis()) * last) {
        throw step.unsupported(
            "the batch would be repeated along dimension %d".formatted(batch.axis()));
      }
      all.set(batch.axis(), batch.sizes().get(batch.axis()));
    }
    return new Layout(all, batch.axis(), batch.before());
  }

  /** The extents of values. */
  static List<Extent> extents(Step step, List<Value> values) {
    return values.stream().map(value -> Extent.of(step, value)).toList();
  }

  /** The same values, with batches of one hidden where they would not meet otherwise. */
  static List<Value> aligned(Step step, List<Value> values) {
    return meets(step, extents(step, values))
        ? values
        : values.stream()
            .map(value -> value instanceof Moving moving ? step.hidden(moving) : value)
            .toList();
  }

  /** Whether values meet as they are, or could not be made to: only a batch of one is hidden. */
  static boolean meets(Step step, List<Extent> extents) {
    if (!step.single()) {
      return true;
    }
    int rank = rank(extents);
    long places =
        layouts(extents, rank).stream()
            .map(layout -> List.of(layout.axis(), layout.before()))
            .distinct()
            .count();
    return places <= 1 && !repeatsBatch(extents, rank);
  }

  /** Whether a constant has several values where the others have their batch of one. */
  private static boolean repeatsBatch(List<Extent> extents, int rank) {
    int axis =
        layouts(extents, rank).stream()
            .mapToInt(layout -> layout.merged() ? Layout.HIDDEN : layout.axis())
            .findFirst()
            .orElse(Layout.HIDDEN);
    return axis != Layout.HIDDEN
        && extents.stream()
            .filter(extent -> extent.layout().isEmpty())
            .anyMatch(
                extent -> {
                  int own = axis - rank + extent.rank();
                  return own >= 0 && extent.sizes().get(0)[own] != 1;
                });
  }

  private static List<Layout> layouts(List<Extent> extents, int rank) {
    return extents.stream()
        .flatMap(extent -> extent.layout().stream())
        .map(layout -> layout.padded(rank))
        .toList();
  }

  private static int rank(List<Extent> extents) {
    return extents.stream().mapToInt(Extent::rank).max().orElse(0);
  }

  /**
   * What a constant is for one example, as it meets values of a layout.
   *
   * @return of the rank of the layout's shape; sizes are 1 or the shape's
   */
  static Tensor perExample(Step step, Value value, Layout layout) {
    if (!(value instanceof Known known)) {
      throw step.unsupported("an input must be constant but depends on the model's input");
    }
    Tensor first = null;
    for (int b = 0; b < step.batches().length; b++) {
      Tensor tensor = perExample(step, known.at().get(b), layout, step.batches()[b]);
      if (first != null && !first.same(tensor)) {
        throw step.unsupported("a constant depends on the size of the batch");
      }
      first = tensor;
    }
    if (first == null) {
      throw new IllegalStateException("no batch is tried");
    }
    return first;
  }

  private static Tensor perExample(Step step, Tensor tensor, Layout layout, int batch) {
    if (tensor.rank() > layout.rank()) {
      throw step.unsupported("a constant of shape %s has too many dimensions".formatted(tensor));
    }
    int[] padded = new int[layout.rank()];
    Arrays.fill(padded, 1);
    System.arraycopy(tensor.sizes(), 0, padded, layout.rank() - tensor.rank(), tensor.rank());
    Tensor full = tensor.reshaped(padded);
    int axis = layout.axis();
    if (axis != Layout.HIDDEN) {
      int before = padded[axis] == 1 ? 1 : layout.before();
      int after = padded[axis] == 1 ? 1 : layout.after();
      int rows = padded[axis] == 1 ? 1 : batch;
      if (padded[axis] != before * rows * after) {
        throw step.unsupported(
            "a constant of shape %s does not fit a batch of %d".formatted(tensor, batch));
      }
      List<Integer> split = new ArrayList<>(Layout.boxed(padded));
      split.set(axis, before);
      split.add(axis + 1, rows);
      split.add(axis + 2, after);
      full = firstRow(step, full.reshaped(ints(split)), axis + 1);
      // [..., before, 1, after, ...]: dimensions that the graph does not have go.
      List<Integer> kept = new ArrayList<>(split.subList(0, axis));
      if (layout.before() > 1) {
        kept.add(before);
      }
      if (layout.after() > 1) {
        kept.add(after);
      }
      kept.addAll(split.subList(axis + 3, split.size()));
      full = full.reshaped(ints(kept));
    }
    return full.rank() == 0 ? full.reshaped(1) : full;
  }

  /** A constant must be the same for all examples. */
  private static Tensor firstRow(Step step, Tensor tensor, int axis) {
    int[] sizes = tensor.sizes();
    if (sizes[axis] == 1) {
      return tensor;
    }
    int[] one = sizes.clone();
    one[axis] = 1;
    Tensor row = tensor.picked(one, tensor.steps(), 0);
    if (!row.broadcast(sizes).same(tensor)) {
      throw step.unsupported("a constant differs between the examples of a batch");
    }
    return row;
  }

  static int[] ints(List<Integer> sizes) {
    return sizes.stream().mapToInt(Integer::intValue).toArray();
  }

  /** A moving value in another layout that it is repeated to. */
  static Node fitted(Step step, Moving moving, Layout layout) {
    Shape aligned = moving.layout().padded(layout.rank()).shape();
    return step.expanded(step.reshaped(moving.node(), aligned), layout.shape());
  }

  /** A constant as a node that is the same for all examples. */
  static Node node(Step step, String key, Tensor perExample, Shape shape) {
    Node constant = step.inner(new Operation.Constant(step.parameter(key, perExample)));
    return step.expanded(constant, shape);
  }

  /** A moving or constant value as a node in a layout. */
  static Node node(Step step, String key, Value value, Layout layout) {
    return value instanceof Moving moving
        ? fitted(step, moving, layout)
        : node(step, key, perExample(step, value, layout), layout.shape());
  }

  /** Whether a constant differs along one dimension only, or not at all. */
  static boolean onlyAlong(Tensor tensor, int dimension) {
    return IntStream.range(0, tensor.rank()).allMatch(d -> d == dimension || tensor.size(d) == 1);
  }
}
