package io.sextant.attacks;

import io.sextant.gradients.Feature;
import io.sextant.gradients.InputDomain;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One category change: a feature that goes from 1 to 0, one that goes from 0 to 1, or both.
 *
 * @param off the feature set to 0, or {@link #NONE}
 * @param on the feature set to 1, or {@link #NONE}
 */
record Switch(int off, int on) {
  static final int NONE = -1;

  private record Gain(Switch change, double value) {}

  void apply(double[] row) {
    if (off != NONE) {
      row[off] = 0;
    }
    if (on != NONE) {
      row[on] = 1;
    }
  }

  /**
   * What an attacker may switch, as one list of alternatives per one-hot group and per binary
   * feature outside groups.
   */
  static List<List<Switch>> alternatives(InputDomain domain, double[] clean) {
    List<List<Switch>> alternatives = new ArrayList<>();
    BitSet grouped = new BitSet();
    for (InputDomain.OneHot group : domain.groups()) {
      group.members().forEach(grouped::set);
      int off = group.members().stream().filter(i -> clean[i] == 1).findFirst().orElseThrow();
      if (mayFall(domain.feature(off))) {
        alternatives.add(
            group.members().stream()
                .filter(on -> on != off && mayRise(domain.feature(on)))
                .map(on -> new Switch(off, on))
                .toList());
      }
    }
    IntStream.range(0, domain.size())
        .filter(i -> domain.feature(i).kind() == Feature.Kind.BINARY && !grouped.get(i))
        .forEach(
            i -> {
              Feature feature = domain.feature(i);
              if (clean[i] == 0 ? mayRise(feature) : mayFall(feature)) {
                alternatives.add(
                    List.of(clean[i] == 0 ? new Switch(NONE, i) : new Switch(i, NONE)));
              }
            });
    return alternatives;
  }

  /**
   * The changes that raise the loss most, to first order: the best of each list, of those the best
   * {@code limit}, and only where there is something to gain. Exact when the loss is linear.
   */
  static List<Switch> best(List<List<Switch>> alternatives, double[] gradient, int limit) {
    List<Gain> gains = new ArrayList<>();
    for (List<Switch> choices : alternatives) {
      choices.stream()
          .map(choice -> new Gain(choice, choice.gain(gradient)))
          .filter(gain -> gain.value() > 0)
          // The first of equals, so that the choice is settled.
          .reduce((a, b) -> b.value() > a.value() ? b : a)
          .ifPresent(gains::add);
    }
    gains.sort(Comparator.comparingDouble(Gain::value).reversed());
    return gains.stream().limit(limit).map(Gain::change).toList();
  }

  private double gain(double[] gradient) {
    return (on == NONE ? 0 : gradient[on]) - (off == NONE ? 0 : gradient[off]);
  }

  private static boolean mayRise(Feature feature) {
    return feature.mutable() && feature.direction() != Feature.Direction.DECREASE;
  }

  private static boolean mayFall(Feature feature) {
    return feature.mutable() && feature.direction() != Feature.Direction.INCREASE;
  }
}
