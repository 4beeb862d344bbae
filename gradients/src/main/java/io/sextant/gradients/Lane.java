package io.sextant.gradients;

import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.engine.Session;
import io.sextant.gradients.graph.InferenceGraph;
import org.jspecify.annotations.Nullable;

/** A session with the buffers that carry rows to and from it; one thread at a time. */
final class Lane implements AutoCloseable {
  private final Session session;
  private final InferenceGraph graph;
  private final Precision precision;
  private final int capacity;
  private final RowBuffer input;
  private final RowBuffer logits;
  private final RowBuffer cotangent;
  private @Nullable RowBuffer gradient;

  Lane(Session session, InferenceGraph graph, Precision precision, int capacity) {
    this.session = session;
    this.graph = graph;
    this.precision = precision;
    this.capacity = capacity;
    this.input = new RowBuffer(precision, capacity, graph.input().shape().elements());
    this.logits = new RowBuffer(precision, capacity, graph.output().shape().elements());
    this.cotangent = new RowBuffer(precision, capacity, graph.output().shape().elements());
  }

  void forward(double[][] rows, int from, int to) {
    write(rows, from, to);
    session.forward(input.bytes(), to - from, logits.bytes());
  }

  void record(double[][] rows, int from, int to) {
    write(rows, from, to);
    session.record(input.bytes(), to - from, logits.bytes());
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
    session.pullback(cotangent.bytes(), node, gradient().bytes());
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
    session.pullback(cotangent.bytes(), node, at.bytes());
    copy(at, into, from, to);
  }

  void activation(int node, double[][] into, int from, int to) {
    RowBuffer at = new RowBuffer(precision, to - from, graph.nodes().get(node).shape().elements());
    session.activation(node, at.bytes());
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
