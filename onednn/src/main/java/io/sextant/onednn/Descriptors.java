package io.sextant.onednn;

import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.global.dnnl;

/** Describes memory to oneDNN. */
final class Descriptors {
  private Descriptors() {}

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

  static long[] rowMajorStrides(long... dims) {
    long[] strides = new long[dims.length];
    long stride = 1;
    for (int d = dims.length - 1; d >= 0; d--) {
      strides[d] = stride;
      stride *= dims[d];
    }
    return strides;
  }

  /** A part of a larger block, found where the block lies. */
  static dnnl_memory_desc_t part(dnnl_memory_desc_t whole, long[] dims, long[] offsets) {
    dnnl_memory_desc_t descriptor = new dnnl_memory_desc_t();
    Dnnl.check(
        dnnl.dnnl_memory_desc_init_submemory(descriptor, whole, dims, offsets), "describe memory");
    return descriptor;
  }
}
