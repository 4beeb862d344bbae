package io.sextant.explainers;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The integral of one example's gradients along a path, fed point by point. */
abstract class PathIntegral implements GradientQueue.Job {
  private final Line line;
  private final BiConsumer<PathIntegral, double[]> finished;
  private double fInput;
  private double fBaseline;
  private int asked;
  private int answered;

  /**
   * What is integrated.
   *
   * @param example the example's id
   * @param label the class that is explained
   * @param path the curve
   * @param baseline its start
   * @param input its end
   */
  record Line(long example, int label, Path path, double[] baseline, double[] input) {}

  private PathIntegral(
      Line line, double fInput, double fBaseline, BiConsumer<PathIntegral, double[]> finished) {
    this.line = line;
    this.fInput = fInput;
    this.fBaseline = fBaseline;
    this.finished = finished;
  }

  /** Whether the node with this number can be asked for now. */
  abstract boolean wants(int node);

  /** The position of the node with this number. */
  abstract double position(int node);

  /** Takes gradient times velocity at a node; numbers come in order. */
  abstract void take(int node, double[] integrand);

  @Override
  public final int label() {
    return line.label();
  }

  @Override
  public final double @Nullable [] next() {
    return wants(asked)
        ? line.path().point(line.baseline(), line.input(), position(asked++))
        : null;
  }

  @Override
  public final void answer(double value, double[] gradient, double[] logits) {
    Classes.requireFinite(value, line.example());
    Classes.requireFinite(gradient, line.example());
    int node = answered++;
    double position = position(node);
    if (position == 0) {
      fBaseline = value;
    }
    if (position == 1) {
      fInput = value;
    }
    double[] integrand = line.path().velocity(line.baseline(), line.input(), position);
    for (int i = 0; i < integrand.length; i++) {
      integrand[i] *= gradient[i];
    }
    take(node, integrand);
  }

  final void finish(double[] attribution) {
    finished.accept(this, attribution);
  }

  /** The example's id. */
  final long example() {
    return line.example();
  }

  /** Number of nodes answered so far. */
  final int nodes() {
    return answered;
  }

  /** The output at the end of the path. */
  final double fInput() {
    return fInput;
  }

  /** The output at the start of the path. */
  final double fBaseline() {
    return fBaseline;
  }

  /** A rule whose nodes are known beforehand. */
  static final class Fixed extends PathIntegral {
    private final double[] nodes;
    private final double[] weights;
    private final double[] sum;

    /** The outputs at the ends need not be known when both ends are among the nodes. */
    Fixed(
        Line line,
        double[] nodes,
        double[] weights,
        double fInput,
        double fBaseline,
        BiConsumer<PathIntegral, double[]> finished) {
      super(line, fInput, fBaseline, finished);
      this.nodes = nodes;
      this.weights = weights;
      this.sum = new double[line.input().length];
    }

    @Override
    boolean wants(int node) {
      return node < nodes.length;
    }

    @Override
    double position(int node) {
      return nodes[node];
    }

    @Override
    void take(int node, double[] integrand) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += weights[node] * integrand[i];
      }
      if (node == nodes.length - 1) {
        finish(sum);
      }
    }
  }

  /**
   * The Simpson rule on nested grids. Node 0 is the start, node 1 the end; the nodes from n/2 + 1
   * to n are the middles that make a grid of n intervals from one of n/2.
   */
  static final class Nested extends PathIntegral {
    private static final int FIRST_JUDGED = 4;
    // The change overstates the error that is left, as the finer grid has halved it or better.
    private static final double CHANGE_PER_TOLERANCE = 5;

    private final Quadrature.Adaptive rule;
    private final double[] trapezoid;
    private final double[] simpson;
    private final double[] fresh;
    private int allowed = FIRST_JUDGED;

    Nested(Line line, Quadrature.Adaptive rule, BiConsumer<PathIntegral, double[]> finished) {
      super(line, 0, 0, finished);
      this.rule = rule;
      this.trapezoid = new double[line.input().length];
      this.simpson = new double[trapezoid.length];
      this.fresh = new double[trapezoid.length];
    }

    @Override
    boolean wants(int node) {
      return node <= allowed;
    }

    @Override
    double position(int node) {
      if (node < 2) {
        return node;
      }
      int half = Integer.highestOneBit(node - 1);
      return (2.0 * (node - 1 - half) + 1) / (2.0 * half);
    }

    @Override
    void take(int node, double[] integrand) {
      for (int i = 0; i < fresh.length; i++) {
        fresh[i] += integrand[i];
      }
      if (Integer.bitCount(node) == 1) {
        finishGrid(node);
      }
    }

    private void finishGrid(int intervals) {
      double change = 0;
      double norm = 0;
      double sum = 0;
      for (int i = 0; i < fresh.length; i++) {
        // The two ends make the first grid, with half the weight each.
        double finer = intervals == 1 ? fresh[i] / 2 : trapezoid[i] / 2 + fresh[i] / intervals;
        double extrapolated = intervals == 1 ? finer : (4 * finer - trapezoid[i]) / 3;
        change += Math.abs(extrapolated - simpson[i]);
        norm += Math.abs(extrapolated);
        sum += extrapolated;
        trapezoid[i] = finer;
        simpson[i] = extrapolated;
        fresh[i] = 0;
      }
      if (intervals < FIRST_JUDGED) {
        return;
      }
      boolean adds = rule.accepts(sum - (fInput() - fBaseline()), fInput(), fBaseline());
      boolean stands = change <= CHANGE_PER_TOLERANCE * rule.tolerance() * norm;
      if ((adds && stands) || 2L * intervals + 1 > rule.maxNodes()) {
        finish(simpson);
      } else {
        allowed = 2 * intervals;
      }
    }
  }
}
