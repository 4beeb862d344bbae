package io.sextant.onednn;

import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import java.util.List;
import org.bytedeco.dnnl.dnnl_matmul_desc_t;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.global.dnnl;

/**
 * Products of matrices, one for each row and leading place, in row-major order.
 *
 * @param inputs the two nodes that it reads
 * @param shapes their shapes
 * @param output the node whose value it computes
 * @param result its shape
 * @param operation which of the two are transposed
 */
record MatrixProductStage(
    List<Integer> inputs,
    List<Shape> shapes,
    int output,
    Shape result,
    Operation.MatrixProduct operation)
    implements Stage {
  MatrixProductStage {
    inputs = List.copyOf(inputs);
    shapes = List.copyOf(shapes);
  }

  /** A value in row-major order, and whether its matrices are to be read transposed. */
  private record Factor(Slot slot, Shape shape, boolean transposed) {
    Factor turned() {
      return new Factor(slot, shape, !transposed);
    }

    dnnl_memory_desc_t layout(int rows) {
      long[] dims = matrices(rows, shape);
      long[] strides = Descriptors.rowMajorStrides(dims);
      return transposed
          ? Descriptors.strided(
              new long[] {dims[0], dims[2], dims[1]},
              new long[] {strides[0], strides[2], strides[1]})
          : Descriptors.strided(dims, strides);
    }
  }

  private static long[] matrices(int rows, Shape shape) {
    int height = shape.size(shape.rank() - 2);
    int width = shape.size(shape.rank() - 1);
    return new long[] {(long) rows * (shape.elements() / (height * width)), height, width};
  }

  @Override
  public Emitted emit(Assembly assembly) {
    Factor a = factor(assembly, 0, operation.firstTransposed());
    Factor b = factor(assembly, 1, operation.secondTransposed());
    Slot y = assembly.slot(result);
    multiply(assembly, a, b, result, y);
    inputs.forEach(assembly::read);
    return new Emitted(y, Order.ROW_MAJOR, (back, gradient) -> pullBack(back, gradient, a, b));
  }

  private Factor factor(Assembly assembly, int index, boolean transposed) {
    Shape shape = shapes.get(index);
    return new Factor(assembly.value(inputs.get(index), Order.ROW_MAJOR), shape, transposed);
  }

  private void pullBack(Assembly assembly, Slot gradient, Factor a, Factor b) {
    Factor dy = new Factor(gradient, result, false);
    assembly.contribute(
        inputs.get(0),
        Order.ROW_MAJOR,
        dx -> {
          if (a.transposed()) {
            multiply(assembly, b, dy.turned(), shapes.get(0), dx);
          } else {
            multiply(assembly, dy, b.turned(), shapes.get(0), dx);
          }
        });
    assembly.contribute(
        inputs.get(1),
        Order.ROW_MAJOR,
        dx -> {
          if (b.transposed()) {
            multiply(assembly, dy.turned(), a, shapes.get(1), dx);
          } else {
            multiply(assembly, a.turned(), dy, shapes.get(1), dx);
          }
        });
  }

  private static void multiply(Assembly assembly, Factor a, Factor b, Shape shape, Slot to) {
    int rows = assembly.rows();
    dnnl_memory_desc_t aLayout = a.layout(rows);
    dnnl_memory_desc_t bLayout = b.layout(rows);
    dnnl_memory_desc_t layout = Descriptors.rowMajor(matrices(rows, shape));
    dnnl_matmul_desc_t description = new dnnl_matmul_desc_t();
    UnsupportedPrimitiveException.check(
        dnnl.dnnl_matmul_desc_init(description, aLayout, bLayout, null, layout));
    Primitive primitive = Primitive.of(description, new Primitive.PostOps());
    assembly.emit(
        new NativeInstruction(primitive)
            .reads(dnnl.DNNL_ARG_SRC, a.slot(), aLayout)
            .reads(dnnl.DNNL_ARG_WEIGHTS, b.slot(), bLayout)
            .writes(dnnl.DNNL_ARG_DST, to, layout));
    if (primitive.reference()) {
      throw new UnsupportedPrimitiveException(dnnl.dnnl_unimplemented);
    }
  }
}
