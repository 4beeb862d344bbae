package io.sextant.onednn;

import io.sextant.gradients.graph.Function;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * A function of each value, or the gradient through it, in a plain loop: for functions that oneDNN
 * does not have. The order of values does not matter to it.
 */
final class FunctionInstruction implements Instruction {
  /** Values handled at a time: they stay in the processor's nearest cache. */
  private static final int RUN = 1024;

  private final Function function;
  private final Slot x;
  private final Slot y;
  private final List<Slot> gradient;

  private FunctionInstruction(Function function, Slot x, Slot y, List<Slot> gradient) {
    this.function = function;
    this.x = x;
    this.y = y;
    this.gradient = gradient;
  }

  /** y = f(x). */
  static FunctionInstruction value(Function function, Slot x, Slot y) {
    return new FunctionInstruction(function, x, y, List.of());
  }

  /** dx = f'(x) dy. */
  static FunctionInstruction pullback(Function function, Slot x, Slot dy, Slot dx) {
    return new FunctionInstruction(function, x, dx, List.of(dy));
  }

  @Override
  public List<Slot> reads() {
    return gradient.isEmpty() ? List.of(x) : List.of(x, gradient.get(0));
  }

  @Override
  public List<Slot> writes() {
    return List.of(y);
  }

  @Override
  public Runnable bind(Memory memory) {
    FloatBuffer source = memory.buffer(x).asFloatBuffer();
    FloatBuffer target = memory.buffer(y).asFloatBuffer();
    float[] values = new float[RUN];
    if (gradient.isEmpty()) {
      return () -> values(source, target, values);
    }
    FloatBuffer output = memory.buffer(gradient.get(0)).asFloatBuffer();
    float[] gradients = new float[RUN];
    return () -> slopes(source, output, target, values, gradients);
  }

  private void values(FloatBuffer source, FloatBuffer target, float[] values) {
    int count = target.capacity();
    for (int from = 0; from < count; from += RUN) {
      int n = Math.min(RUN, count - from);
      source.get(from, values, 0, n);
      for (int i = 0; i < n; i++) {
        values[i] = (float) function.value(values[i]);
      }
      target.put(from, values, 0, n);
    }
  }

  private void slopes(
      FloatBuffer source, FloatBuffer output, FloatBuffer target, float[] values, float[] dy) {
    int count = target.capacity();
    for (int from = 0; from < count; from += RUN) {
      int n = Math.min(RUN, count - from);
      source.get(from, values, 0, n);
      output.get(from, dy, 0, n);
      for (int i = 0; i < n; i++) {
        dy[i] = (float) (dy[i] * function.slope(values[i]));
      }
      target.put(from, dy, 0, n);
    }
  }
}
