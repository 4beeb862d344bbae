package io.sextant.onednn;

import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import java.util.Optional;
import org.bytedeco.dnnl.dnnl_binary_desc_t;
import org.bytedeco.dnnl.dnnl_layer_normalization_desc_t;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.global.dnnl;

/**
 * A normalisation by the example's own mean and variance. The last dimensions are one to oneDNN.
 *
 * @param input the node it reads
 * @param output the node whose value it computes
 * @param shape of both
 * @param operation over how many dimensions
 * @param gamma factors after it
 * @param beta offsets after it
 */
record LayerNormStage(
    int input,
    int output,
    Shape shape,
    Operation.LayerNorm operation,
    Optional<double[]> gamma,
    Optional<double[]> beta)
    implements Stage {
  /** What the pullback needs of the forward. */
  private record Forward(Primitive primitive, Slot x, Slot mean, Slot variance) {}

  @Override
  public Emitted emit(Assembly assembly) {
    dnnl_memory_desc_t layout = layout(assembly.rows());
    dnnl_layer_normalization_desc_t description = new dnnl_layer_normalization_desc_t();
    UnsupportedPrimitiveException.check(
        dnnl.dnnl_layer_normalization_forward_desc_init(
            description,
            dnnl.dnnl_forward_training,
            layout,
            statistics(assembly.rows()),
            (float) operation.epsilon(),
            (gamma.isPresent() ? dnnl.dnnl_use_scale : 0)
                | (beta.isPresent() ? dnnl.dnnl_use_shift : 0)));
    Primitive primitive = Primitive.of(description, new Primitive.PostOps());
    long count = assembly.rows() * (long) shape.elements() / width();
    Slot x = assembly.value(input, Order.ROW_MAJOR);
    Forward forward = new Forward(primitive, x, Slot.ofFloats(count), Slot.ofFloats(count));
    Slot y = assembly.slot(shape);
    NativeInstruction instruction =
        new NativeInstruction(primitive)
            .reads(dnnl.DNNL_ARG_SRC, x, layout)
            .writes(dnnl.DNNL_ARG_MEAN, forward.mean(), statistics(assembly.rows()))
            .writes(dnnl.DNNL_ARG_VARIANCE, forward.variance(), statistics(assembly.rows()))
            .writes(dnnl.DNNL_ARG_DST, y, layout);
    constant(assembly, instruction, dnnl.DNNL_ARG_SCALE, "gamma", gamma);
    constant(assembly, instruction, dnnl.DNNL_ARG_SHIFT, "beta", beta);
    assembly.emit(instruction);
    assembly.read(input);
    return new Emitted(
        y,
        Order.ROW_MAJOR,
        (back, gradient) ->
            back.contribute(input, Order.ROW_MAJOR, dx -> pullBack(back, forward, gradient, dx)));
  }

  /** Values that are normalised together. */
  private int width() {
    int width = 1;
    for (int d = shape.rank() - operation.dimensions(); d < shape.rank(); d++) {
      width *= shape.size(d);
    }
    return width;
  }

  private dnnl_memory_desc_t layout(int rows) {
    return Descriptors.rowMajor(rows * (long) shape.elements() / width(), width());
  }

  private dnnl_memory_desc_t statistics(int rows) {
    return Descriptors.rowMajor(rows * (long) shape.elements() / width());
  }

  private void constant(
      Assembly assembly,
      NativeInstruction instruction,
      int argument,
      String role,
      Optional<double[]> values) {
    long[] dims = {width()};
    values.ifPresent(
        present ->
            instruction.reads(
                argument,
                assembly.constants().get(this, role, present, dims, Descriptors.rowMajor(dims))));
  }

  private void pullBack(Assembly assembly, Forward forward, Slot dy, Slot dx) {
    dnnl_memory_desc_t layout = layout(assembly.rows());
    dnnl_memory_desc_t statistics = statistics(assembly.rows());
    dnnl_layer_normalization_desc_t description = new dnnl_layer_normalization_desc_t();
    UnsupportedPrimitiveException.check(
        dnnl.dnnl_layer_normalization_backward_desc_init(
            description,
            dnnl.dnnl_backward_data,
            layout,
            layout,
            statistics,
            (float) operation.epsilon(),
            0));
    assembly.emit(
        new NativeInstruction(Primitive.backward(description, forward.primitive()))
            .reads(dnnl.DNNL_ARG_SRC, forward.x(), layout)
            .reads(dnnl.DNNL_ARG_MEAN, forward.mean(), statistics)
            .reads(dnnl.DNNL_ARG_VARIANCE, forward.variance(), statistics)
            .reads(dnnl.DNNL_ARG_DIFF_DST, scaled(assembly, dy, layout), layout)
            .writes(dnnl.DNNL_ARG_DIFF_SRC, dx, layout));
  }

  /**
   * By gamma: oneDNN's pullback takes it only along with gradients by gamma, which nobody wants.
   */
  private Slot scaled(Assembly assembly, Slot dy, dnnl_memory_desc_t layout) {
    if (gamma.isEmpty()) {
      return dy;
    }
    Slot scaled = assembly.slotLike(dy);
    dnnl_memory_desc_t factors = Descriptors.rowMajor(1, width());
    dnnl_binary_desc_t description = new dnnl_binary_desc_t();
    UnsupportedPrimitiveException.check(
        dnnl.dnnl_binary_desc_init(description, dnnl.dnnl_binary_mul, layout, factors, layout));
    assembly.emit(
        new NativeInstruction(Primitive.of(description, new Primitive.PostOps()))
            .reads(dnnl.DNNL_ARG_SRC_0, dy, layout)
            .reads(
                dnnl.DNNL_ARG_SRC_1,
                assembly
                    .constants()
                    .get(this, "factors", gamma.get(), new long[] {1, width()}, factors))
            .writes(dnnl.DNNL_ARG_DST, scaled, layout));
    return scaled;
  }
}
