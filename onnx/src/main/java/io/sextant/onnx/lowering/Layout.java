package io.sextant.onnx.lowering;

import io.sextant.gradients.graph.Shape;
import io.sextant.onnx.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How a tensor of the file holds the examples of a batch. Reshapes may merge the batch with its
 * neighbours: the size of that dimension is then {@code before} times the batch times {@code
 * after}, in row-major order.
 *
 * @param sizes of the tensor's dimensions; where the batch is, the number of values per example
 * @param axis the dimension with the batch; -1 where a batch of one example does not show
 * @param before how many of the merged values are in front of the batch
 */
record Layout(List<Integer> sizes, int axis, int before) {
  static final int HIDDEN = -1;

  Layout {
    Tensor.requireRank(sizes.size());
    sizes = List.copyOf(sizes);
  }

  /** Sizes with the batch in front. */
  static Layout batchFirst(Shape shape) {
    List<Integer> sizes = new ArrayList<>(List.of(1));
    sizes.addAll(boxed(shape.sizes()));
    return new Layout(sizes, 0, 1);
  }

  /** Sizes of a batch of one that does not show. */
  static Layout hidden(int[] sizes) {
    return new Layout(boxed(sizes), HIDDEN, 1);
  }

  static List<Integer> boxed(int[] sizes) {
    return IntStream.of(sizes).boxed().toList();
  }

  int rank() {
    return sizes.size();
  }

  /** Merged values behind the batch. */
  int after() {
    return axis == HIDDEN ? 1 : sizes.get(axis) / before;
  }

  /** Whether the batch shares its dimension. */
  boolean merged() {
    return axis != HIDDEN && sizes.get(axis) != 1;
  }

  /** The tensor's sizes for a batch of so many examples. */
  int[] sizes(int batch) {
    return IntStream.range(0, rank())
        .map(d -> d == axis ? Math.multiplyExact(sizes.get(d), batch) : sizes.get(d))
        .toArray();
  }

  /** The shape of one example in the graph. */
  Shape shape() {
    List<Integer> kept = places();
    return Shape.of(kept.isEmpty() ? new int[] {1} : kept.stream().mapToInt(s -> s).toArray());
  }

  private List<Integer> places() {
    List<Integer> kept = new ArrayList<>();
    for (int d = 0; d < rank(); d++) {
      if (d != axis) {
        kept.add(sizes.get(d));
      } else {
        if (before > 1) {
          kept.add(before);
        }
        if (after() > 1) {
          kept.add(after());
        }
      }
    }
    return kept;
  }

  /** Dimensions of the graph's value that a dimension of the tensor stands for: 0, 1 or 2. */
  List<Integer> places(int dimension) {
    int from =
        new Layout(sizes.subList(0, dimension), axis < dimension ? axis : HIDDEN, before)
            .places()
            .size();
    int to =
        new Layout(sizes.subList(0, dimension + 1), axis <= dimension ? axis : HIDDEN, before)
            .places()
            .size();
    return IntStream.range(from, to).boxed().toList();
  }

  /** The dimension of the graph's value for one of the tensor without the batch. */
  int place(int dimension) {
    return places(dimension).get(0);
  }

  /** The same with another size of a dimension without the batch. */
  Layout with(int dimension, int size) {
    List<Integer> changed = new ArrayList<>(sizes);
    changed.set(dimension, size);
    return new Layout(changed, axis, before);
  }

  /** The same with so many dimensions of size 1 in front. */
  Layout padded(int rank) {
    if (rank == rank()) {
      return this;
    }
    List<Integer> more = new ArrayList<>();
    for (int d = rank(); d < rank; d++) {
      more.add(1);
    }
    more.addAll(sizes);
    return new Layout(more, axis == HIDDEN ? HIDDEN : axis + rank - rank(), before);
  }

  /** Without a dimension. */
  Layout without(int dimension) {
    List<Integer> fewer = new ArrayList<>(sizes);
    fewer.remove(dimension);
    return new Layout(fewer, axis > dimension ? axis - 1 : axis, before);
  }

  /** With a dimension more. */
  Layout inserted(int dimension, int size) {
    List<Integer> more = new ArrayList<>(sizes);
    more.add(dimension, size);
    return new Layout(more, axis >= dimension ? axis + 1 : axis, before);
  }
}
