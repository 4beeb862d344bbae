package io.sextant.onnx.lowering;

import io.sextant.onnx.lowering.Value.Known;
import io.sextant.onnx.lowering.Value.Moving;
import io.sextant.onnx.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How large a value is, which is all that matters when values of different shapes meet.
 *
 * @param layout of a value that depends on the input
 * @param sizes for each size of the batch that is tried
 */
record Extent(Optional<Layout> layout, List<int[]> sizes) {
  Extent {
    sizes = List.copyOf(sizes);
  }

  static Extent of(Step step, Value value) {
    return value instanceof Moving moving
        ? of(step, moving.layout())
        : fixed(((Known) value).at().stream().map(Tensor::sizes).toList());
  }

  static Extent of(Step step, Layout layout) {
    return new Extent(
        Optional.of(layout), IntStream.of(step.batches()).mapToObj(layout::sizes).toList());
  }

  /** Sizes of a constant. */
  static Extent fixed(List<int[]> sizes) {
    return new Extent(Optional.empty(), sizes);
  }

  /** What is in front of the last two dimensions, which are those of matrices. */
  Extent leading() {
    return new Extent(
        layout.map(
            all -> new Layout(all.sizes().subList(0, all.rank() - 2), all.axis(), all.before())),
        sizes.stream().map(all -> Arrays.copyOf(all, all.length - 2)).toList());
  }

  int rank() {
    return sizes.get(0).length;
  }
}
