package io.sextant.onednn;

import io.sextant.gradients.graph.Shape;
import org.bytedeco.dnnl.dnnl_memory_desc_t;

/** How the values of an example lie in memory. */
enum Order {
  /** As callers see them: neighbours along the last dimension lie together. */
  ROW_MAJOR,
  /** All channels of a place lie together, as windows want them. */
  CHANNELS_LAST;

  /** The order in which values come in: images and volumes are mostly looked at by windows. */
  static Order natural(Shape shape) {
    return shape.rank() >= 3 ? CHANNELS_LAST : ROW_MAJOR;
  }

  /** Distances between neighbours along the batch and each dimension. */
  long[] strides(int rows, Shape shape) {
    long[] strides = Descriptors.rowMajorStrides(shape.batched(rows));
    if (this == CHANNELS_LAST) {
      for (int d = 2; d < strides.length; d++) {
        strides[d] *= shape.channels();
      }
      strides[1] = 1;
    }
    return strides;
  }

  dnnl_memory_desc_t layout(int rows, Shape shape) {
    return Descriptors.strided(shape.batched(rows), strides(rows, shape));
  }

  /** Where the value at a row-major place lies. */
  int place(Shape shape, int i) {
    return this == CHANNELS_LAST
        ? i % shape.positions() * shape.channels() + i / shape.positions()
        : i;
  }

  /** True when values of this shape lie alike in both orders. */
  boolean same(Order other, Shape shape) {
    return this == other || shape.channels() == 1 || shape.positions() == 1;
  }
}
