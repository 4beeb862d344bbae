package io.sextant.gradients;

import io.sextant.gradients.engine.Engine;
import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.engine.Program;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.rules.Composite;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

/** What all views of one service share. */
final class ServiceCore implements AutoCloseable {
  /** Calls in a batch, for each thread, from which on workers have no time to wait. */
  private static final int CALLS_ENOUGH = 2;

  /** Composites whose graphs are kept. */
  private static final int MOST_COMPOSITES = 8;

  private final InferenceGraph graph;
  private final InputDomain domain;
  private final Engine engine;
  private final Precision precision;
  private final Program program;
  private final List<String> fallbacks;
  private final int batchSize;
  private final Meter meter;
  private final Lanes lanes;
  private final Map<String, ServiceCore> behind = new LinkedHashMap<>();
  private final Map<String, ServiceCore> upTo = new LinkedHashMap<>();
  // The one used last comes last.
  private final Map<Composite, Ruled> ruled = new LinkedHashMap<>(16, 0.75f, true);
  private Workers workers = new Workers(1);
  private Semaphore turns = new Semaphore(1);
  private int nativeThreads = 1;
  private boolean closed;

  ServiceCore(
      InferenceGraph graph,
      InputDomain domain,
      Engines.Choice choice,
      Precision precision,
      int batchSize,
      Meter meter) {
    this.graph = graph;
    this.meter = meter;
    this.domain = domain;
    this.engine = choice.engine();
    this.precision = precision;
    this.program = engine.compile(graph, graph.weights(), precision);
    this.lanes = new Lanes(graph, program, precision);
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
    lanes.freeIdle();
    workers = new Workers(threads / inEachCall);
    // Calls that use all cores would only hinder each other.
    turns = new Semaphore(inEachCall == 1 ? Integer.MAX_VALUE : workers.count());
    nativeThreads = inEachCall;
  }

  InferenceGraph graph() {
    return graph;
  }

  /**
   * What the network does behind a layer, compiled when it is first asked. It works as this does,
   * on threads of its own, and is closed with it.
   */
  ServiceCore behind(String layer) {
    return part(behind, layer, graph::behind);
  }

  /** What the network does up to a layer, in the same way; its logits are the layer's values. */
  ServiceCore upTo(String layer) {
    return part(upTo, layer, graph::upTo);
  }

  private synchronized ServiceCore part(
      Map<String, ServiceCore> parts, String layer, Function<String, InferenceGraph> cut) {
    requireOpen();
    return parts.computeIfAbsent(
        layer,
        name -> {
          ServiceCore part =
              new ServiceCore(
                  cut.apply(name),
                  domain,
                  new Engines.Choice(engine, List.of()),
                  precision,
                  batchSize,
                  meter);
          part.start(workers.count() * nativeThreads, nativeThreads);
          return part;
        });
  }

  /** Runs rows forward on this thread, in as many calls as they take. */
  void forward(double[][] rows, double[][] logits, Piece of) {
    for (Piece piece : pieces(of.to() - of.from())) {
      int from = of.from() + piece.from();
      int to = of.from() + piece.to();
      onLane(
          lane -> {
            lane.forward(rows, from, to);
            lane.readLogits(logits, from, to);
          });
    }
  }

  /** A graph with rules, and how many work with it. */
  private static final class Ruled {
    private final RuledGraph graph;
    private int users;
    private boolean unwanted;

    Ruled(RuledGraph graph) {
      this.graph = graph;
    }

    void closeWhenUnused() {
      unwanted = true;
      if (users == 0) {
        graph.close();
      }
    }
  }

  /**
   * Sends rows back by the rules of a composite, in pieces and on any threads. The graph is
   * prepared when a composite first asks, and kept for the next time.
   *
   * @throws IllegalArgumentException when a node has no rule, by name
   */
  void overRuled(Composite composite, int rows, RuledWork work) {
    Ruled used = ruled(composite);
    try {
      overPieces(
          pieces(rows, Math.min(batchSize, used.graph.mostRows())),
          (i, piece) -> {
            try (RuledPass pass =
                new RuledPass(used.graph, piece.to() - piece.from(), this::lease)) {
              work.run(pass, piece.from(), piece.to());
            }
          });
    } finally {
      unused(used);
    }
  }

