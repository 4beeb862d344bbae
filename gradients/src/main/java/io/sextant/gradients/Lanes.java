package io.sextant.gradients;

import io.sextant.gradients.engine.Binding;
import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.engine.Program;
import io.sextant.gradients.graph.InferenceGraph;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Semaphore;

/** Places to run one program, each lent to one thread at a time. */
final class Lanes implements AutoCloseable {
  private final InferenceGraph graph;
  private final Program program;
  private final Precision precision;
  private final Queue<Lane> idle = new ArrayDeque<>();
  private int busy;
  private boolean closed;

  /**
   * @param program of the graph; closed with this
   */
  Lanes(InferenceGraph graph, Program program, Precision precision) {
    this.graph = graph;
    this.program = program;
    this.precision = precision;
  }

  /**
   * A lane that nobody else has.
   *
   * @param capacity most rows of a call, always the same until {@link #freeIdle}
   * @param turns as many as engine calls may run at a time
   */
  synchronized Lane lease(int capacity, int nativeThreads, Semaphore turns) {
    requireOpen();
    Lane lane = idle.poll();
    Lane leased =
        lane != null
            ? lane
            : new Lane(program.open(capacity, nativeThreads), graph, precision, capacity, turns);
    leased.bind(Binding.none());
    busy++;
    return leased;
  }

  synchronized void giveBack(Lane lane) {
    busy--;
    idle.add(lane);
    freeWhenUnused();
  }

  synchronized void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the gradient service is closed");
    }
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
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

  synchronized void freeIdle() {
    for (Lane lane = idle.poll(); lane != null; lane = idle.poll()) {
      lane.close();
    }
  }
}
