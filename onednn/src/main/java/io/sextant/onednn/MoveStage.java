package io.sextant.onednn;

import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import java.util.stream.IntStream;
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

  /** Without movement where the result happens to lie in one of the orders. */
  @Override
  public Emitted emit(Assembly assembly) {
    int rows = assembly.rows();
    Order order = assembly.order(input);
    if (operation instanceof Operation.Permute permute) {
      long[] strides = permuted(order.strides(rows, from), permute);
      for (Order other : Order.values()) {
        if (alike(strides, other.strides(rows, to))) {
          Slot y = assembly.value(input);
          assembly.read(input);
          return new Emitted(y, other, (back, gradient) -> back.share(input, order, gradient));
        }
      }
      return moved(
          assembly,
          order,
          Order.ROW_MAJOR,
          new Places(
              Descriptors.strided(to.batched(rows), strides), Order.ROW_MAJOR.layout(rows, to)));
    }
    return moved(assembly, order, order, places(rows, order));
  }

  private static long[] permuted(long[] strides, Operation.Permute permute) {
    long[] permuted = strides.clone();
    for (int d = 1; d < strides.length; d++) {
      permuted[d] = strides[permute.order().get(d - 1) + 1];
    }
    return permuted;
  }

  /** Along a dimension of size 1 nobody steps. */
  private boolean alike(long[] a, long[] b) {
    return IntStream.range(1, a.length).allMatch(d -> to.size(d - 1) == 1 || a[d] == b[d]);
  }

  private Places places(int rows, Order order) {
    dnnl_memory_desc_t source = order.layout(rows, from);
    dnnl_memory_desc_t target = order.layout(rows, to);
    long[] offsets = new long[from.rank() + 1];
    if (operation instanceof Operation.Pad pad) {
      for (int d = 0; d < from.rank(); d++) {
        offsets[d + 1] = pad.before().get(d);
      }
      return new Places(source, Descriptors.part(target, from.batched(rows), offsets));
    }
    if (operation instanceof Operation.Crop crop) {
      offsets[2] = crop.margins().top();
      offsets[3] = crop.margins().left();
    } else if (operation instanceof Operation.Slice slice) {
      offsets[slice.axis() + 1] = slice.from();
    } else {
      throw new IllegalStateException(operation + " is not a move");
    }
    return new Places(Descriptors.part(source, to.batched(rows), offsets), target);
  }

  private Emitted moved(Assembly assembly, Order order, Order result, Places places) {
    Slot y = assembly.slot(to);
    if (to.elements() > from.elements()) {
      assembly.emit(new ZeroInstruction(y));
    }
    assembly.reorder(assembly.value(input), places.source(), y, places.target(), false);
    assembly.read(input);
    return new Emitted(y, result, (back, gradient) -> pullBack(back, gradient, order, places));
  }

  private void pullBack(Assembly assembly, Slot gradient, Order order, Places places) {
    assembly.contribute(
        input,
        order,
        (dx, onTop) -> {
          if (!onTop && from.elements() > to.elements()) {
            assembly.emit(new ZeroInstruction(dx));
          }
          assembly.reorder(gradient, places.target(), dx, places.source(), onTop);
        });
  }
}