  private synchronized Ruled ruled(Composite composite) {
    requireOpen();
    Ruled found =
        ruled.computeIfAbsent(
            composite, rules -> new Ruled(new RuledGraph(graph, rules, engine, precision)));
    found.users++;
    if (ruled.size() > MOST_COMPOSITES) {
      Iterator<Ruled> oldest = ruled.values().iterator();
      oldest.next().closeWhenUnused();
      oldest.remove();
    }
    return found;
  }

  private synchronized void unused(Ruled used) {
    used.users--;
    if (used.unwanted) {
      used.closeWhenUnused();
    }
  }

  /** A row must be as long as the input. */
  void requireFits(double[] row) {
    Shape shape = graph.input().shape();
    if (row.length != shape.elements()) {
      throw new IllegalArgumentException(
          "a row must have %d values (input shape %s) but had %d"
              .formatted(shape.elements(), shape, row.length));
    }
  }

  InputDomain domain() {
    return domain;
  }

  Engine engine() {
    return engine;
  }

  Precision precision() {
    return precision;
  }

  List<String> fallbacks() {
    return fallbacks;
  }

  int batchSize() {
    return batchSize;
  }

  Meter meter() {
    return meter;
  }

  int nativeThreads() {
    return nativeThreads;
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
    requireOneCall(rows);
    overPieces(
        pieces(rows), (i, piece) -> onLane(lane -> work.run(lane, piece.from(), piece.to())));
  }

  void onLane(Consumer<Lane> work) {
    Lane lane = lease();
    try {
      work.accept(lane);
    } finally {
      giveBack(lane);
    }
  }

  /** Rows that depend on one another must fit one call. */
  void requireOneCall(int rows) {
    if (!graph.rowsIndependent() && rows > batchSize) {
      throw new IllegalArgumentException(
          ("this graph couples the rows of a batch, so at most %d rows can be asked at a time but"
                  + " were %d; build the service with a larger batch size")
              .formatted(batchSize, rows));
    }
  }

  /** Questions about points are answered each by itself. */
  void requireIndependentRows() {
    for (Node node : graph.nodes()) {
      if (!node.operation().rowsIndependent()) {
        throw new IllegalArgumentException(
            ("layer %s normalises with the statistics of the batch, so that the rows of a batch"
                    + " depend on one another; ask a BatchQuery about the batch as a whole")
                .formatted(node.name()));
      }
    }
  }

  /**
   * Cuts rows into engine calls. The cut depends on nothing but the number of rows, so results do
   * not depend on threads.
   */
  List<Piece> pieces(int rows) {
    return pieces(rows, rows);
  }

  private List<Piece> pieces(int rows, int most) {
    List<Piece> pieces = new ArrayList<>();
    for (int from = 0; from < rows; ) {
      int to = from + nextCall(Math.min(most, rows - from));
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

  synchronized void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the gradient service is closed");
    }
  }

  Lane lease() {
    return lease(lanes);
  }

  private Lane lease(Lanes of) {
    return of.lease(nextCall(batchSize), nativeThreads, turns);
  }

  void giveBack(Lane lane) {
    lanes.giveBack(lane);
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      workers.close();
      behind.values().forEach(ServiceCore::close);
      upTo.values().forEach(ServiceCore::close);
      ruled.values().forEach(Ruled::closeWhenUnused);
      lanes.close();
    }
  }

  @FunctionalInterface
  interface BatchWork {
    void run(Lane lane, int from, int to);
  }

  @FunctionalInterface
  interface RuledWork {
    void run(RuledPass pass, int from, int to);
  }

  /** Rows that one engine call takes. */
  record Piece(int from, int to) {}

  @FunctionalInterface
  interface PieceWork {
    void run(int index, Piece piece);
  }
}
