package io.sextant.onednn;

import io.sextant.gradients.graph.Shape;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.global.dnnl;

/** Describes batches to oneDNN: the batch is the first dimension, then those of the value. */
final class Descriptors {
  private Descriptors() {}

  /** The engine's own layout: images channels-last, all else in row-major order. */
  static dnnl_memory_desc_t of(int rows, Shape shape) {
    return strided(shape.batched(rows), strides(rows, shape));
  }

  /** Row-major, as callers see it. */
  static dnnl_memory_desc_t rowMajor(int rows, Shape shape) {
    long[] dims = shape.batched(rows);
    return strided(dims, rowMajorStrides(dims));
  }

  /** Left to oneDNN to choose. */
  static dnnl_memory_desc_t any(long... dims) {
    dnnl_memory_desc_t descriptor = new dnnl_memory_desc_t();
    Dnnl.check(
        dnnl.dnnl_memory_desc_init_by_tag(
            descriptor, dims.length, dims, dnnl.dnnl_f32, dnnl.dnnl_format_tag_any),
        "describe memory");
    return descriptor;
  }

  static dnnl_memory_desc_t strided(long[] dims, long[] strides) {
    dnnl_memory_desc_t descriptor = new dnnl_memory_desc_t();
    Dnnl.check(
        dnnl.dnnl_memory_desc_init_by_strides(
            descriptor, dims.length, dims, dnnl.dnnl_f32, strides),
        "describe memory");
    return descriptor;
  }

  static dnnl_memory_desc_t rowMajor(long... dims) {
    return strided(dims, rowMajorStrides(dims));
  }

  /** Strides of the engine's own layout. */
  static long[] strides(int rows, Shape shape) {
    long[] strides = rowMajorStrides(shape.batched(rows));
    if (shape.rank() == 3) {
      strides[1] = 1;
      strides[2] = (long) shape.size(2) * shape.channels();
      strides[3] = shape.channels();
    }
    return strides;
  }

  static long[] rowMajorStrides(long... dims) {
    long[] strides = new long[dims.length];
    long stride = 1;
    for (int d = dims.length - 1; d >= 0; d--) {
      strides[d] = stride;
      stride *= dims[d];
    }
    return strides;
  }

  /** True when channels-last and row-major order are the same. */
  static boolean sameOrder(Shape shape) {
    return shape.rank() != 3 || shape.channels() == 1 || shape.positions() == 1;
  }

  /** Where the value at a row-major place lies in the engine's own layout. */
  static int place(Shape shape, int i) {
    return shape.rank() == 3 ? i % shape.positions() * shape.channels() + i / shape.positions() : i;
  }

  /** A part of a larger block, found where the block lies. */
  static dnnl_memory_desc_t part(dnnl_memory_desc_t whole, long[] dims, long[] offsets) {
    dnnl_memory_desc_t descriptor = new dnnl_memory_desc_t();
    Dnnl.check(
        dnnl.dnnl_memory_desc_init_submemory(descriptor, whole, dims, offsets), "describe memory");
    return descriptor;
  }
}
