package io.sextant.onednn;

import io.sextant.gradients.graph.Moments;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Weights;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;

/** A plan tied to memory of its own, for one thread at a time. */
final class Run implements AutoCloseable {
  private final Plan plan;
  private final Memory memory;
  private final Runnable[] forward;
  private final Runnable[] backward;

  Run(Plan plan) {
    this.plan = plan;
    this.memory = new Memory(plan.arena(), plan.rows());
    this.forward = bind(plan.forward());
    this.backward = bind(plan.backward());
  }

  private Runnable[] bind(List<Instruction> instructions) {
    return instructions.stream()
        .map(instruction -> instruction.bind(memory))
        .toArray(Runnable[]::new);
  }

  void forward(ByteBuffer input, ByteBuffer logits) {
    memory.lend(Slot.Owner.INPUT, input);
    memory.lend(Slot.Owner.LOGITS, logits);
    for (Runnable step : forward) {
      step.run();
    }
  }

  void backward(ByteBuffer cotangent, ByteBuffer gradient) {
    memory.lend(Slot.Owner.COTANGENT, cotangent);
    memory.lend(Slot.Owner.GRADIENT, gradient);
    for (Runnable step : backward) {
      step.run();
    }
  }

  /** Takes values of parameters in place of those that the plan was made with. */
  void bind(Weights values) {
    memory.norms().values().forEach(norm -> norm.norm().bind(values));
  }

  /** Goes back only as far as needed, and adds the gradients to those of the parameters wanted. */
  void parameterGradients(ByteBuffer cotangent, Map<Parameter, double[]> into) {
    memory.lend(Slot.Owner.COTANGENT, cotangent);
    int end =
        memory.norms().entrySet().stream()
            .filter(norm -> norm.getValue().isAmong(into))
            .mapToInt(norm -> plan.summed(norm.getKey()))
            .max()
            .orElse(0);
    for (int step = 0; step < end; step++) {
      backward[step].run();
    }
    addGradients(into);
  }

  /** Adds the gradients that the last way back has made. */
  void addGradients(Map<Parameter, double[]> into) {
    memory.norms().values().stream()
        .filter(norm -> norm.isAmong(into))
        .forEach(norm -> norm.addGradients(into));
  }

  Moments moments(int node) {
    NormState norm = memory.norms().get(node);
    if (norm == null || !norm.norm().ofBatch()) {
      throw new IllegalArgumentException("node %d has no statistics of the batch".formatted(node));
    }
    return norm.norm().moments();
  }

  void readValue(int node, Shape shape, int rows, ByteBuffer into) {
    read(plan.value(node), plan.order(node), shape, rows, into);
  }

  void readGradient(int node, Shape shape, int rows, ByteBuffer into) {
    read(plan.gradient(node), plan.order(node), shape, rows, into);
  }

  /** Copies values out in row-major order. */
  private void read(Slot slot, Order order, Shape shape, int rows, ByteBuffer into) {
    FloatBuffer from = memory.buffer(slot).asFloatBuffer();
    FloatBuffer to = into.duplicate().order(into.order()).asFloatBuffer();
    int elements = shape.elements();
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < elements; i++) {
        to.put(row * elements + i, from.get(row * elements + order.place(shape, i)));
      }
    }
  }

  @Override
  public void close() {
    memory.close();
  }
}
