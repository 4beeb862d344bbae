package io.sextant.evaluation.data;

import io.sextant.gradients.RandomKey;
import io.sextant.spec.Sampling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * Draws samples. A sample is a function of the data, its size and the seed alone, keeps the order
 * of the data, and its ids say which rows were drawn.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Draw {
  private Draw() {}

  /**
   * Draws a sample.
   *
   * @param sampling how
   * @param data to draw from
   * @param size how many examples, at least 1; all of them if the data has fewer
   * @param seed of the draw
   * @return the sample, in the data's order
   */
  public static DataSet of(Sampling sampling, DataSet data, int size, long seed) {
    if (size < 1) {
      throw new IllegalArgumentException("samples must be at least 1 but was " + size);
    }
    if (size >= data.size()) {
      return data;
    }
    int[] places =
        switch (sampling) {
          case FIRST -> IntStream.range(0, size).toArray();
          case STRATIFIED -> stratified(data, size, seed);
        };
    Arrays.sort(places);
    return data.at(places);
  }

  /**
   * The given rows of the data, in its order.
   *
   * @param rows 0-based
   * @throws DataException if the data has no such row
   */
  public static DataSet rows(DataSet data, List<Integer> rows) {
    return data.at(
        rows.stream()
            .sorted()
            .mapToInt(
                row -> {
                  int place = Arrays.binarySearch(data.ids(), row);
                  if (place < 0) {
                    throw new DataException(
                        "%s: there is no row %d; the last one is %d"
                            .formatted(data.origin().description(), row, data.id(data.size() - 1)));
                  }
                  return place;
                })
            .toArray());
  }

  private static int[] stratified(DataSet data, int size, long seed) {
    Map<Integer, List<Integer>> byClass = new TreeMap<>();
    for (int i = 0; i < data.size(); i++) {
      byClass.computeIfAbsent(data.label(i), label -> new ArrayList<>()).add(i);
    }
    // Each row draws its own number, so that other rows do not influence where it stands.
    RandomKey key = RandomKey.of(seed).with("sampling");
    long[] draws = new long[data.size()];
    for (int i = 0; i < draws.length; i++) {
      draws[i] = key.with(data.id(i)).random().nextLong();
    }
    Map<Integer, Integer> quotas = quotas(byClass, size, data.size());
    int[] places = new int[size];
    int count = 0;
    for (Map.Entry<Integer, List<Integer>> entry : byClass.entrySet()) {
      List<Integer> drawn = entry.getValue();
      drawn.sort(
          Comparator.<Integer>comparingLong(i -> draws[i]).thenComparingLong(i -> data.id(i)));
      int quota = quotas.getOrDefault(entry.getKey(), 0);
      for (int place : drawn.subList(0, quota)) {
        places[count++] = place;
      }
    }
    return places;
  }

  /** Whole quotas by the largest remainder; ties go to the lower class. */
  private static Map<Integer, Integer> quotas(
      Map<Integer, List<Integer>> byClass, int size, int all) {
    Map<Integer, Integer> quotas = new TreeMap<>();
    Map<Integer, Long> remainders = new TreeMap<>();
    int given = 0;
    for (Map.Entry<Integer, List<Integer>> entry : byClass.entrySet()) {
      long share = (long) size * entry.getValue().size();
      quotas.put(entry.getKey(), (int) (share / all));
      remainders.put(entry.getKey(), share % all);
      given += (int) (share / all);
    }
    List<Integer> order = new ArrayList<>(byClass.keySet());
    order.sort(Comparator.comparingLong(label -> -remainders.getOrDefault(label, 0L)));
    for (int label : order.subList(0, size - given)) {
      quotas.merge(label, 1, Integer::sum);
    }
    return quotas;
  }
}
