package io.sextant.gradients;

import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Parameter;
import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;

/** A short measurement, made when a service is built, of how work is best spread. */
final class Calibration {
  /** Multiplications in a batch below which a measurement is not worth its time. */
  static final long WORTH_A_LOOK = 50_000_000;

  /** What must be gained before fewer, wider workers are taken: less is noise. */
  static final double CLEARLY = 0.9;

  private static final int REPETITIONS = 3;

  private final double[][] rows;
  private final double[] cotangent;

  Calibration(InferenceGraph graph, int count) {
    RandomGenerator random = RandomKey.of(0).random();
    this.rows = new double[count][graph.input().shape().elements()];
    for (double[] row : rows) {
      Arrays.setAll(row, i -> random.nextDouble());
    }
    this.cotangent = new double[graph.output().shape().elements()];
    Arrays.fill(cotangent, 1);
  }

  /** Multiplications of one forward pass of one example, about: each weight, at each position. */
  static long multiplications(InferenceGraph graph) {
    long total = 0;
    for (Node node : graph.nodes()) {
      for (Parameter parameter : node.operation().parameters()) {
        total += (long) parameter.shape().elements() * node.shape().positions();
      }
    }
    return total;
  }

  /**
   * What a way to spread work gave.
   *
   * @param seconds the shortest time of a few runs
   * @param gradients of the rows
   */
  record Outcome(double seconds, double[][] gradients) {
    /** Clearly faster than another way, and equal to it in every bit. */
    boolean betterThan(Outcome other) {
      return seconds < CLEARLY * other.seconds && Arrays.deepEquals(gradients, other.gradients);
    }
  }

  /** Forward and pullback of all rows, some times; the first, which compiles, is not timed. */
  Outcome outcome(BiConsumer<Integer, ServiceCore.BatchWork> service) {
    double[][] gradients = new double[rows.length][];
    double best = Double.POSITIVE_INFINITY;
    for (int i = 0; i <= REPETITIONS; i++) {
      long start = System.nanoTime();
      service.accept(rows.length, (lane, from, to) -> gradients(lane, from, to, gradients));
      if (i > 0) {
        best = Math.min(best, (System.nanoTime() - start) / 1e9);
      }
    }
    return new Outcome(best, gradients);
  }

  private void gradients(Lane lane, int from, int to, double[][] into) {
    lane.record(rows, from, to);
    for (int row = from; row < to; row++) {
      lane.cotangent().write(row - from, cotangent);
    }
    lane.pullback(0, into, from, to);
  }
}
