package io.sextant.onednn;

import io.sextant.gradients.engine.Session;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.nd4j.NativeThreads;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Memory and plans for one thread's runs. */
final class OnednnSession implements Session {
  private final OnednnProgram program;
  private final int capacity;
  private final int threads;
  private final Map<Plan.Purpose, Map<Integer, Run>> runs = new EnumMap<>(Plan.Purpose.class);
  // Taps are rare, and the plan without them overwrites what they would show: the recorded rows are
  // kept, and run again by the plan with taps when somebody asks.
  private final ByteBuffer recordedInput;
  private final ByteBuffer recordedLogits;
  private final ByteBuffer tappedLogits;
  private final ByteBuffer tappedGradient;
  private final float[] inputRow;
  private @Nullable Run recorded;
  // The plan with taps, once it has seen the recorded input.
  private @Nullable Run tapped;
  private int rows;

  OnednnSession(OnednnProgram program, int capacity, int threads) {
    this.program = program;
    this.capacity = capacity;
    this.threads = threads;
    this.recordedInput = buffer(program.graph().input());
    this.recordedLogits = buffer(program.graph().output());
    this.tappedLogits = buffer(program.graph().output());
    this.tappedGradient = buffer(program.graph().input());
    this.inputRow = new float[program.graph().input().shape().elements()];
  }

  private ByteBuffer buffer(Node node) {
    int floats = Math.multiplyExact(capacity, node.shape().elements());
    return ByteBuffer.allocateDirect(Math.multiplyExact(floats, Float.BYTES))
        .order(ByteOrder.nativeOrder());
  }

  @Override
  public void forward(ByteBuffer input, int count, ByteBuffer logits) {
    check(count);
    forget();
    NativeThreads.run(threads, () -> run(Plan.Purpose.FORWARD, count).forward(input, logits));
    poison(input, count, logits);
  }

  @Override
  public void record(ByteBuffer input, int count, ByteBuffer logits) {
    check(count);
    forget();
    Run run = run(Plan.Purpose.GRADIENT, count);
    NativeThreads.run(threads, () -> run.forward(input, logits));
    poison(input, count, logits);
    copy(input, recordedInput, graph().input(), count);
    copy(logits, recordedLogits, graph().output(), count);
    recorded = run;
    rows = count;
  }

  /**
   * Rows that are not finite have logits that are not. oneDNN's ReLU and maximum make numbers of
   * NaN, so it would not show.
   */
  private void poison(ByteBuffer input, int count, ByteBuffer logits) {
    FloatBuffer values = input.duplicate().order(input.order()).asFloatBuffer();
    FloatBuffer answers = logits.duplicate().order(logits.order()).asFloatBuffer();
    int width = graph().input().shape().elements();
    int classes = graph().output().shape().elements();
    for (int row = 0; row < count; row++) {
      float zero = program.finite() ? 0 : Float.NaN;
      values.get(row * width, inputRow);
      for (float value : inputRow) {
        zero += 0 * value;
      }
      if (zero != 0) {
        for (int i = row * classes; i < (row + 1) * classes; i++) {
          answers.put(i, Float.NaN);
        }
      }
    }
  }

  private static void copy(ByteBuffer from, ByteBuffer to, Node node, int rows) {
    to.put(0, from, 0, rows * node.shape().elements() * Float.BYTES);
  }

  @Override
  public void pullback(ByteBuffer cotangent, int node, ByteBuffer gradient) {
    Run tape = tape();
    if (node == 0) {
      NativeThreads.run(threads, () -> tape.backward(cotangent, gradient));
    } else if (node == graph().output().index()) {
      copy(cotangent, gradient, graph().output(), rows);
    } else {
      Run taps = taps();
      NativeThreads.run(threads, () -> taps.backward(cotangent, tappedGradient));
      taps.readGradient(node, graph().nodes().get(node).shape(), rows, gradient);
    }
  }

  @Override
  public void activation(int node, ByteBuffer value) {
    tape();
    if (node == 0) {
      copy(recordedInput, value, graph().input(), rows);
    } else if (node == graph().output().index()) {
      copy(recordedLogits, value, graph().output(), rows);
    } else {
      taps().readValue(node, graph().nodes().get(node).shape(), rows, value);
    }
  }

  private InferenceGraph graph() {
    return program.graph();
  }

  private void check(int count) {
    if (count < 1 || count > capacity) {
      throw new IllegalArgumentException(
          "rows must be in 1..%d but were %d".formatted(capacity, count));
    }
  }

  private void forget() {
    recorded = null;
    tapped = null;
  }

  private Run tape() {
    if (recorded == null) {
      throw new IllegalStateException("nothing was recorded; call record first");
    }
    return recorded;
  }

  private Run taps() {
    if (tapped == null) {
      Run run = run(Plan.Purpose.TAPS, rows);
      NativeThreads.run(threads, () -> run.forward(recordedInput, tappedLogits));
      tapped = run;
    }
    return tapped;
  }

  private Run run(Plan.Purpose purpose, int count) {
    return runs.computeIfAbsent(purpose, p -> new HashMap<>())
        .computeIfAbsent(count, n -> new Run(program.plan(purpose, n, threads)));
  }

  @Override
  public void close() {
    runs.values().forEach(bySize -> bySize.values().forEach(Run::close));
    runs.clear();
  }
}
