package io.sextant.onednn;

import io.sextant.gradients.graph.Shape;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.dnnl_softmax_desc_t;
import org.bytedeco.dnnl.global.dnnl;

/**
 * The softmax along one dimension.
 *
 * @param input the node it reads
 * @param output the node whose value it computes
 * @param shape of both
 * @param axis the dimension, the batch not counted
 */
record SoftmaxStage(int input, int output, Shape shape, int axis) implements Stage {
  @Override
  public Emitted emit(Assembly assembly) {
    Order order = assembly.order(input);
    dnnl_memory_desc_t layout = order.layout(assembly.rows(), shape);
    dnnl_softmax_desc_t operation = new dnnl_softmax_desc_t();
    UnsupportedPrimitiveException.check(
        dnnl.dnnl_softmax_forward_desc_init(
            operation, dnnl.dnnl_forward_training, layout, axis + 1));
    Primitive primitive = Primitive.of(operation, new Primitive.PostOps());
    Slot y = assembly.slot(shape);
    assembly.emit(
        new NativeInstruction(primitive)
            .reads(dnnl.DNNL_ARG_SRC, assembly.value(input), layout)
            .writes(dnnl.DNNL_ARG_DST, y, layout));
    assembly.read(input);
    return new Emitted(
        y,
        order,
        (back, gradient) ->
            back.contribute(
                input, order, dx -> pullBack(back, primitive, layout, y, gradient, dx)));
  }

  private void pullBack(
      Assembly assembly, Primitive forward, dnnl_memory_desc_t layout, Slot y, Slot dy, Slot dx) {
    dnnl_softmax_desc_t operation = new dnnl_softmax_desc_t();
    UnsupportedPrimitiveException.check(
        dnnl.dnnl_softmax_backward_desc_init(operation, layout, layout, axis + 1));
    assembly.emit(
        new NativeInstruction(Primitive.backward(operation, forward))
            .reads(dnnl.DNNL_ARG_DST, y, layout)
            .reads(dnnl.DNNL_ARG_DIFF_DST, dy, layout)
            .writes(dnnl.DNNL_ARG_DIFF_SRC, dx, layout));
  }
}
