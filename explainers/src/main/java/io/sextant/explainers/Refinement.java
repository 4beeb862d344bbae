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
 * Intervals that are halved where the error is. A leaf has nodes at its ends and its middle, and is
 * integrated by the Simpson or the trapezoid rule on them, whichever comes nearer to the outputs
 * there; halving it adds two nodes and wastes none. Few leaves are halved at a time, the worst
 * ones, as a node spent where the error is small is a gradient wasted.
 *
 * <p>Nodes that agree prove nothing about what lies between them: a network may rise and fall
 * there, and end where it began. So a wide leaf is not believed before the output off the grid
 * agrees with it too, which takes a forward pass, and a leaf without any gradient is looked at much
 * closer.
 */
final class Refinement {
  // Of the square root of the tolerance, and of the attribution's L1 norm.
  private static final double RESIDUAL = 0.2;
  private static final double WIDEST = 0.25;
  private static final double WIDEST_WITHOUT_GRADIENT = 1.0 / 64;
  private static final double PROBED_FROM = 0.125;
  // The golden section: no sum of halves comes near it.
  private static final double OFF_GRID = (3 - Math.sqrt(5)) / 2;
  // One kink in a leaf often gives both rules the same residual, which rounding must not decide.
  private static final double TIE = 1 - 1e-6;
  // One leaf of so many is halved at a time.
  private static final int ONE_OF = 16;

  private final Explained x;
  private final Path path;
  private final double[] baseline;
  private final Quadrature.Adaptive rule;
  private final List<Double> positions = new ArrayList<>(List.of(0.0, 0.25, 0.5, 0.75, 1.0));
  private final List<Double> values = new ArrayList<>();
  private final List<double[]> integrands = new ArrayList<>();
  private final List<Interval> asked = new ArrayList<>();
  private final List<Leaf> probes = new ArrayList<>();
  private final List<Leaf> leaves = new ArrayList<>();
  private double[] attribution = new double[0];
  // Whether the path leads anywhere: an input equal to its baseline has nothing to attribute.
  private boolean moves;
  // Whether the rule ended because all that it looks at agreed, not because nodes were spent.
  private boolean settled;

  /** Numbers of the nodes at the start, the middle and the end. */
  private record Interval(int start, int middle, int end) {}

  /**
   * What each node of a leaf counts, in parts of the leaf's width.
   *
   * @param middle of the node in the middle; the other two share the rest
   */
  private record Weights(double middle) {
    private static final Weights SIMPSON = new Weights(2.0 / 3);
    private static final Weights TRAPEZOID = new Weights(0.5);

    double end() {
      return (1 - middle) / 2;
    }
  }

