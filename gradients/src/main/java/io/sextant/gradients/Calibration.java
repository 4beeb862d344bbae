package io.sextant.gradients;

import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
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

  /** Multiplications of one forward pass of one example, about: those that products are made of. */
  static long multiplications(InferenceGraph graph) {
    return graph.nodes().stream().mapToLong(node -> multiplications(graph, node)).sum();
  }

  private static long multiplications(InferenceGraph graph, Node node) {
    Operation operation = node.operation();
    if (operation instanceof Operation.MatrixProduct product) {
      Shape first = graph.nodes().get(node.inputs().get(0)).shape();
      int along = first.size(first.rank() - (product.firstTransposed() ? 2 : 1));
      return (long) node.shape().elements() * along;
    }
    return weights(operation) * times(graph, node);
  }

  private static long weights(Operation operation) {
    return operation instanceof Operation.Constant
        ? 0
        : operation.parameters().stream().mapToLong(p -> p.shape().elements()).sum();
  }

  /** How often each weight is used. */
  private static long times(InferenceGraph graph, Node node) {
    if (node.operation() instanceof Operation.Affine affine) {
      return node.shape().elements() / affine.weights().shape().size(1);
    }
    if (node.operation() instanceof Operation.Recurrent) {
      return node.shape().size(0);
    }
    if (node.operation() instanceof Operation.TransposedConvolution) {
      return graph.nodes().get(node.inputs().get(0)).shape().positions();
    }
    return node.shape().positions();
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
