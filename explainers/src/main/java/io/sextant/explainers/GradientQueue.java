package io.sextant.explainers;

import io.sextant.gradients.Answer;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Objective;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Packs the points of many jobs into full batches. Jobs are started as room appears, so that memory
 * is bound by the batch and not by the number of points.
 */
final class GradientQueue {
  private final GradientService service;
  private final Objective objective;
  private final int mostOpen;

  GradientQueue(GradientService service, Objective objective) {
    this(service, objective, Integer.MAX_VALUE);
  }

  /** A queue that starts a job only while fewer than so many are open. */
  GradientQueue(GradientService service, Objective objective, int mostOpen) {
    if (!service.graph().rowsIndependent()) {
      throw new IllegalArgumentException(
          "an explainer needs a model whose rows are independent, but this one uses the statistics"
              + " of the batch; explain the model with stored statistics");
    }
    this.service = service;
    this.objective = objective;
    this.mostOpen = mostOpen;
  }

  /** The points of one example, one after another. */
  interface Job {
    /** The class that the objective is about. */
    int label();

    /** The next point, or null while (or since) there is none to ask for. */
    double @Nullable [] next();

    /** The answers, in the order of the points; the arrays are the job's. */
    void answer(double value, double[] gradient, double[] logits);
  }

  /** Number of points that keep every thread of a service busy with a full batch. */
  static int capacity(GradientService service) {
    return Math.multiplyExact(service.batchSize(), service.threads());
  }

  /**
   * Between batches is where work on many points can be given up.
   *
   * @throws CancellationException if the thread is interrupted, which it stays
   */
  static void stopWhenInterrupted() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("interrupted while explaining; nothing was explained");
    }
  }

  void run(Iterator<? extends Job> jobs) {
    int capacity = capacity(service);
    Deque<Job> ready = new ArrayDeque<>();
    List<Job> askers = new ArrayList<>(capacity);
    List<double[]> points = new ArrayList<>(capacity);
    while (true) {
      askers.clear();
      points.clear();
      int open = 0;
      while (points.size() < capacity) {
        if (ready.isEmpty()) {
          if (open >= mostOpen || !jobs.hasNext()) {
            break;
          }
          ready.add(jobs.next());
        }
        Job job = ready.getFirst();
        double[] point = job.next();
        if (point == null) {
          ready.removeFirst();
        } else {
          open += askers.isEmpty() || askers.get(askers.size() - 1) != job ? 1 : 0;
          askers.add(job);
          points.add(point);
        }
      }
      if (points.isEmpty()) {
        return;
      }
      stopWhenInterrupted();
      Answer answer =
          service.query(
              points.toArray(double[][]::new),
              askers.stream().mapToInt(Job::label).toArray(),
              objective);
      for (int i = 0; i < askers.size(); i++) {
        askers.get(i).answer(answer.values()[i], answer.gradients()[i], answer.logits()[i]);
      }
      // Jobs that waited for these answers go before new ones; a job's points are neighbours.
      for (int i = askers.size() - 1; i >= 0; i--) {
        if (ready.peekFirst() != askers.get(i)) {
          ready.addFirst(askers.get(i));
        }
      }
    }
  }
}
