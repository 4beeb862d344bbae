package io.sextant.onednn;

import io.sextant.gradients.graph.Shape;
import java.util.Arrays;
import org.bytedeco.dnnl.dnnl_binary_desc_t;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.global.dnnl;

/**
 * factor x + offset: preprocessing, and batch normalisation that no convolution could take in.
 *
 * @param input the node it reads
 * @param output the node whose value it computes
 * @param shape of both
 * @param factors one for all, one per channel, or one per value in row-major order
 * @param offsets as many
 */
record ScaleStage(int input, int output, Shape shape, double[] factors, double[] offsets)
    implements Stage {
  @Override
  public Emitted emit(Assembly assembly) {
    Slot y = assembly.slot(shape);
    Slot x = assembly.value(input);
    assembly.read(input);
    Order order = assembly.order(input);
    dnnl_memory_desc_t layout = order.layout(assembly.rows(), shape);
    if (factors.length == 1) {
      assembly.linear(x, y, layout, (float) factors[0], (float) offsets[0]);
      return new Emitted(y, order, this::pullBack);
    }
    Slot scaled = assembly.slot(shape);
    combine(assembly, dnnl.dnnl_binary_mul, "factors", factors, x, scaled);
    combine(assembly, dnnl.dnnl_binary_add, "offsets", offsets, scaled, y);
    return new Emitted(y, order, this::pullBack);
  }

  private void pullBack(Assembly assembly, Slot gradient) {
    Order order = assembly.order(input);
    dnnl_memory_desc_t layout = order.layout(assembly.rows(), shape);
    assembly.contribute(
        input,
        order,
        dx -> {
          if (factors.length == 1) {
            assembly.linear(gradient, dx, layout, (float) factors[0], 0);
          } else {
            combine(assembly, dnnl.dnnl_binary_mul, "factors", factors, gradient, dx);
          }
        });
  }

  private void combine(
      Assembly assembly, int algorithm, String role, double[] values, Slot from, Slot to) {
    Order order = assembly.order(input);
    dnnl_memory_desc_t layout = order.layout(assembly.rows(), shape);
    Shape constantShape = constantShape(values.length);
    dnnl_memory_desc_t constantLayout = order.layout(1, constantShape);
    dnnl_binary_desc_t operation = new dnnl_binary_desc_t();
    UnsupportedPrimitiveException.check(
        dnnl.dnnl_binary_desc_init(operation, algorithm, layout, constantLayout, layout));
    assembly.emit(
        new NativeInstruction(Primitive.of(operation, new Primitive.PostOps()))
            .reads(dnnl.DNNL_ARG_SRC_0, from, layout)
            .reads(
                dnnl.DNNL_ARG_SRC_1,
                assembly
                    .constants()
                    .get(this, role, values, constantShape.batched(1), constantLayout))
            .writes(dnnl.DNNL_ARG_DST, to, layout));
  }

  private Shape constantShape(int count) {
    if (count == shape.elements()) {
      return shape;
    }
    int[] sizes = new int[shape.rank()];
    Arrays.fill(sizes, 1);
    sizes[0] = count;
    return Shape.of(sizes);
  }
}
