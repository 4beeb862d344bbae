package io.sextant.explainers.quality;

import io.sextant.explainers.Explained;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.graph.Shape;
import java.util.Arrays;
import java.util.Comparator;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * What is taken away as one: a pixel with its channels, a one-hot group, or a value by itself. Half
 * a group is no category, and a pixel without its green is another colour.
 */
final class Sites {
  private final int[][] members;

  private Sites(int[][] members) {
    this.members = members;
  }

  static Sites of(Shape shape, InputDomain domain) {
    int values = shape.elements();
    int[] first = IntStream.range(0, values).toArray();
    if (shape.rank() == 3) {
      int plane = shape.size(1) * shape.size(2);
      Arrays.setAll(first, i -> i % plane);
    }
    for (InputDomain.OneHot group : domain.groups()) {
      int least = group.members().stream().mapToInt(Integer::intValue).min().orElseThrow();
      group.members().forEach(member -> first[member] = least);
    }
    int[] sizes = new int[values];
    for (int of : first) {
      sizes[of]++;
    }
    int[][] all = new int[values][];
    int[] filled = new int[values];
    for (int i = 0; i < values; i++) {
      if (filled[first[i]] == 0) {
        all[first[i]] = new int[sizes[first[i]]];
      }
      all[first[i]][filled[first[i]]++] = i;
    }
    return new Sites(
        IntStream.range(0, values)
            .filter(i -> filled[i] > 0)
            .mapToObj(i -> all[i])
            .toArray(int[][]::new));
  }

  int count() {
    return members.length;
  }

  /** The sum over each site. */
  double[] sums(double[] values) {
    return Arrays.stream(members)
        .mapToDouble(site -> Arrays.stream(site).mapToDouble(i -> values[i]).sum())
        .toArray();
  }

  /** The values of sites of one row, put into another. */
  void copy(double[] from, double[] to, int... sites) {
    for (int site : sites) {
      for (int i : members[site]) {
        to[i] = from[i];
      }
    }
  }

  /**
   * The sites by what an attribution gives them, the most supporting first. Sites that get the same
   * stand in random order: by their places, a constant map would be an order from left to right.
   */
  int[] order(double[] attribution, RandomKey ties) {
    double[] sums = sums(attribution);
    int[] shuffled = shuffled(ties);
    return Arrays.stream(shuffled)
        .boxed()
        .sorted(Comparator.comparingDouble(site -> -sums[site]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** All sites in random order. */
  int[] shuffled(RandomKey key) {
    RandomGenerator random = key.random();
    int[] all = IntStream.range(0, count()).toArray();
    for (int i = all.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = all[i];
      all[i] = all[j];
      all[j] = swapped;
    }
    return all;
  }

  /** A random set of exactly so many sites. */
  int[] draw(int size, RandomKey key) {
    return Arrays.copyOf(shuffled(key), size);
  }

  static Sites of(Example one) {
    Explained x = one.x();
    return of(one.shape(), x.domain());
  }
}
