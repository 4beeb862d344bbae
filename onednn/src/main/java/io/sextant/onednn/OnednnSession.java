package io.sextant.onednn;

import io.sextant.gradients.engine.Binding;
import io.sextant.gradients.engine.Session;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Moments;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.nd4j.NativeThreads;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Memory and plans for one thread's runs. */
final class OnednnSession implements Session {
  /** Runs that are kept: batches that are never cut may have any number of rows. */
  static final int MOST_RUNS = 32;

  private record Size(Plan.Purpose purpose, boolean bindable, int rows) {}

  private final OnednnProgram program;
  private final int capacity;
  private final int threads;
  // The one used last comes last.
  private final Map<Size, Run> runs = new LinkedHashMap<>(16, 0.75f, true);
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
  // The last forward, whose batch's statistics can be asked for.
  private @Nullable Run last;
  private Binding binding = Binding.none();
  private boolean finite;
  private int rows;

  OnednnSession(OnednnProgram program, int capacity, int threads) {
    this.program = program;
    this.finite = program.finite();
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
    Run run = run(Plan.Purpose.FORWARD, count);
    NativeThreads.run(threads, () -> run.forward(input, logits));
    last = run;
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
    last = run;
    rows = count;
  }

  /**
   * Rows that are not finite have logits that are not, and so have all rows that depend on them.
   * oneDNN's ReLU and maximum make numbers of NaN, so it would not show.
   */
  private void poison(ByteBuffer input, int count, ByteBuffer logits) {
    FloatBuffer values = input.duplicate().order(input.order()).asFloatBuffer();
    int width = graph().input().shape().elements();
    for (int row = 0; row < count; row++) {
      float zero = finite ? 0 : Float.NaN;
      values.get(row * width, inputRow);
      for (float value : inputRow) {
        zero += 0 * value;
      }
      if (zero != 0) {
        boolean alone = graph().rowsIndependent();
        poison(logits, alone ? row : 0, alone ? row + 1 : count);
      }
    }
  }

  private void poison(ByteBuffer logits, int from, int to) {
    FloatBuffer answers = logits.duplicate().order(logits.order()).asFloatBuffer();
    int classes = graph().output().shape().elements();
    for (int i = from * classes; i < to * classes; i++) {
      answers.put(i, Float.NaN);
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
  public void bind(Binding bound) {
    bound.requireFits(graph());
    forget();
    binding = bound;
    finite =
        program.finite()
            && graph().bindable().stream()
                .filter(bound.values()::has)
                .flatMapToDouble(parameter -> Arrays.stream(bound.values().values(parameter)))
                .allMatch(Double::isFinite);
  }

  @Override
  public Map<Parameter, double[]> pullbackToParameters(
      ByteBuffer cotangent, Optional<ByteBuffer> gradient) {
    Run tape = tape();
    Map<Parameter, double[]> sums = new LinkedHashMap<>();
    binding
        .differentiated()
        .forEach(parameter -> sums.put(parameter, new double[parameter.shape().elements()]));
    NativeThreads.run(
        threads,
        () -> {
          if (gradient.isPresent()) {
            tape.backward(cotangent, gradient.get());
            tape.addGradients(sums);
          } else {
            tape.parameterGradients(cotangent, sums);
          }
        });
    return sums;
  }

  @Override
  public Moments moments(int node) {
    if (last == null) {
      throw new IllegalStateException("no batch was run; call forward or record first");
    }
    return last.moments(node);
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
    last = null;
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
    boolean bindable = !binding.isNone();
    Run run =
        runs.computeIfAbsent(
            new Size(purpose, bindable, count),
            size -> new Run(program.plan(purpose, bindable, count, threads)));
    run.bind(binding.values());
    if (runs.size() > MOST_RUNS) {
      closeOldest(run);
    }
    return run;
  }

  /** Frees the run that was not used for longest, but none that is needed. */
  private void closeOldest(Run needed) {
    Iterator<Run> oldest = runs.values().iterator();
    while (oldest.hasNext()) {
      Run run = oldest.next();
      if (run != needed && run != last && run != recorded && run != tapped) {
        oldest.remove();
        run.close();
        return;
      }
    }
  }

  /** How many runs are kept. */
  int runs() {
    return runs.size();
  }

  @Override
  public void close() {
    runs.values().forEach(Run::close);
    runs.clear();
  }
}
