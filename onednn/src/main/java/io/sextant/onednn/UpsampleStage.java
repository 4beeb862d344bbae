package io.sextant.onednn;

import io.sextant.gradients.graph.Shape;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.dnnl_resampling_desc_t;
import org.bytedeco.dnnl.global.dnnl;

/**
 * Nearest-neighbour enlargement by whole factors.
 *
 * @param input the node it reads
 * @param output the node whose value it computes
 * @param image the input's shape
 * @param result the output's shape
 */
record UpsampleStage(int input, int output, Shape image, Shape result) implements Stage {
  @Override
  public Emitted emit(Assembly assembly) {
    dnnl_memory_desc_t from = Order.CHANNELS_LAST.layout(assembly.rows(), image);
    dnnl_memory_desc_t to = Order.CHANNELS_LAST.layout(assembly.rows(), result);
    dnnl_resampling_desc_t operation = new dnnl_resampling_desc_t();
    UnsupportedPrimitiveException.check(
        dnnl.dnnl_resampling_forward_desc_init(
            operation,
            dnnl.dnnl_forward_training,
            dnnl.dnnl_resampling_nearest,
            factors(),
            from,
            to));
    Primitive primitive = Primitive.of(operation, new Primitive.PostOps());
    Slot y = assembly.slot(result);
    assembly.emit(
        new NativeInstruction(primitive)
            .reads(dnnl.DNNL_ARG_SRC, assembly.value(input, Order.CHANNELS_LAST), from)
            .writes(dnnl.DNNL_ARG_DST, y, to));
    assembly.read(input);
    return new Emitted(
        y,
        Order.CHANNELS_LAST,
        (back, gradient) ->
            back.contribute(
                input,
                Order.CHANNELS_LAST,
                dx -> pullBack(back, primitive, from, to, gradient, dx)));
  }

  private float[] factors() {
    return new float[] {
      (float) result.size(1) / image.size(1), (float) result.size(2) / image.size(2)
    };
  }

  private void pullBack(
      Assembly assembly,
      Primitive forward,
      dnnl_memory_desc_t from,
      dnnl_memory_desc_t to,
      Slot dy,
      Slot dx) {
    dnnl_resampling_desc_t operation = new dnnl_resampling_desc_t();
    UnsupportedPrimitiveException.check(
        dnnl.dnnl_resampling_backward_desc_init(
            operation, dnnl.dnnl_resampling_nearest, factors(), from, to));
    assembly.emit(
        new NativeInstruction(Primitive.backward(operation, forward))
            .reads(dnnl.DNNL_ARG_DIFF_DST, dy, to)
            .writes(dnnl.DNNL_ARG_DIFF_SRC, dx, from));
  }
}
