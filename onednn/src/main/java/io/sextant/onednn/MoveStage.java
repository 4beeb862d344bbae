package io.sextant.onednn;

import io.sextant.gradients.graph.Margins;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import org.bytedeco.dnnl.dnnl_memory_desc_t;

/**
 * Values moved to other places: padding, cropping, slicing, permuting. Forward and back are the
 * same move in opposite directions; what is padded or left out is zero.
 *
 * @param input the node it reads
 * @param output the node whose value it computes
 * @param from the input's shape
 * @param to the output's shape
 * @param operation the move
 */
record MoveStage(int input, int output, Shape from, Shape to, Operation operation)
    implements Stage {
  /** The same values, as they lie in the input and in the output. */
  private record Places(dnnl_memory_desc_t source, dnnl_memory_desc_t target) {}

  static boolean supports(Operation operation) {
    return operation instanceof Operation.Pad pad && pad.value() == 0
        || operation instanceof Operation.Crop
        || operation instanceof Operation.Slice
        || operation instanceof Operation.Permute;
  }

  private Places places(int rows) {
    dnnl_memory_desc_t source = Descriptors.of(rows, from);
    dnnl_memory_desc_t target = Descriptors.of(rows, to);
    if (operation instanceof Operation.Pad pad) {
      long[] offsets = new long[from.rank() + 1];
      for (int d = 0; d < from.rank(); d++) {
        offsets[d + 1] = pad.before().get(d);
      }
      return new Places(source, Descriptors.part(target, from.batched(rows), offsets));
    }
    if (operation instanceof Operation.Crop crop) {
      return new Places(
          Descriptors.part(source, to.batched(rows), offsets(crop.margins())), target);
    }
    if (operation instanceof Operation.Slice slice) {
      long[] offsets = new long[from.rank() + 1];
      offsets[slice.axis() + 1] = slice.from();
      return new Places(Descriptors.part(source, to.batched(rows), offsets), target);
    }
    if (operation instanceof Operation.Permute permute) {
      long[] old = Descriptors.strides(rows, from);
      long[] strides = old.clone();
      for (int d = 0; d < to.rank(); d++) {
        strides[d + 1] = old[permute.order().get(d) + 1];
      }
      return new Places(Descriptors.strided(to.batched(rows), strides), target);
    }
    throw new IllegalStateException(operation + " is not a move");
  }

  private static long[] offsets(Margins margins) {
    return new long[] {0, 0, margins.top(), margins.left()};
  }

  @Override
  public Emitted emit(Assembly assembly) {
    Places places = places(assembly.rows());
    Slot y = assembly.slot(to);
    if (to.elements() > from.elements()) {
      assembly.emit(new ZeroInstruction(y));
    }
    assembly.reorder(assembly.value(input), places.source(), y, places.target(), false);
    assembly.read(input);
    return new Emitted(y, (back, gradient) -> pullBack(back, gradient, places));
  }

  private void pullBack(Assembly assembly, Slot gradient, Places places) {
    assembly.contribute(
        input,
        from,
        (dx, onTop) -> {
          if (!onTop && from.elements() > to.elements()) {
            assembly.emit(new ZeroInstruction(dx));
          }
          assembly.reorder(gradient, places.target(), dx, places.source(), onTop);
        });
  }
}
