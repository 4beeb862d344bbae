package io.sextant.onednn;

import io.sextant.gradients.graph.Shape;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * A value that is the same for all rows. It is written anew in each run, because its slot may have
 * served others meanwhile.
 *
 * @param output the node whose value it is
 * @param shape the node's
 * @param values in row-major order
 */
record ConstantStage(int output, Shape shape, double[] values) implements Stage {
  @Override
  public boolean settled() {
    return false;
  }

  @Override
  public Emitted emit(Assembly assembly) {
    Order order = Order.natural(shape);
    Slot y = assembly.slot(shape);
    write(assembly, y, order);
    return new Emitted(y, order, (back, gradient) -> {});
  }

  /** Writes the value for all rows. */
  void write(Assembly assembly, Slot to, Order order) {
    assembly.emit(new Write(to, arranged(order), assembly.rows()));
  }

  private float[] arranged(Order order) {
    float[] arranged = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      arranged[order.place(shape, i)] = (float) values[i];
    }
    return arranged;
  }

  private record Write(Slot slot, float[] row, int rows) implements Instruction {
    @Override
    public List<Slot> reads() {
      return List.of();
    }

    @Override
    public List<Slot> writes() {
      return List.of(slot);
    }

    @Override
    public Runnable bind(Memory memory) {
      FloatBuffer target = memory.buffer(slot).asFloatBuffer();
      return () -> {
        for (int i = 0; i < rows; i++) {
          target.put(i * row.length, row);
        }
      };
    }
  }
}
