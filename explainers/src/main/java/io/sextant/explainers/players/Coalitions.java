package io.sextant.explainers.players;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apache.commons.math3.util.Combinations;
import org.apache.commons.math3.util.CombinatoricsUtils;

/**
 * Which coalitions KernelSHAP asks about: all of the sizes that weigh most, and pairs of a
 * coalition and its complement drawn from the other sizes.
 */
final class Coalitions {
  private final int players;
  // Sizes up to this one, and their complements, are listed.
  private final int listedSize;
  private final int mostPairs;

  private Coalitions(int players, int listedSize, int mostPairs) {
    this.players = players;
    this.listedSize = listedSize;
    this.mostPairs = mostPairs;
  }

  /** How many coalitions there are, beside none and all; beyond two to the 62nd that many. */
  static long all(int players) {
    return (1L << Math.min(62, players)) - 2;
  }

  /**
   * What to ask about.
   *
   * @param players at least 2
   * @param samples the most coalitions
   * @param leastDrawn coalitions that are left to draw, unless none are
   */
  static Coalitions within(int players, int samples, int leastDrawn) {
    if (samples >= all(players)) {
      return new Coalitions(players, players / 2, 0);
    }
    long room = samples;
    double weight = 0;
    for (int size = 1; size <= players / 2; size++) {
      weight += weight(players, size);
    }
    int listed = 0;
    while (listed < players / 2) {
      int size = listed + 1;
      double count = count(players, size);
      // Coalitions of one, and of all but one, make the fit definite, so they are always there.
      boolean affordable = size == 1 || room * weight(players, size) / weight >= count;
      if (!affordable || room - count < leastDrawn) {
        break;
      }
      room -= (long) count;
      weight -= weight(players, size);
      listed = size;
    }
    return new Coalitions(players, listed, (int) (room / 2));
  }

  /** What coalitions of a size weigh together with their complements. */
  private static double weight(int players, int size) {
    return (2 * size == players ? 1 : 2) * ofSize(players, size);
  }

  /** What all coalitions of a size weigh. */
  private static double ofSize(int players, int size) {
    return (players - 1.0) / size / (players - size);
  }

  /** How many coalitions there are of a size, with their complements. */
  private static double count(int players, int size) {
    return (2 * size == players ? 1 : 2)
        * CombinatoricsUtils.binomialCoefficientDouble(players, size);
  }

  /** The most pairs that may be drawn; 0 where all coalitions are listed. */
  int mostPairs() {
    return mostPairs;
  }

  /**
   * A coalition and what it weighs.
   *
   * @param members whose bits are set
   * @param weight of the square of what it misses by
   */
  record Weighted(BitSet members, double weight) {}

  /** The coalitions that are asked about without chance. */
  List<Weighted> listed() {
    List<Weighted> listed = new ArrayList<>();
    for (int size = 1; size <= listedSize; size++) {
      double each =
          ofSize(players, size) / CombinatoricsUtils.binomialCoefficientDouble(players, size);
      for (int[] places : new Combinations(players, size)) {
        BitSet members = new BitSet(players);
        for (int place : places) {
          members.set(place);
        }
        listed.add(new Weighted(members, each));
        if (2 * size != players) {
          BitSet others = new BitSet(players);
          others.set(0, players);
          others.andNot(members);
          listed.add(new Weighted(others, each));
        }
      }
    }
    return listed;
  }

  /** What all coalitions weigh that are not listed. */
  double unlistedWeight() {
    double weight = 0;
    for (int size = listedSize + 1; size <= players / 2; size++) {
      weight += weight(players, size);
    }
    return weight;
  }

  /** The smaller coalition of a pair: its size by what sizes weigh, its members evenly. */
  BitSet drawn(RandomGenerator random) {
    double place = random.nextDouble() * unlistedWeight();
    int size = listedSize + 1;
    while (size < players / 2 && place >= weight(players, size)) {
      place -= weight(players, size++);
    }
    // Floyd's sample without replacement.
    BitSet members = new BitSet(players);
    for (int last = players - size; last < players; last++) {
      int member = random.nextInt(last + 1);
      members.set(members.get(member) ? last : member);
    }
    return members;
  }
}
