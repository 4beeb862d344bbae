package io.sextant.explainers.players;

import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Summands;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The beginning of a network up to a layer whose values are sums of functions of few players each.
 * Its activation for any coalition follows from those for the coalitions within such a few, the
 * parts:
 *
 * <pre>
 * h(S) = sum over J of c_J h(S and J),   c_J = 1 - sum of c_K over K that J is a part of
 * </pre>
 *
 * <p>over the parts and what they have in common. A function of the players in T alone is in the
 * terms whose J has all of T, and their factors add up to 1.
 */
final class Front {
  /** At more parts it would cost more to add them up than to run most layers. */
  private static final int MOST_PARTS = 64;

  /** Additions for each value of the input: less than any layer does with it. */
  private static final int PER_VALUE = 8;

  /** Numbers that are kept: 8 MiB. */
  private static final long MOST_KEPT = 1 << 20;

  /** Of all coalitions, the part that may be asked about from the beginning. */
  private static final int SHARE = 4;

  private final String layer;
  private final int width;
  private final int[] parts;
  private final int[] factors;
  private final int[] coalitions;

  private Front(String layer, int width, List<Integer> parts, int[] factors, int[] coalitions) {
    int[] counted = IntStream.range(0, factors.length).filter(j -> factors[j] != 0).toArray();
    this.layer = layer;
    this.width = width;
    this.parts = IntStream.of(counted).map(parts::get).toArray();
    this.factors = IntStream.of(counted).map(j -> factors[j]).toArray();
    this.coalitions = coalitions;
  }

  /** The longest beginning that is worth it; empty where none is. */
  static Optional<Front> of(Game game) {
    InferenceGraph graph = game.x().graph();
    List<Summands> cuts = Summands.of(graph, game.groups());
    int inputs = graph.input().shape().elements();
    for (int at = cuts.size() - 1; at > 0; at--) {
      Optional<Front> front = of(cuts.get(at), game.size(), inputs);
      if (front.isPresent()) {
        return front;
      }
    }
    return Optional.empty();
  }

  private static Optional<Front> of(Summands layer, int players, int inputs) {
    int width = layer.layer().shape().elements();
    Optional<List<Integer>> closed = closed(layer.groups());
    if (closed.isEmpty()) {
      return Optional.empty();
    }
    List<Integer> parts = closed.get();
    if (1L << Integer.bitCount(parts.get(0)) > (1 << players) / SHARE) {
      return Optional.empty();
    }
    BitSet within = within(parts, players);
    int asked = within.cardinality();
    if (asked > (1 << players) / SHARE
        || asked * (long) width > MOST_KEPT
        || parts.size() * (long) width > PER_VALUE * (long) inputs) {
      return Optional.empty();
    }
    return Optional.of(
        new Front(layer.layer().name(), width, parts, factors(parts), within.stream().toArray()));
  }

  /** The sets and what any of them have in common, the largest first; empty where too many. */
  private static Optional<List<Integer>> closed(Set<Long> sets) {
    Set<Integer> closed = new LinkedHashSet<>();
    for (long set : sets) {
      Set<Integer> common = new LinkedHashSet<>(Set.of((int) set));
      closed.forEach(other -> common.add(other & (int) set));
      closed.addAll(common);
      if (closed.size() > MOST_PARTS) {
        return Optional.empty();
      }
    }
    List<Integer> parts = new ArrayList<>(closed);
    parts.sort(Comparator.<Integer>comparingInt(Integer::bitCount).reversed());
    return Optional.of(parts);
  }

  private static int[] factors(List<Integer> parts) {
    int[] factors = new int[parts.size()];
    for (int j = 0; j < factors.length; j++) {
      factors[j] = 1;
      for (int k = 0; k < j; k++) {
        if ((parts.get(j) & ~parts.get(k)) == 0) {
          factors[j] -= factors[k];
        }
      }
    }
    return factors;
  }

  private static BitSet within(List<Integer> parts, int players) {
    BitSet within = new BitSet(1 << players);
    for (int part : parts) {
      // All subsets, from the whole down.
      for (int subset = part; subset > 0; subset = (subset - 1) & part) {
        within.set(subset);
      }
    }
    within.set(0);
    return within;
  }

  /** The layer at its end. */
  String layer() {
    return layer;
  }

  /** Those within a part, by the bits of their members; nobody is the first. */
  int[] coalitions() {
    return coalitions.clone();
  }

  /**
   * The layer's activation.
   *
   * @param coalition the bits of its members
   * @param known what it is for the {@link #coalitions()}
   */
  double[] activation(int coalition, double[][] known) {
    double[] sum = new double[width];
    for (int j = 0; j < parts.length; j++) {
      double[] part = known[coalition & parts[j]];
      int factor = factors[j];
      for (int i = 0; i < width; i++) {
        sum[i] += factor * part[i];
      }
    }
    return sum;
  }
}
