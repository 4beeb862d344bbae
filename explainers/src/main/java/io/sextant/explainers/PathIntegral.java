package io.sextant.explainers;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The integral of one example's gradients along a path, fed point by point. */
abstract class PathIntegral implements GradientQueue.Job {
  private final Line line;
  private final BiConsumer<PathIntegral, double[]> finished;
  private double fInput;
  private double fBaseline;
  private int asked;
  private int answered;
  private boolean moves;

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

  /**
   * Takes what is known at a node; numbers come in order.
   *
   * @param value the output there
   * @param integrand gradient times velocity, the callee's to keep
   */
  abstract void take(int node, double value, double[] integrand);

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
      moves |= integrand[i] != 0;
      integrand[i] *= gradient[i];
    }
    take(node, value, integrand);
  }

  final void finish(double[] attribution) {
    finished.accept(this, attribution);
  }

  /** Whether the path leads anywhere: an input equal to its baseline has nothing to attribute. */
  final boolean moves() {
    return moves;
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
    void take(int node, double value, double[] integrand) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += weights[node] * integrand[i];
      }
      if (node == nodes.length - 1) {
        finish(sum);
      }
    }
  }

  /**
   * The Simpson rule on intervals that are halved where the error is. A leaf has nodes at its ends
   * and its middle; halving it adds two nodes and wastes none.
   *
   * <p>Nodes that agree prove nothing about what lies between them: a network may rise and fall
   * there, and end where it began. So a wide leaf is not believed before a node off the grid agrees
   * with it too, and a leaf without any gradient is looked at much closer.
   */
  static final class Refined extends PathIntegral {
    // Simpson minus trapezoid overstates what is left of Simpson's own error about tenfold.
    private static final double CHANGE_PER_TOLERANCE = 10;
    private static final double WIDEST = 0.25;
    private static final double WIDEST_WITHOUT_GRADIENT = 1.0 / 64;
    private static final double PROBED_FROM = 0.125;
    // The golden section: no sum of halves comes near it.
    private static final double OFF_GRID = (3 - Math.sqrt(5)) / 2;

    private final Quadrature.Adaptive rule;
    private final List<Double> positions = new ArrayList<>(List.of(0.0, 0.25, 0.5, 0.75, 1.0));
    private final List<Double> values = new ArrayList<>();
    private final List<double[]> integrands = new ArrayList<>();
    private final List<Interval> asked = new ArrayList<>();
    private final List<Probe> probes = new ArrayList<>();
    private final List<Leaf> leaves = new ArrayList<>();
    private boolean settled;

    /** Numbers of the nodes at the start, the middle and the end. */
    private record Interval(int start, int middle, int end) {}

    /**
     * An interval with what its nodes say.
     *
     * @param residual how far its integral is from the difference of the outputs at its ends
     * @param change the L1 distance of its Simpson value from its trapezoid value
     * @param blank whether the gradient was 0 at each of its nodes
     * @param probed whether a node off the grid was asked
     */
    private record Leaf(
        Interval at, double residual, double change, boolean blank, boolean probed) {}

    /** A node off the grid, inside a leaf. */
    private record Probe(Leaf leaf, int node) {}

    Refined(Line line, Quadrature.Adaptive rule, BiConsumer<PathIntegral, double[]> finished) {
      super(line, 0, 0, finished);
      this.rule = rule;
      asked.add(new Interval(0, 1, 2));
      asked.add(new Interval(2, 3, 4));
    }

    @Override
    boolean wants(int node) {
      return node < positions.size();
    }

    @Override
    double position(int node) {
      return positions.get(node);
    }

    /** Whether the rule ended because all that it looks at agreed, not because nodes were spent. */
    boolean settled() {
      return settled;
    }

    @Override
    void take(int node, double value, double[] integrand) {
      values.add(value);
      integrands.add(integrand);
      if (node == positions.size() - 1) {
        asked.forEach(interval -> leaves.add(leaf(interval)));
        asked.clear();
        probes.forEach(probe -> leaves.set(leaves.indexOf(probe.leaf()), probed(probe)));
        probes.clear();
        judge();
      }
    }

    private double width(Interval interval) {
      return positions.get(interval.end()) - positions.get(interval.start());
    }

    private Leaf leaf(Interval interval) {
      double[] start = integrands.get(interval.start());
      double[] middle = integrands.get(interval.middle());
      double[] end = integrands.get(interval.end());
      double sum = 0;
      double change = 0;
      boolean blank = true;
      for (int i = 0; i < start.length; i++) {
        sum += start[i] + 4 * middle[i] + end[i];
        change += Math.abs(2 * middle[i] - start[i] - end[i]);
        blank &= start[i] == 0 && middle[i] == 0 && end[i] == 0;
      }
      double width = width(interval);
      double difference = values.get(interval.end()) - values.get(interval.start());
      return new Leaf(
          interval, Math.abs(width / 6 * sum - difference), width / 3 * change, blank, false);
    }

    /** A leaf with what a node off the grid adds to its errors. */
    private Leaf probed(Probe probe) {
      Leaf leaf = probe.leaf();
      Interval at = leaf.at();
      double[] start = integrands.get(at.start());
      double[] middle = integrands.get(at.middle());
      double[] end = integrands.get(at.end());
      double[] there = integrands.get(probe.node());
      double t = OFF_GRID;
      // The parabola through the leaf's nodes, at t and integrated up to t.
      double ofStart = (1 - t) * (1 - 2 * t);
      double ofMiddle = 4 * t * (1 - t);
      double ofEnd = t * (2 * t - 1);
      double upToStart = t * (1 + t * (-3.0 / 2 + t * 2 / 3));
      double upToMiddle = t * t * (2 - t * 4 / 3);
      double upToEnd = t * t * (-1.0 / 2 + t * 2 / 3);
      double sum = 0;
      double change = 0;
      boolean blank = leaf.blank();
      for (int i = 0; i < there.length; i++) {
        sum += upToStart * start[i] + upToMiddle * middle[i] + upToEnd * end[i];
        change += Math.abs(ofStart * start[i] + ofMiddle * middle[i] + ofEnd * end[i] - there[i]);
        blank &= there[i] == 0;
      }
      double width = width(at);
      double difference = values.get(probe.node()) - values.get(at.start());
      return new Leaf(
          at,
          Math.max(leaf.residual(), Math.abs(width * sum - difference)),
          Math.max(leaf.change(), width * change),
          blank,
          true);
    }

    private void judge() {
      leaves.sort(Comparator.comparingDouble(leaf -> positions.get(leaf.at().start())));
      double[] attribution = simpson();
      if (!moves()) {
        settled = true;
        finish(attribution);
        return;
      }
      double sum = 0;
      double norm = 0;
      for (double value : attribution) {
        sum += value;
        norm += Math.abs(value);
      }
      double gapAllowed = rule.allowance(fInput(), fBaseline());
      double residual = leaves.stream().mapToDouble(Leaf::residual).sum();
      double residualAllowed = Math.max(gapAllowed, rule.tolerance() * norm);
      double change = leaves.stream().mapToDouble(Leaf::change).sum();
      double changeAllowed = CHANGE_PER_TOLERANCE * rule.tolerance() * norm;
      boolean adds =
          rule.accepts(sum - (fInput() - fBaseline()), fInput(), fBaseline())
              && residual <= residualAllowed;
      int affordable = rule.maxNodes() - positions.size();
      if (!adds || change > changeAllowed) {
        refine(attribution, worst(gapAllowed, changeAllowed), affordable);
        return;
      }
      List<Leaf> coarse = leaves.stream().filter(this::isCoarse).toList();
      List<Leaf> unprobed =
          leaves.stream()
              .filter(leaf -> !leaf.probed() && width(leaf.at()) >= PROBED_FROM)
              .toList();
      if (!coarse.isEmpty()) {
        refine(attribution, coarse, affordable);
      } else if (unprobed.isEmpty()) {
        // Where no gradient was seen anywhere, none was measured.
        settled = !leaves.stream().allMatch(Leaf::blank);
        finish(attribution);
      } else if (affordable < unprobed.size()) {
        finish(attribution);
      } else {
        for (Leaf leaf : unprobed) {
          positions.add(positions.get(leaf.at().start()) + OFF_GRID * width(leaf.at()));
          probes.add(new Probe(leaf, positions.size() - 1));
        }
      }
    }

    private boolean isCoarse(Leaf leaf) {
      return width(leaf.at()) > (leaf.blank() ? WIDEST_WITHOUT_GRADIENT : WIDEST);
    }

    private double[] simpson() {
      double[] sum = new double[integrands.get(0).length];
      for (Leaf leaf : leaves) {
        double sixth = width(leaf.at()) / 6;
        double[] start = integrands.get(leaf.at().start());
        double[] middle = integrands.get(leaf.at().middle());
        double[] end = integrands.get(leaf.at().end());
        for (int i = 0; i < sum.length; i++) {
          sum[i] += sixth * (start[i] + 4 * middle[i] + end[i]);
        }
      }
      return sum;
    }

    /** The leaves whose error is at least the mean, the worst first. */
    private List<Leaf> worst(double gapAllowed, double changeAllowed) {
      ToDoubleFunction<Leaf> error =
          leaf ->
              Math.max(
                  leaf.residual() / gapAllowed,
                  leaf.change() / Math.max(changeAllowed, Double.MIN_NORMAL));
      double mean = leaves.stream().mapToDouble(error).average().orElse(0);
      List<Leaf> worst =
          leaves.stream()
              .filter(leaf -> error.applyAsDouble(leaf) >= mean)
              .sorted(Comparator.comparingDouble(error).reversed())
              .toList();
      // Rounding can put the mean of equal errors above all of them.
      return worst.isEmpty() ? List.of(leaves.get(0)) : worst;
    }

    /** Halves leaves, the first ones first, as far as affordable; ends when nothing is. */
    private void refine(double[] attribution, List<Leaf> candidates, int affordable) {
      if (affordable < 2) {
        finish(attribution);
        return;
      }
      List<Leaf> halved = candidates.stream().limit(affordable / 2).toList();
      for (Leaf leaf : halved) {
        Interval at = leaf.at();
        int left = halfway(at.start(), at.middle());
        int right = halfway(at.middle(), at.end());
        asked.add(new Interval(at.start(), left, at.middle()));
        asked.add(new Interval(at.middle(), right, at.end()));
      }
      leaves.removeAll(Set.copyOf(halved));
    }

    private int halfway(int start, int end) {
      positions.add((positions.get(start) + positions.get(end)) / 2);
      return positions.size() - 1;
    }
  }
}
