package io.sextant.onednn;

import org.bytedeco.dnnl.const_dnnl_op_desc_t;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.dnnl_post_ops;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/**
 * A compiled oneDNN kernel. Its scratch memory is the caller's, so that many threads can run it.
 */
final class Primitive implements AutoCloseable {
  private final dnnl_primitive_desc descriptor;
  private final dnnl_primitive handle;

  private Primitive(dnnl_primitive_desc descriptor) {
    this.descriptor = descriptor;
    this.handle = new dnnl_primitive();
    Dnnl.check(dnnl.dnnl_primitive_create(handle, descriptor), "create a primitive");
  }

  /** What runs on each result before it is written. */
  static final class PostOps {
    private final dnnl_post_ops operations = new dnnl_post_ops();

    PostOps() {
      Dnnl.check(dnnl.dnnl_post_ops_create(operations), "create post-operations");
    }

    /** Adds the result to what the destination holds. */
    PostOps sum() {
      Dnnl.check(dnnl.dnnl_post_ops_append_sum(operations, 1), "append a sum");
      return this;
    }

    PostOps relu() {
      Dnnl.check(
          dnnl.dnnl_post_ops_append_eltwise(operations, 1, dnnl.dnnl_eltwise_relu, 0, 0),
          "append a ReLU");
      return this;
    }
  }

  /** Compiles an operation. */
  static Primitive of(Pointer operation, PostOps postOps) {
    return of(operation, postOps, null);
  }

  /** Compiles the backward of an operation, whose forward is given as a hint. */
  static Primitive backward(Pointer operation, Primitive forward) {
    return of(operation, new PostOps(), forward);
  }

  private static Primitive of(Pointer operation, PostOps postOps, @Nullable Primitive hint) {
    return withAttributes(
        postOps,
        (attributes, descriptor) ->
            dnnl.dnnl_primitive_desc_create(
                descriptor,
                new const_dnnl_op_desc_t(operation),
                attributes,
                Dnnl.library().engine(),
                hint == null ? null : hint.descriptor));
  }

  static Primitive reorder(dnnl_memory_desc_t from, dnnl_memory_desc_t to, PostOps postOps) {
    return withAttributes(
        postOps,
        (attributes, descriptor) ->
            dnnl.dnnl_reorder_primitive_desc_create(
                descriptor,
                from,
                Dnnl.library().engine(),
                to,
                Dnnl.library().engine(),
                attributes));
  }

  /** Puts tensors side by side along one dimension. */
  static Primitive concat(dnnl_memory_desc_t to, int dimension, dnnl_memory_desc_t[] parts) {
    dnnl_memory_desc_t array = new dnnl_memory_desc_t(parts.length);
    for (int i = 0; i < parts.length; i++) {
      Pointer.memcpy(array.getPointer(i), parts[i], array.sizeof());
    }
    return withAttributes(
        new PostOps(),
        (attributes, descriptor) ->
            dnnl.dnnl_concat_primitive_desc_create(
                descriptor,
                to,
                parts.length,
                dimension,
                array,
                attributes,
                Dnnl.library().engine()));
  }

  @FunctionalInterface
  private interface Creation {
    int create(dnnl_primitive_attr attributes, dnnl_primitive_desc descriptor);
  }

  private static Primitive withAttributes(PostOps postOps, Creation creation) {
    dnnl_primitive_attr attributes = new dnnl_primitive_attr();
    Dnnl.check(dnnl.dnnl_primitive_attr_create(attributes), "create attributes");
    try {
      Dnnl.check(
          dnnl.dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl.dnnl_scratchpad_mode_user),
          "choose the scratch memory");
      Dnnl.check(
          dnnl.dnnl_primitive_attr_set_post_ops(attributes, postOps.operations),
          "set post-operations");
      dnnl_primitive_desc descriptor = new dnnl_primitive_desc();
      UnsupportedPrimitiveException.check(creation.create(attributes, descriptor));
      return new Primitive(descriptor);
    } finally {
      dnnl.dnnl_post_ops_destroy(postOps.operations);
      dnnl.dnnl_primitive_attr_destroy(attributes);
    }
  }

  dnnl_primitive handle() {
    return handle;
  }

  /** The layout that it wants for an argument, owned by the primitive. */
  dnnl_memory_desc_t query(int what) {
    return dnnl.dnnl_primitive_desc_query_md(descriptor, what, 0);
  }

  /** The layout that it wants for one of several weights, owned by the primitive. */
  dnnl_memory_desc_t weights(int index) {
    return dnnl.dnnl_primitive_desc_query_md(descriptor, dnnl.dnnl_query_weights_md, index);
  }

  /** Bytes of an argument, 0 when it has none. */
  long bytes(int what) {
    dnnl_memory_desc_t queried = query(what);
    return queried == null || queried.isNull() ? 0 : dnnl.dnnl_memory_desc_get_size(queried);
  }

  /** True for oneDNN's plain loops, which are far slower than anything else. */
  boolean reference() {
    return implementation().startsWith("ref");
  }

  /** True for general products of matrices, whose sums are split by their sizes. */
  boolean multipliesMatrices() {
    return implementation().matches("(x64:)?gemm:.*");
  }

  String implementation() {
    PointerPointer<BytePointer> text = new PointerPointer<>(1);
    Dnnl.check(
        dnnl.dnnl_primitive_desc_query(descriptor, dnnl.dnnl_query_impl_info_str, 0, text),
        "name an implementation");
    return text.get(BytePointer.class, 0).getString();
  }

  @Override
  public void close() {
    dnnl.dnnl_primitive_destroy(handle);
    dnnl.dnnl_primitive_desc_destroy(descriptor);
  }
}
