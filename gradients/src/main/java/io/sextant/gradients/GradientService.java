package io.sextant.gradients;

import io.sextant.gradients.engine.Engine;
import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Shape;
import io.sextant.methods.Access;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import org.apiguardian.api.API;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The shared input-gradient service: logits, objective values and gradients with respect to the
 * input, for any number of rows, from any number of threads.
 *
 * <p>Rows are split into batches, and batches are spread over the service's threads. A row's answer
 * does not depend on its neighbours. Values are sums per example, never means over the batch. A
 * {@link BatchQuery} is about a batch as a whole; a graph that couples rows takes no other.
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
  /** Bytes that are remembered at most unless another bound is given: 32 MiB. */
  public static final long MEMORY = 32L << 20;

  private final ServiceCore core;
  private final String consumer;
  private final Optional<Memory> memory;

  GradientService(ServiceCore core, String consumer) {
    this(core, consumer, Optional.empty());
  }

  private GradientService(ServiceCore core, String consumer, Optional<Memory> memory) {
    this.core = core;
    this.consumer = consumer;
    this.memory = memory;
  }

  /** Starts a service over a graph; the engine, precision and sizes have defaults. */
  public static GradientServiceBuilder builder(InferenceGraph graph) {
    return new GradientServiceBuilder(graph);
  }

  /**
   * Starts another service on the engine, in the precision and with the domain of this one. What it
   * does is counted on this one's {@link #meter}, for the same consumer: it is work for the same
   * question, and whoever watches the meter sees it.
   *
   * @param other such as the same graph on other statistics
   */
  public GradientServiceBuilder alike(InferenceGraph other) {
    return builder(other)
        .engine(engine().name())
        .precision(precision())
        .domain(domain())
        .counted(core.meter(), consumer);
  }

  /** This service, with its work counted for another consumer. Closing either closes both. */
  public GradientService as(String name) {
    return new GradientService(core, name, memory);
  }

  /** {@link #remembering(Examples, long)} at most {@value #MEMORY} bytes. */
  public GradientService remembering(Examples points) {
    return remembering(points, MEMORY);
  }

  /**
   * This service, remembering what is answered about some points: clean inputs, which explainers,
   * metrics and attacks ask about again and again. Whoever asks through what this returns, under
   * whatever {@linkplain #as name} and from any thread, shares the memory, which goes when nobody
   * holds it any more. The {@link #meter} says what was saved. Closing either service closes both.
   *
   * <p>No answer changes in any bit. The kernels of an engine may round a row otherwise in a call
   * of another size, or in another place of the call, and the size of calls depends on how many
   * rows are asked about at a time. So an answer is not taken for itself: an engine call is left
   * out when all its rows are at these points and the same call, with the same rows in the same
   * places, was made before; and no row is ever moved into another call because of what is
   * remembered. What saves much asks about the same examples in the same order, before it asks
   * about anything else.
   *
   * <p>Calls are the same when point, kind of question, layer and objective are, each in every bit.
   * Objectives compare when they are records. {@link BatchQuery} and tapes are never remembered.
   *
   * @param points by their inputs; ids and labels do not count
   * @param bytes that answers may take, about; the call that was asked for longest ago is forgotten
   *     first
   * @return the same service with a memory of its own, empty, in place of any that this one has
   * @throws IllegalArgumentException when bytes is below 0
   */
  public GradientService remembering(Examples points, long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes to remember must be at least 0 but were " + bytes);
    }
    return new GradientService(core, consumer, Optional.of(new Memory(points, bytes)));
  }

  /** For whom its work is counted. */
  public String consumer() {
    return consumer;
  }

  /** The graph that is run. */
  public InferenceGraph graph() {
    return core.graph();
  }

  /** The shape of one input. */
  public Shape inputShape() {
    return core.graph().input().shape();
  }

  /** Number of values of one input. */
  public int features() {
    return inputShape().elements();
  }

  /** Number of logits. */
  public int classes() {
    return core.graph().output().shape().elements();
  }

  /** The most that methods may ask of the model. */
  public Access access() {
    return core.graph().access();
  }

  /** The inputs that exist, and what an attacker may change. */
  public InputDomain domain() {
    return core.domain();
  }

  /** The engine at work. */
  public Engine engine() {
    return core.engine();
  }

  /**
   * What another engine does for the one at work: layers that it does not run itself, and faster
   * engines that do not run on this machine.
   */
  public List<String> fallbacks() {
    return core.fallbacks();
  }

  /** The precision of the engine's arithmetic. */
  public Precision precision() {
    return core.precision();
  }

  /** Largest number of rows in one engine call. */
  public int batchSize() {
    return core.batchSize();
  }

  /** Number of threads at work in all: {@link #workers()} times {@link #nativeThreads()}. */
  public int threads() {
    return core.workers() * core.nativeThreads();
  }

  /** Number of engine calls at a time. */
  public int workers() {
    return core.workers();
  }

  /** Number of native threads in each engine call. */
  public int nativeThreads() {
    return core.nativeThreads();
  }

  /**
   * Does tasks on this service's threads, the calling one among them. A task may ask this service:
   * where there are as many tasks as threads, each answers its own questions.
   *
   * @param tasks how many
   * @param work what to do, by number from 0; called from any of the threads
   * @throws java.util.concurrent.CancellationException when the calling thread is interrupted
   *     before all are done, which it stays; nobody is at work on them any more then
   */
  public void sideBySide(int tasks, IntConsumer work) {
    core.sideBySide(tasks, work);
  }

  /** What each consumer has asked for so far. */
  public Meter meter() {
    return core.meter();
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
   *     not exist, or a layer, paths lead past a layer behind which something is asked, or a layer
   *     has no rule
   * @throws IllegalStateException when the service is closed, or the calling thread interrupted
   */
  public <R extends Reply> List<R> answer(List<? extends Query<? extends R>> queries) {
    core.requireOpen();
    core.requireIndependentRows();
    QueryBatch<R> batch = new QueryBatch<>(queries, core, memory);
    batch.groups().forEach(QueryBatch.Group::answer);
    core.meter().add(consumer, batch.passes().forwards(), batch.passes().backwards());
    core.meter().save(consumer, batch.remembered(), batch.rememberedPullbacks());
    return batch.replies();
  }

  /**
   * Answers a question about a batch as a whole: one forward, and one pullback where gradients are
   * asked for. Where the rows depend on one another it is one engine call of at most {@link
   * #batchSize()} rows. Counted are its rows as forwards, and the rows whose cotangent is not 0 as
   * backwards.
   *
   * @param query about a batch
   * @return its answer; arrays are the caller's
   * @throws IllegalArgumentException when a row has another length than the input, a parameter
   *     cannot be bound or differentiated by, a layer does not exist, or there are too many rows
   * @throws IllegalStateException when the service is closed, or the calling thread interrupted
   */
  public BatchReply answer(BatchQuery query) {
    core.requireOpen();
    Arrays.stream(query.rows()).forEach(core::requireFits);
    WholeBatch batch = new WholeBatch(core, query);
    BatchReply reply = batch.answer();
    core.meter().add(consumer, query.rows().length, batch.backwards());
    return reply;
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
    core.requireIndependentRows();
    Arrays.stream(rows).forEach(core::requireFits);
    if (rows.length < 1 || rows.length > core.batchSize()) {
      throw new IllegalArgumentException(
          "a tape holds 1 to %d rows but was given %d; record in parts or raise the batch size"
              .formatted(core.batchSize(), rows.length));
    }
    List<ServiceCore.Piece> pieces = core.pieces(rows.length);
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
    core.meter().add(consumer, rows.length, 0);
    return new Tape(core, pieces, lanes, rows.length, consumer);
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
}
