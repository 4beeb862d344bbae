package io.sextant.onednn;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Blends the middle one of three dimensions in a plain loop.
 *
 * @param from where the values lie
 * @param to where the blended ones go
 * @param outer size of the first dimension
 * @param blend what becomes of the second
 * @param inner size of the third, whose values lie together
 */
record BlendInstruction(Slot from, Slot to, int outer, Blend blend, int inner)
    implements Instruction {
  /** Values of the last dimension handled at a time: all places of them stay in a near cache. */
  private static final int MOST_VALUES = 1 << 12;

  @Override
  public List<Slot> reads() {
    return List.of(from);
  }

  @Override
  public List<Slot> writes() {
    return List.of(to);
  }

  @Override
  public Runnable bind(Memory memory) {
    FloatBuffer source = memory.buffer(from).asFloatBuffer();
    FloatBuffer target = memory.buffer(to).asFloatBuffer();
    int most = Math.max(blend.size(), blend.targets());
    int width = Math.max(1, Math.min(inner, MOST_VALUES / most));
    int[] starts = new int[blend.targets() + 1];
    int[] places = new int[blend.parts().stream().mapToInt(List::size).sum()];
    float[] weights = new float[places.length];
    int next = 0;
    for (int t = 0; t < blend.targets(); t++) {
      for (Blend.Part part : blend.parts().get(t)) {
        places[next] = part.place();
        weights[next++] = part.weight();
      }
      starts[t + 1] = next;
    }
    float[] x = new float[blend.size() * width];
    float[] y = new float[blend.targets() * width];
    return () -> {
      for (int o = 0; o < outer; o++) {
        for (int i = 0; i < inner; i += width) {
          int n = Math.min(width, inner - i);
          get(source, o * blend.size() * inner + i, x, blend.size(), n);
          blend(starts, places, weights, x, y, n);
          put(target, o * blend.targets() * inner + i, y, blend.targets(), n);
        }
      }
    };
  }

  private void get(FloatBuffer source, int at, float[] x, int places, int n) {
    if (n == inner) {
      source.get(at, x, 0, places * n);
      return;
    }
    for (int place = 0; place < places; place++) {
      source.get(at + place * inner, x, place * n, n);
    }
  }

  private void put(FloatBuffer target, int at, float[] y, int places, int n) {
    if (n == inner) {
      target.put(at, y, 0, places * n);
      return;
    }
    for (int place = 0; place < places; place++) {
      target.put(at + place * inner, y, place * n, n);
    }
  }

  private static void blend(
      int[] starts, int[] places, float[] weights, float[] x, float[] y, int n) {
    for (int t = 0; t + 1 < starts.length; t++) {
      Arrays.fill(y, t * n, (t + 1) * n, 0);
      for (int part = starts[t]; part < starts[t + 1]; part++) {
        add(weights[part], x, places[part] * n, y, t * n, n);
      }
    }
  }

  private static void add(float weight, float[] x, int from, float[] y, int to, int n) {
    for (int i = 0; i < n; i++) {
      y[to + i] += weight * x[from + i];
    }
  }
}
