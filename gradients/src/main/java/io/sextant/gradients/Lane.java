package io.sextant.gradients;

import io.sextant.gradients.engine.Binding;
import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.engine.Session;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Moments;
import io.sextant.gradients.graph.Parameter;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** A session with the buffers that carry rows to and from it; one thread at a time. */
final class Lane implements AutoCloseable {
  private final Session session;
  private final InferenceGraph graph;
  private final Precision precision;
  private final int capacity;
  private final Semaphore turns;
  private final RowBuffer input;
  private final RowBuffer logits;
  private final RowBuffer cotangent;
  private @Nullable RowBuffer gradient;
  private Binding bound = Binding.none();

  /**
   * A lane.
   *
   * @param turns as many as engine calls may run at a time
   */
  Lane(Session session, InferenceGraph graph, Precision precision, int capacity, Semaphore turns) {
    this.session = session;
    this.graph = graph;
    this.precision = precision;
    this.capacity = capacity;
    this.turns = turns;
    this.input = new RowBuffer(precision, capacity, graph.input().shape().elements());
    this.logits = new RowBuffer(precision, capacity, graph.output().shape().elements());
    this.cotangent = new RowBuffer(precision, capacity, graph.output().shape().elements());
  }

  /** What the session runs with until the lane is bound again. */
  void bind(Binding binding) {
    if (!binding.isNone() || !bound.isNone()) {
      session.bind(binding);
      bound = binding;
    }
  }

  void forward(double[][] rows, int from, int to) {
    write(rows, from, to);
    inTurn(() -> session.forward(input.bytes(), to - from, logits.bytes()));
  }

  void record(double[][] rows, int from, int to) {
    write(rows, from, to);
    inTurn(() -> session.record(input.bytes(), to - from, logits.bytes()));
  }

  /** Nothing but the engine's own call: objectives may wait for calls of their own. */
  private void inTurn(Runnable call) {
    turns.acquireUninterruptibly();
    try {
      call.run();
    } finally {
      turns.release();
    }
  }

  private void write(double[][] rows, int from, int to) {
    for (int row = from; row < to; row++) {
      input.write(row - from, rows[row]);
    }
  }

  RowBuffer cotangent() {
    return cotangent;
  }

  void readLogits(double[][] into, int from, int to) {
    for (int row = from; row < to; row++) {
      into[row] = logits.read(row - from);
    }
  }

  void pullback(int node) {
    RowBuffer at = gradient();
    inTurn(() -> session.pullback(cotangent.bytes(), node, at.bytes()));
  }

  void readGradients(double[][] into, int from, int to) {
    for (int row = from; row < to; row++) {
      into[row] = gradient().read(row - from);
    }
  }

  void writeCotangent(double[][] rows, int from, int to) {
    for (int row = from; row < to; row++) {
      cotangent.write(row - from, rows[row]);
    }
  }

  void pullback(int node, double[][] into, int from, int to) {
    if (node == 0) {
      pullback(0);
      readGradients(into, from, to);
      return;
    }
    RowBuffer at = new RowBuffer(precision, to - from, graph.nodes().get(node).shape().elements());
    inTurn(() -> session.pullback(cotangent.bytes(), node, at.bytes()));
    copy(at, into, from, to);
  }

  /**
   * The gradients of the parameters that are bound, and of the rows where there is room for them.
   *
   * @param into as many rows as there are, or none when their gradients are not wanted
   */
  Map<Parameter, double[]> pullbackToParameters(double[][] into, int from, int to) {
    boolean wanted = into.length > 0;
    Optional<ByteBuffer> at = wanted ? Optional.of(gradient().bytes()) : Optional.empty();
    Map<Parameter, double[]> gradients = new LinkedHashMap<>();
    inTurn(() -> gradients.putAll(session.pullbackToParameters(cotangent.bytes(), at)));
    if (wanted) {
      readGradients(into, from, to);
    }
    return gradients;
  }

  Moments moments(int node) {
    return session.moments(node);
  }

  void activation(int node, double[][] into, int from, int to) {
    RowBuffer at = new RowBuffer(precision, to - from, graph.nodes().get(node).shape().elements());
    inTurn(() -> session.activation(node, at.bytes()));
    copy(at, into, from, to);
  }

  private static void copy(RowBuffer at, double[][] into, int from, int to) {
    for (int row = from; row < to; row++) {
      into[row] = at.read(row - from);
    }
  }

  private RowBuffer gradient() {
    if (gradient == null) {
      gradient = new RowBuffer(precision, capacity, graph.input().shape().elements());
    }
    return gradient;
  }

  @Override
  public void close() {
    session.close();
  }
}
