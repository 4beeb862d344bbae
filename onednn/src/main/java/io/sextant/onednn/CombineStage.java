package io.sextant.onednn;

import io.sextant.gradients.graph.Operation.Combination;
import io.sextant.gradients.graph.Shape;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.global.dnnl;

/**
 * Equally shaped values added, subtracted, averaged, or two of them multiplied.
 *
 * @param inputs the nodes it reads
 * @param output the node whose value it computes
 * @param shape of all of them
 * @param combination how they become one
 */
record CombineStage(List<Integer> inputs, int output, Shape shape, Combination combination)
    implements Stage {
  CombineStage {
    inputs = List.copyOf(inputs);
  }

  static boolean supports(Combination combination, int inputs) {
    return switch (combination) {
      case ADD, AVERAGE, SUBTRACT -> inputs >= 2;
      case PRODUCT -> inputs == 2;
      case MAX, MIN, QUOTIENT -> false;
    };
  }

  @Override
  public Emitted emit(Assembly assembly) {
    Order order = assembly.order(inputs);
    dnnl_memory_desc_t layout = order.layout(assembly.rows(), shape);
    List<Slot> xs = inputs.stream().map(node -> assembly.value(node, order)).toList();
    Slot y = assembly.slot(shape);
    Slot left = xs.get(0);
    for (Slot right : xs.subList(1, xs.size())) {
      assembly.binary(algorithm(), left, layout, right, layout, y, layout);
      left = y;
    }
    if (combination == Combination.AVERAGE) {
      assembly.linear(y, y, layout, 1f / xs.size(), 0);
    }
    inputs.forEach(assembly::read);
    return new Emitted(y, order, (back, gradient) -> pullBack(back, gradient, xs, order, layout));
  }

  private int algorithm() {
    return switch (combination) {
      case ADD, AVERAGE -> dnnl.dnnl_binary_add;
      case SUBTRACT -> dnnl.dnnl_binary_sub;
      case PRODUCT -> dnnl.dnnl_binary_mul;
      case MAX, MIN, QUOTIENT -> throw new UnsupportedPrimitiveException(dnnl.dnnl_unimplemented);
    };
  }

  private void pullBack(
      Assembly assembly, Slot gradient, List<Slot> xs, Order order, dnnl_memory_desc_t layout) {
    switch (combination) {
      case ADD -> inputs.forEach(node -> assembly.share(node, order, gradient));
      case AVERAGE -> {
        Slot part = assembly.slotLike(gradient);
        assembly.linear(gradient, part, layout, 1f / inputs.size(), 0);
        inputs.forEach(node -> assembly.share(node, order, part));
      }
      case SUBTRACT -> {
        assembly.share(inputs.get(0), order, gradient);
        assembly.contribute(
            inputs.get(1), order, dx -> assembly.linear(gradient, dx, layout, -1, 0));
      }
      case PRODUCT -> {
        for (int slot = 0; slot < 2; slot++) {
          Slot other = xs.get(1 - slot);
          assembly.contribute(
              inputs.get(slot),
              order,
              dx ->
                  assembly.binary(
                      dnnl.dnnl_binary_mul, gradient, layout, other, layout, dx, layout));
        }
      }
      case MAX, MIN, QUOTIENT -> throw new UnsupportedPrimitiveException(dnnl.dnnl_unimplemented);
    }
  }
}
