package io.sextant.onednn;

import io.sextant.gradients.graph.Shape;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.global.dnnl;

/**
 * Values side by side along one dimension.
 *
 * @param inputs the nodes it reads
 * @param shapes their shapes
 * @param output the node whose value it computes
 * @param result its shape
 * @param axis the dimension, the batch not counted
 */
record ConcatStage(List<Integer> inputs, List<Shape> shapes, int output, Shape result, int axis)
    implements Stage {
  ConcatStage {
    inputs = List.copyOf(inputs);
    shapes = List.copyOf(shapes);
  }

  @Override
  public Emitted emit(Assembly assembly) {
    int rows = assembly.rows();
    Order order = assembly.order(inputs);
    dnnl_memory_desc_t layout = order.layout(rows, result);
    dnnl_memory_desc_t[] parts =
        shapes.stream().map(shape -> order.layout(rows, shape)).toArray(dnnl_memory_desc_t[]::new);
    Slot y = assembly.slot(result);
    NativeInstruction instruction =
        new NativeInstruction(Primitive.concat(layout, axis + 1, parts));
    for (int i = 0; i < parts.length; i++) {
      instruction.reads(
          dnnl.DNNL_ARG_MULTIPLE_SRC + i, assembly.value(inputs.get(i), order), parts[i]);
      assembly.read(inputs.get(i));
    }
    assembly.emit(instruction.writes(dnnl.DNNL_ARG_DST, y, layout));
    return new Emitted(
        y, order, (back, gradient) -> pullBack(back, gradient, order, layout, parts));
  }

  private void pullBack(
      Assembly assembly,
      Slot gradient,
      Order order,
      dnnl_memory_desc_t layout,
      dnnl_memory_desc_t[] parts) {
    long[] offsets = new long[result.rank() + 1];
    for (int i = 0; i < parts.length; i++) {
      dnnl_memory_desc_t part = parts[i];
      dnnl_memory_desc_t place =
          Descriptors.part(layout, shapes.get(i).batched(assembly.rows()), offsets);
      assembly.contribute(
          inputs.get(i), order, (dx, onTop) -> assembly.reorder(gradient, place, dx, part, onTop));
      offsets[axis + 1] += shapes.get(i).size(axis);
    }
  }
}
