package io.sextant.explainers;

import io.sextant.gradients.Reply;
import io.sextant.gradients.Step;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * The Simpson rule on intervals that are halved where the error is. A leaf has nodes at its ends
 * and its middle; halving it adds two nodes and wastes none.
 *
 * <p>Nodes that agree prove nothing about what lies between them: a network may rise and fall
 * there, and end where it began. So a wide leaf is not believed before a node off the grid agrees
 * with it too, and a leaf without any gradient is looked at much closer.
 */
final class Refinement {
  // Simpson minus trapezoid overstates what is left of Simpson's own error about tenfold.
  private static final double CHANGE_PER_TOLERANCE = 10;
  private static final double WIDEST = 0.25;
  private static final double WIDEST_WITHOUT_GRADIENT = 1.0 / 64;
  private static final double PROBED_FROM = 0.125;
  // The golden section: no sum of halves comes near it.
  private static final double OFF_GRID = (3 - Math.sqrt(5)) / 2;

  private final Explained x;
  private final Path path;
  private final double[] baseline;
  private final Quadrature.Adaptive rule;
  private final List<Double> positions = new ArrayList<>(List.of(0.0, 0.25, 0.5, 0.75, 1.0));
  private final List<Double> values = new ArrayList<>();
  private final List<double[]> integrands = new ArrayList<>();
  private final List<Interval> asked = new ArrayList<>();
  private final List<Probe> probes = new ArrayList<>();
  private final List<Leaf> leaves = new ArrayList<>();
  private double[] attribution = new double[0];
  // Whether the path leads anywhere: an input equal to its baseline has nothing to attribute.
  private boolean moves;
  // Whether the rule ended because all that it looks at agreed, not because nodes were spent.
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
  private record Leaf(Interval at, double residual, double change, boolean blank, boolean probed) {}

  /** A node off the grid, inside a leaf. */
  private record Probe(Leaf leaf, int node) {}

  Refinement(Explained x, Path path, double[] baseline, Quadrature.Adaptive rule) {
    this.x = x;
    this.path = path;
    this.baseline = baseline;
    this.rule = rule;
    asked.add(new Interval(0, 1, 2));
    asked.add(new Interval(2, 3, 4));
  }

  /** Asks at all nodes that nobody has asked at, and judges; again, until there are no more. */
  Step<PathIntegral> integral() {
    int from = integrands.size();
    int count = positions.size() - from;
    return Step.<Reply.Gradient, Boolean>all(
            count,
            count,
            k -> x.gradient(path.point(baseline, x.input(), positions.get(from + k))),
            (k, at) -> take(from + k, at),
            this::judge)
        .then(more -> more ? integral() : Step.done(result()));
  }

  private PathIntegral result() {
    return new PathIntegral(
        attribution, fBaseline(), fInput(), positions.size(), Optional.of(settled));
  }

  private double fBaseline() {
    return values.get(0);
  }

  private double fInput() {
    return values.get(4);
  }

  private void take(int node, Reply.Gradient at) {
    double[] integrand = path.velocity(baseline, x.input(), positions.get(node));
    for (int i = 0; i < integrand.length; i++) {
      moves |= integrand[i] != 0;
      integrand[i] *= at.gradient()[i];
    }
    values.add(at.value());
    integrands.add(integrand);
  }

  /** Looks at what the nodes say, and chooses further ones; false when there are none. */
  private boolean judge() {
    asked.forEach(interval -> leaves.add(leaf(interval)));
    asked.clear();
    probes.forEach(probe -> leaves.set(leaves.indexOf(probe.leaf()), probed(probe)));
    probes.clear();
    int known = positions.size();
    refine();
    return positions.size() > known;
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

  private void refine() {
    leaves.sort(Comparator.comparingDouble(leaf -> positions.get(leaf.at().start())));
    attribution = simpson();
    if (!moves) {
      settled = true;
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
      halve(worst(gapAllowed, changeAllowed), affordable);
      return;
    }
    List<Leaf> coarse = leaves.stream().filter(this::isCoarse).toList();
    List<Leaf> unprobed =
        leaves.stream().filter(leaf -> !leaf.probed() && width(leaf.at()) >= PROBED_FROM).toList();
    if (!coarse.isEmpty()) {
      halve(coarse, affordable);
    } else if (unprobed.isEmpty()) {
      // Where no gradient was seen anywhere, none was measured.
      settled = !leaves.stream().allMatch(Leaf::blank);
    } else if (affordable >= unprobed.size()) {
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
  private void halve(List<Leaf> candidates, int affordable) {
    if (affordable < 2) {
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
