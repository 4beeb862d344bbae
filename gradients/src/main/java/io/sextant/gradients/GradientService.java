package io.sextant.gradients;

import io.sextant.gradients.engine.Engine;
import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.engine.Program;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Shape;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Semaphore;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The shared input-gradient service: logits, objective values and gradients with respect to the
 * input, for any number of rows, from any number of threads.
 *
 * <p>Rows are split into batches, and batches are spread over the service's threads. A row's answer
 * does not depend on its neighbours. Values are sums per example, never means over the batch.
 *
 * <p>A thread that is interrupted while it waits for an answer gets a {@link
 * java.util.concurrent.CancellationException}, an {@link IllegalStateException}, once nobody works
 * on its question any more; it stays interrupted. An objective may ask the same service.
 *
 * <pre>{@code
 * try (GradientService service = GradientService.builder(graph).build()) {
 *   Answer answer = service.query(rows, labels, Objective::crossEntropy);
 * }
 * }</pre>
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class GradientService implements AutoCloseable {
  private final Core core;
  private final String consumer;

  private GradientService(Core core, String consumer) {
    this.core = core;
    this.consumer = consumer;
  }

  /** Starts a service over a graph; the engine, precision and sizes have defaults. */
  public static Builder builder(InferenceGraph graph) {
    return new Builder(graph);
  }

  /** This service, with its work counted for another consumer. Closing either closes both. */
  public GradientService as(String name) {
    return new GradientService(core, name);
  }

  /** The graph that is run. */
  public InferenceGraph graph() {
    return core.graph;
  }

  /** The shape of one input. */
  public Shape inputShape() {
    return core.graph.input().shape();
  }

  /** Number of values of one input. */
  public int features() {
    return inputShape().elements();
  }

  /** Number of logits. */
  public int classes() {
    return core.graph.output().shape().elements();
  }

  /** The inputs that exist, and what an attacker may change. */
  public InputDomain domain() {
    return core.domain;
  }

  /** The engine at work. */
  public Engine engine() {
    return core.engine;
  }

  /**
   * What another engine does for the one at work: layers that it does not run itself, and faster
   * engines that do not run on this machine.
   */
  public List<String> fallbacks() {
    return core.fallbacks;
  }

  /** The precision of the engine's arithmetic. */
  public Precision precision() {
    return core.precision;
  }

  /** Largest number of rows in one engine call. */
  public int batchSize() {
    return core.batchSize;
  }

  /** Number of threads at work in all: {@link #workers()} times {@link #nativeThreads()}. */
  public int threads() {
    return core.workers() * core.nativeThreads;
  }

  /** Number of engine calls at a time. */
  public int workers() {
    return core.workers();
  }

  /** Number of native threads in each engine call. */
  public int nativeThreads() {
    return core.nativeThreads;
  }

  /**
   * Does tasks on this service's threads, the calling one among them. A task may ask this service:
   * where there are as many tasks as threads, each answers its own questions.
   *
   * @param tasks how many
   * @param work what to do, by number from 0; called from any of the threads
   * @throws java.util.concurrent.CancellationException when the calling thread is interrupted before
   *     all are done, which it stays; nobody is at work on them any more then
   */
  public void sideBySide(int tasks, IntConsumer work) {
    core.sideBySide(tasks, work);
  }

  /** What each consumer has asked for so far. */
  public Meter meter() {
    return core.meter;
  }

  /**
   * The logits of each row.
   *
   * @param rows {@code [rows][features]}; not modified
   * @return {@code [rows][classes]}
   * @throws IllegalArgumentException when a row has another length than the input
   * @throws IllegalStateException when the service is closed, or the calling thread interrupted
   */
  public double[][] logits(double[][] rows) {
    return answer(Arrays.stream(rows).map(Query.Logits::new).toList()).stream()
        .map(Reply::logits)
        .toArray(double[][]::new);
  }

  /**
   * The logits of each example, with no more than a part of them as doubles at a time.
   *
   * @param examples their inputs are asked about
   * @return {@code [examples][classes]}
   * @throws IllegalArgumentException when an input has another length than the model's
   * @throws IllegalStateException when the service is closed, or the calling thread interrupted
   */
  public double[][] logits(Examples examples) {
    return examples.parts().stream()
        .flatMap(part -> Arrays.stream(logits(part.rows())))
        .toArray(double[][]::new);
  }

  /**
   * Logits, objective values and input gradients of each row: one forward and one pullback.
   *
   * @param rows {@code [rows][features]}; not modified
   * @param labels the class that each row's objective is about, from 0
   * @param objective the scalar to differentiate, by class
   * @return logits, values and gradients in the same order
   * @throws IllegalArgumentException when a row has another length than the input, or a label names
   *     no class
   * @throws IllegalStateException when the service is closed, or the calling thread interrupted
   */
  public Answer query(double[][] rows, int[] labels, IntFunction<Objective> objective) {
    if (labels.length != rows.length) {
      throw new IllegalArgumentException(
          "there must be one label per row but there were %d labels and %d rows"
              .formatted(labels.length, rows.length));
    }
    List<Query.Gradient> queries = new ArrayList<>();
    for (int i = 0; i < rows.length; i++) {
      if (labels[i] < 0 || labels[i] >= classes()) {
        throw new IllegalArgumentException(
            "labels must be in 0..%d but one was %d".formatted(classes() - 1, labels[i]));
      }
      queries.add(new Query.Gradient(rows[i], objective.apply(labels[i])));
    }
    List<Reply.Gradient> replies = answer(queries);
    return new Answer(
        replies.stream().map(Reply::logits).toArray(double[][]::new),
        replies.stream().mapToDouble(Reply.Gradient::value).toArray(),
        replies.stream().map(Reply.Gradient::gradient).toArray(double[][]::new));
  }

  /**
   * Answers questions, in full batches of each kind.
   *
   * @param queries about any points, of any kinds
   * @return one reply per query, in the same order; its arrays are the caller's
   * @throws IllegalArgumentException when a point has another length than the input, a class does
   *     not exist, or a layer
   * @throws IllegalStateException when the service is closed, or the calling thread interrupted
   */
  public <R extends Reply> List<R> answer(List<? extends Query<? extends R>> queries) {
    queries.forEach(query -> checkRow(query.point()));
    QueryBatch<R> batch = new QueryBatch<>(queries, core.graph);
    batch.groups().forEach(group -> core.overBatches(group.size(), group::answer));
    core.meter.add(consumer, queries.size(), batch.pullbacks());
    return batch.replies();
  }

  /**
   * The logits of a batch.
   *
   * @param inputs {@code [batch, ...]} in the input's shape; not modified
   * @return {@code [batch, classes]}, owned by the caller
   */
  public INDArray logits(INDArray inputs) {
    return Examples.toArray(logits(checkedRows(inputs)), classes());
  }

  /**
   * Logits, objective values and input gradients of a batch.
   *
   * @param inputs {@code [batch, ...]} in the input's shape; not modified
   * @param labels the class that each row's objective is about, from 0
   * @param objective the scalar to differentiate, by class
   * @return arrays owned by the caller
   */
  public Gradients query(INDArray inputs, int[] labels, IntFunction<Objective> objective) {
    Answer answer = query(checkedRows(inputs), labels, objective);
    return new Gradients(
        Examples.toArray(answer.logits(), classes()),
        Nd4j.createFromArray(answer.values()),
        Examples.toArray(answer.gradients(), inputShape().sizes()));
  }

  /**
   * Runs rows forward once and keeps the tape for any number of pullbacks: the Jacobian of K
   * classes costs one forward and K pullbacks. The tape must be closed.
   *
   * @param rows {@code [rows][features]}, at most {@link #batchSize()} rows
   * @return the tape
   * @throws IllegalStateException when the service is closed, or the calling thread interrupted
   */
  public Tape record(double[][] rows) {
    Arrays.stream(rows).forEach(this::checkRow);
    if (rows.length < 1 || rows.length > core.batchSize) {
      throw new IllegalArgumentException(
          "a tape holds 1 to %d rows but was given %d; record in parts or raise the batch size"
              .formatted(core.batchSize, rows.length));
    }
    List<Piece> pieces = core.pieces(rows.length);
    List<Lane> lanes = new ArrayList<>();
    boolean recorded = false;
    try {
      for (int i = 0; i < pieces.size(); i++) {
        lanes.add(core.lease());
      }
      core.overPieces(pieces, (i, piece) -> lanes.get(i).record(rows, piece.from(), piece.to()));
      recorded = true;
    } finally {
      if (!recorded) {
        lanes.forEach(core::giveBack);
      }
    }
    core.meter.add(consumer, rows.length, 0);
    return new Tape(core, pieces, lanes, rows.length, consumer);
  }

  private void checkRow(double[] row) {
    if (row.length != features()) {
      throw new IllegalArgumentException(
          "a row must have %d values (input shape %s) but had %d"
              .formatted(features(), inputShape(), row.length));
    }
  }

  private double[][] checkedRows(INDArray inputs) {
    Shape shape = inputShape();
    if (!Arrays.equals(
        inputs.shape(), shape.batched(Math.toIntExact(Math.max(1, inputs.size(0)))))) {
      throw new IllegalArgumentException(
          "inputs must have shape [batch, %s] but had %s"
              .formatted(
                  Arrays.toString(shape.sizes()).replaceAll("[\\[\\]]", ""),
                  Arrays.toString(inputs.shape())));
    }
    return Examples.toRows(inputs);
  }

  /**
   * Ends the service. Questions from now on are refused. Those under way on other threads are
   * answered or refused, and memory goes when the last of them has ended and all tapes are closed.
   */
  @Override
  public void close() {
    core.close();
  }

  /**
   * A forward pass that can be pulled back as often as wanted, by one thread at a time; others
   * wait.
   *
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public static final class Tape implements AutoCloseable {
    private final Core core;
    private final List<Piece> pieces;
    private final List<Lane> lanes;
    private final int rows;
    private final String consumer;
    private boolean closed;

    private Tape(Core core, List<Piece> pieces, List<Lane> lanes, int rows, String consumer) {
      this.core = core;
      this.pieces = pieces;
      this.lanes = lanes;
      this.rows = rows;
      this.consumer = consumer;
    }

    /** The logits, {@code [rows][classes]}. */
    public double[][] logits() {
      return over((lane, piece, into) -> lane.readLogits(into, piece.from(), piece.to()));
    }

    /**
     * The gradient of {@code <cotangent, logits>} with respect to the input.
     *
     * @param cotangent {@code [rows][classes]}
     * @return {@code [rows][features]}
     */
    public double[][] pullback(double[][] cotangent) {
      return pullback(cotangent, core.graph.input().name());
    }

    /**
     * The gradient of {@code <cotangent, logits>} with respect to a layer's output.
     *
     * @param cotangent {@code [rows][classes]}
     * @param layer the layer's name
     * @return {@code [rows][values of the layer]}
     */
    public double[][] pullback(double[][] cotangent, String layer) {
      int node = core.graph.index(layer);
      if (cotangent.length != rows) {
        throw new IllegalArgumentException(
            "there must be one cotangent per row but there were %d for %d rows"
                .formatted(cotangent.length, rows));
      }
      core.meter.add(consumer, 0, rows);
      return over(
          (lane, piece, into) -> {
            lane.writeCotangent(cotangent, piece.from(), piece.to());
            lane.pullback(node, into, piece.from(), piece.to());
          });
    }

    /**
     * The output of a layer in this forward pass.
     *
     * @param layer the layer's name
     * @return {@code [rows][values of the layer]}
     */
    public double[][] activation(String layer) {
      int node = core.graph.index(layer);
      return over((lane, piece, into) -> lane.activation(node, into, piece.from(), piece.to()));
    }

    private synchronized double[][] over(LaneReading reading) {
      if (closed) {
        throw new IllegalStateException("the tape is closed");
      }
      double[][] into = new double[rows][];
      core.overPieces(pieces, (i, piece) -> reading.read(lanes.get(i), piece, into));
      return into;
    }

    /** Waits for what is asked of this tape, and gives its memory back. */
    @Override
    public synchronized void close() {
      if (!closed) {
        closed = true;
        lanes.forEach(core::giveBack);
      }
    }
  }

  @FunctionalInterface
  private interface LaneReading {
    void read(Lane lane, Piece piece, double[][] into);
  }

  /**
   * Chooses how a graph is run.
   *
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public static final class Builder {
    private static final int MEASURED = 0;

    private final InferenceGraph graph;
    private String engine = Engines.AUTO;
    private Precision precision = Precision.FLOAT;
    private int threads = Runtime.getRuntime().availableProcessors();
    private int nativeThreads = MEASURED;
    private int batchSize = 128;
    private long byteBudget = 128L << 20;
    private @Nullable InputDomain domain;

    private Builder(InferenceGraph graph) {
      this.graph = graph;
    }

    /** The engine by name, or {@code auto} (the default): the fastest that runs here. */
    public Builder engine(String name) {
      engine = name;
      return this;
    }

    /** Arithmetic in float (the default) or double. */
    public Builder precision(Precision value) {
      precision = value;
      return this;
    }

    /** Threads in all, at least 1; the default is one per core. */
    public Builder threads(int count) {
      threads = atLeastOne("threads", count);
      return this;
    }

    /**
     * Native threads in each engine call, from 1 to the number of threads in all. With 1, several
     * workers run calls side by side; with all threads, one worker runs one call after the other.
     * The default is 1 where a batch has calls enough for all workers; else whichever is faster by
     * a measurement when the service is built, and 1 where more would change the last digits of
     * results.
     */
    public Builder nativeThreads(int count) {
      nativeThreads = atLeastOne("native threads", count);
      return this;
    }

    /** Rows in one engine call, at least 1; the default is 128, less where the budget asks so. */
    public Builder batchSize(int rows) {
      batchSize = atLeastOne("batch size", rows);
      return this;
    }

    /**
     * Bytes that the activations of one session may take, of which each thread has one; the default
     * is 128 MiB. Batches shrink to it. It does not depend on the number of threads, so that
     * results do not either.
     */
    public Builder byteBudget(long bytes) {
      if (bytes < 1) {
        throw new IllegalArgumentException("byte budget must be at least 1 but was " + bytes);
      }
      byteBudget = bytes;
      return this;
    }

    /** The inputs that exist; the default is the box [0, 1]. */
    public Builder domain(InputDomain value) {
      domain = value;
      return this;
    }

    /**
     * Compiles the graph.
     *
     * @throws IllegalArgumentException when the engine is unknown, cannot run the graph, or the
     *     domain does not fit the input
     */
    public GradientService build() {
      int features = graph.input().shape().elements();
      InputDomain inputs = domain == null ? InputDomain.box(features, 0, 1) : domain;
      if (inputs.size() != features) {
        throw new IllegalArgumentException(
            "the domain has %d features but the model takes %d values per example (shape %s)"
                .formatted(inputs.size(), features, graph.input().shape()));
      }
      Engines.Choice choice = Engines.find(engine, precision);
      // A tape holds each activation and its gradient.
      long bytesPerRow = 2L * precision.bytes() * graph.elementsPerExample();
      int affordable = (int) Math.max(1, Math.min(batchSize, byteBudget / bytesPerRow));
      if (!graph.rowsIndependent()) {
        affordable = batchSize;
      }
      Core core = new Core(graph, inputs, choice, precision, affordable);
      core.start(threads, nativeThreads == MEASURED ? core.measured(threads) : nativeThreads);
      return new GradientService(core, "direct");
    }

    private static int atLeastOne(String name, int value) {
      if (value < 1) {
        throw new IllegalArgumentException(name + " must be at least 1 but was " + value);
      }
      return value;
    }
  }

  @FunctionalInterface
  interface BatchWork {
    void run(Lane lane, int from, int to);
  }

  /** Rows that one engine call takes. */
  private record Piece(int from, int to) {}

  @FunctionalInterface
  private interface PieceWork {
    void run(int index, Piece piece);
  }

  /** What all views of one service share. */
  private static final class Core implements AutoCloseable {
    /** Calls in a batch, for each thread, from which on workers have no time to wait. */
    private static final int CALLS_ENOUGH = 2;

    private final InferenceGraph graph;
    private final InputDomain domain;
    private final Engine engine;
    private final Precision precision;
    private final Program program;
    private final List<String> fallbacks;
    private final int batchSize;
    private final Meter meter = new Meter();
    private final Queue<Lane> idle = new ArrayDeque<>();
    private Workers workers = new Workers(1);
    private Semaphore turns = new Semaphore(1);
    private int nativeThreads = 1;
    private int busy;
    private boolean closed;

    Core(
        InferenceGraph graph,
        InputDomain domain,
        Engines.Choice choice,
        Precision precision,
        int batchSize) {
      this.graph = graph;
      this.domain = domain;
      this.engine = choice.engine();
      this.precision = precision;
      this.program = engine.compile(graph, graph.weights(), precision);
      this.fallbacks =
          Stream.concat(
                  choice.passedOver().stream(),
                  program.fallbacks().stream()
                      .map(layer -> "layer %s runs on another engine".formatted(layer)))
              .toList();
      this.batchSize = batchSize;
    }

    /** Spreads work over this many threads from now on. */
    void start(int threads, int inEachCall) {
      if (inEachCall > 1 && !program.sharesCalls()) {
        throw new IllegalArgumentException(
            "engine %s uses one native thread in a call but was given %d; leave native threads out"
                .formatted(engine.name(), inEachCall));
      }
      if (inEachCall > threads) {
        throw new IllegalArgumentException(
            "native threads must be in 1..%d, the threads in all, but were %d"
                .formatted(threads, inEachCall));
      }
      workers.close();
      freeIdle();
      workers = new Workers(threads / inEachCall);
      // Calls that use all cores would only hinder each other.
      turns = new Semaphore(inEachCall == 1 ? Integer.MAX_VALUE : workers.count());
      nativeThreads = inEachCall;
    }

    int workers() {
      return workers.count();
    }

    /**
     * The faster of one native thread in each call and all threads in one call; the former where
     * their results differ, so that results never depend on the number of threads.
     */
    int measured(int threads) {
      // Workers win where a batch has calls enough for all of them, and where calls are short:
      // sharing those costs more than it gives. A measurement could only be wrong about it.
      int calls = pieces(batchSize).size();
      if (threads == 1
          || !program.sharesCalls()
          || calls >= CALLS_ENOUGH * threads
          || Calibration.multiplications(graph) * batchSize < Calibration.WORTH_A_LOOK) {
        return 1;
      }
      Calibration calibration = new Calibration(graph, batchSize);
      start(threads, 1);
      Calibration.Outcome apart = calibration.outcome(this::overBatches);
      start(threads, threads);
      Calibration.Outcome together = calibration.outcome(this::overBatches);
      return together.betterThan(apart) ? threads : 1;
    }

    void overBatches(int rows, BatchWork work) {
      if (!graph.rowsIndependent() && rows > batchSize) {
        throw new IllegalArgumentException(
            "this graph couples the rows of a batch, so at most %d rows can be asked but were %d"
                .formatted(batchSize, rows));
      }
      overPieces(
          pieces(rows),
          (i, piece) -> {
            Lane lane = lease();
            try {
              work.run(lane, piece.from(), piece.to());
            } finally {
              giveBack(lane);
            }
          });
    }

    /**
     * Cuts rows into engine calls. The cut depends on nothing but the number of rows, so results do
     * not depend on threads.
     */
    List<Piece> pieces(int rows) {
      List<Piece> pieces = new ArrayList<>();
      for (int from = 0; from < rows; ) {
        int to = from + nextCall(rows - from);
        pieces.add(new Piece(from, to));
        from = to;
      }
      return pieces;
    }

    private int nextCall(int waiting) {
      int most = Math.min(waiting, batchSize);
      return graph.rowsIndependent() ? program.nextCall(most) : most;
    }

    void overPieces(List<Piece> pieces, PieceWork work) {
      sideBySide(pieces.size(), i -> work.run(i, pieces.get(i)));
    }

    void sideBySide(int tasks, IntConsumer work) {
      requireOpen();
      workers.run(tasks, work);
    }

    private synchronized void requireOpen() {
      if (closed) {
        throw new IllegalStateException("the gradient service is closed");
      }
    }

    synchronized Lane lease() {
      requireOpen();
      Lane lane = idle.poll();
      int capacity = nextCall(batchSize);
      Lane leased =
          lane != null
              ? lane
              : new Lane(program.open(capacity, nativeThreads), graph, precision, capacity, turns);
      busy++;
      return leased;
    }

    synchronized void giveBack(Lane lane) {
      busy--;
      idle.add(lane);
      freeWhenUnused();
    }

    @Override
    public synchronized void close() {
      if (!closed) {
        closed = true;
        workers.close();
        freeWhenUnused();
      }
    }

    /** Native memory goes only when nobody computes in it any more. */
    private void freeWhenUnused() {
      if (closed && busy == 0) {
        freeIdle();
        program.close();
      }
    }

    private synchronized void freeIdle() {
      for (Lane lane = idle.poll(); lane != null; lane = idle.poll()) {
        lane.close();
      }
    }
  }
}
