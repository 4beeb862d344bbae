package io.sextant.benchmarks.report;

import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The median time of one question in one library, in each round. */
public final class Series {
  private final SortedMap<Integer, Double> millis = new TreeMap<>();

  void add(int round, double median) {
    millis.put(round, median);
  }

  /** The median over the rounds, in milliseconds. */
  public double median() {
    return median(millis.values());
  }

  /** The smallest and the largest of the rounds, in milliseconds. */
  public double[] range() {
    return new double[] {Collections.min(millis.values()), Collections.max(millis.values())};
  }

  /**
   * How many times as long another series took: the median over the rounds that both have, with the
   * smallest and the largest.
   */
  public Optional<Ratio> shorterThan(Series other) {
    SortedMap<Integer, Double> ratios = new TreeMap<>();
    millis.forEach(
        (round, own) -> {
          Double theirs = other.millis.get(round);
          if (theirs != null) {
            ratios.put(round, theirs / own);
          }
        });
    return ratios.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Ratio(
                median(ratios.values()),
                ratios.values().stream().mapToDouble(Double::doubleValue).min().orElseThrow(),
                ratios.values().stream().mapToDouble(Double::doubleValue).max().orElseThrow(),
                ratios.size()));
  }

  private static double median(Collection<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