  /**
   * An interval with what its nodes say.
   *
   * @param residual how far the integrals over its halves are from the differences of the outputs
   * @param change the L1 distance of its Simpson value from the trapezoid value on its ends
   * @param blank whether the gradient was 0 at each of its nodes
   * @param probed whether the output off the grid was asked for
   */
  private record Leaf(
      Interval at,
      Weights weights,
      double residual,
      double change,
      boolean blank,
      boolean probed) {}

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
            k -> x.gradient(point(positions.get(from + k))),
            (k, at) -> take(from + k, at),
            this::judge)
        .then(unsure -> unsure ? probed() : goOn());
  }

  private Step<PathIntegral> goOn() {
    return asked.isEmpty() ? Step.done(result()) : integral();
  }

  /** Asks for the outputs inside the leaves that are to be probed, and judges. */
  private Step<PathIntegral> probed() {
    List<Leaf> unsure = List.copyOf(probes);
    probes.clear();
    return Step.<Double, Boolean>all(
            unsure.size(),
            unsure.size(),
            k ->
                x.value(
                    point(
                        positions.get(unsure.get(k).at().start())
                            + OFF_GRID * width(unsure.get(k).at())),
                    Step::done),
            (k, output) -> leaves.set(leaves.indexOf(unsure.get(k)), probed(unsure.get(k), output)),
            this::judge)
        .then(more -> more ? probed() : goOn());
  }

  private double[] point(double position) {
    return path.point(baseline, x.input(), position);
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

  /** Looks at what is known, and chooses what to ask next; true when leaves are to be probed. */
  private boolean judge() {
    asked.forEach(interval -> leaves.add(leaf(interval)));
    asked.clear();
    refine();
    return !probes.isEmpty();
  }

  private double width(Interval interval) {
    return positions.get(interval.end()) - positions.get(interval.start());
  }

  private Leaf leaf(Interval at) {
    double[] start = integrands.get(at.start());
    double[] middle = integrands.get(at.middle());
    double[] end = integrands.get(at.end());
    double ofStart = 0;
    double ofMiddle = 0;
    double ofEnd = 0;
    double change = 0;
    boolean blank = true;
    for (int i = 0; i < start.length; i++) {
      ofStart += start[i];
      ofMiddle += middle[i];
      ofEnd += end[i];
      change += Math.abs(2 * middle[i] - start[i] - end[i]);
      blank &= start[i] == 0 && middle[i] == 0 && end[i] == 0;
    }
    double width = width(at);
    double left = values.get(at.middle()) - values.get(at.start());
    double right = values.get(at.end()) - values.get(at.middle());
    // Half of the parabola through the three nodes, and half of the trapezoids.
    double simpson =
        Math.abs(width / 24 * (5 * ofStart + 8 * ofMiddle - ofEnd) - left)
            + Math.abs(width / 24 * (5 * ofEnd + 8 * ofMiddle - ofStart) - right);
    double trapezoid =
        Math.abs(width / 4 * (ofStart + ofMiddle) - left)
            + Math.abs(width / 4 * (ofMiddle + ofEnd) - right);
    return new Leaf(
        at,
        simpson < TIE * trapezoid ? Weights.SIMPSON : Weights.TRAPEZOID,
        Math.min(simpson, trapezoid),
        width / 3 * change,
        blank,
        false);
  }

  /** A leaf with what the output off the grid adds to its residual. */
  private Leaf probed(Leaf leaf, double output) {
    Interval at = leaf.at();
    double t = OFF_GRID;
    // The parabola through the leaf's nodes, integrated up to t.
    double upToStart = t * (1 + t * (-3.0 / 2 + t * 2 / 3));
    double upToMiddle = t * t * (2 - t * 4 / 3);
    double upToEnd = t * t * (-1.0 / 2 + t * 2 / 3);
    double sum = 0;
    for (int i = 0; i < attribution.length; i++) {
      sum +=
          upToStart * integrands.get(at.start())[i]
              + upToMiddle * integrands.get(at.middle())[i]
              + upToEnd * integrands.get(at.end())[i];
    }
    double residual = Math.abs(width(at) * sum - (output - values.get(at.start())));
    return new Leaf(
        at, leaf.weights(), Math.max(leaf.residual(), residual), leaf.change(), leaf.blank(), true);
  }

  private void refine() {
    leaves.sort(Comparator.comparingDouble(leaf -> positions.get(leaf.at().start())));
    attribution = sum();
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
    double residual = leaves.stream().mapToDouble(Leaf::residual).sum();
    double residualAllowed =
        Math.max(
            rule.allowance(fInput(), fBaseline()), RESIDUAL * Math.sqrt(rule.tolerance()) * norm);
    double change = leaves.stream().mapToDouble(Leaf::change).sum();
    List<Leaf> coarse = wider(false, WIDEST);
    List<Leaf> coarseWithoutGradient = wider(true, WIDEST_WITHOUT_GRADIENT);
    List<Leaf> unprobed =
        leaves.stream().filter(leaf -> !leaf.probed() && width(leaf.at()) >= PROBED_FROM).toList();
    if (!coarse.isEmpty()) {
      halve(coarse);
    } else if (!rule.accepts(sum - (fInput() - fBaseline()), fInput(), fBaseline())
        || residual > residualAllowed) {
      halve(worst(Leaf::residual));
    } else if (change > rule.change() * norm) {
      halve(worst(Leaf::change));
    } else if (!coarseWithoutGradient.isEmpty()) {
      halve(coarseWithoutGradient);
    } else if (unprobed.isEmpty()) {
      // Where no gradient was seen anywhere, none was measured.
      settled = !leaves.stream().allMatch(Leaf::blank);
    } else {
      probes.addAll(unprobed);
    }
  }

  private List<Leaf> wider(boolean blank, double limit) {
    return leaves.stream()
        .filter(leaf -> leaf.blank() == blank && width(leaf.at()) > limit)
        .toList();
  }

  private double[] sum() {
    double[] sum = new double[integrands.get(0).length];
    for (Leaf leaf : leaves) {
      double ends = width(leaf.at()) * leaf.weights().end();
      double inside = width(leaf.at()) * leaf.weights().middle();
      double[] start = integrands.get(leaf.at().start());
      double[] middle = integrands.get(leaf.at().middle());
      double[] end = integrands.get(leaf.at().end());
      for (int i = 0; i < sum.length; i++) {
        sum[i] += ends * (start[i] + end[i]) + inside * middle[i];
      }
    }
    return sum;
  }

  /** The leaves with the largest errors, the worst first. */
  private List<Leaf> worst(ToDoubleFunction<Leaf> error) {
    return leaves.stream()
        .sorted(Comparator.comparingDouble(error).reversed())
        .limit(Math.max(1, leaves.size() / ONE_OF))
        .toList();
  }

  /** Halves leaves, the first ones first, as far as nodes are left; ends when none are. */
  private void halve(List<Leaf> candidates) {
    List<Leaf> halved =
        candidates.stream().limit((rule.maxNodes() - positions.size()) / 2).toList();
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
