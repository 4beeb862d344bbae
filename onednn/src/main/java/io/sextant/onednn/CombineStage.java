package io.sextant.onednn;

import io.sextant.gradients.graph.Operation.Combination;
import io.sextant.gradients.graph.Shape;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.global.dnnl;

/**
 * Equally shaped values added, subtracted or averaged, or two of them multiplied, divided or
 * compared.
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
      case PRODUCT, MAX, MIN, QUOTIENT -> inputs == 2;
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
    return new Emitted(
        y, order, (back, gradient) -> pullBack(back, gradient, new Values(xs, y), order, layout));
  }

  private int algorithm() {
    return switch (combination) {
      case ADD, AVERAGE -> dnnl.dnnl_binary_add;
      case SUBTRACT -> dnnl.dnnl_binary_sub;
      case PRODUCT -> dnnl.dnnl_binary_mul;
      case QUOTIENT -> dnnl.dnnl_binary_div;
      case MAX -> dnnl.dnnl_binary_max;
      case MIN -> dnnl.dnnl_binary_min;
    };
  }

  /** What was combined, and what came of it. */
  private record Values(List<Slot> xs, Slot y) {}

  private void pullBack(
      Assembly assembly, Slot gradient, Values values, Order order, dnnl_memory_desc_t layout) {
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
          Slot other = values.xs().get(1 - slot);
          assembly.contribute(
              inputs.get(slot),
              order,
              dx ->
                  assembly.binary(
                      dnnl.dnnl_binary_mul, gradient, layout, other, layout, dx, layout));
        }
      }
      case QUOTIENT -> {
        Slot toFirst = assembly.slotLike(gradient);
        Slot product = assembly.slotLike(gradient);
        combine(assembly, dnnl.dnnl_binary_div, gradient, values.xs().get(1), toFirst, layout);
        combine(assembly, dnnl.dnnl_binary_mul, toFirst, values.y(), product, layout);
        assembly.share(inputs.get(0), order, toFirst);
        assembly.contribute(
            inputs.get(1), order, dx -> assembly.linear(product, dx, layout, -1, 0));
      }
      case MAX, MIN -> {
        Slot first = assembly.slotLike(gradient);
        Slot toFirst = assembly.slotLike(gradient);
        int wins = combination == Combination.MAX ? dnnl.dnnl_binary_ge : dnnl.dnnl_binary_le;
        combine(assembly, wins, values.xs().get(0), values.xs().get(1), first, layout);
        combine(assembly, dnnl.dnnl_binary_mul, gradient, first, toFirst, layout);
        assembly.share(inputs.get(0), order, toFirst);
        assembly.contribute(
            inputs.get(1),
            order,
            dx -> combine(assembly, dnnl.dnnl_binary_sub, gradient, toFirst, dx, layout));
      }
    }
  }

  private static void combine(
      Assembly assembly, int algorithm, Slot a, Slot b, Slot to, dnnl_memory_desc_t layout) {
    assembly.binary(algorithm, a, layout, b, layout, to, layout);
  }
}
