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
  public Emitted emit(Assembly assembly) {
    Slot y = assembly.slot(shape);
    assembly.emit(new Write(y, arranged(), assembly.rows()));
    return new Emitted(y, (back, gradient) -> {});
  }

  /** The values as they lie in the engine's own layout. */
  private float[] arranged() {
    float[] arranged = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      arranged[Descriptors.place(shape, i)] = (float) values[i];
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
