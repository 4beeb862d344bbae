package io.sextant.evaluation;

import io.sextant.gradients.RandomKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * In which order examples come in a stream.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public sealed interface StreamOrder {
  /**
   * The order.
   *
   * @param labels of the examples
   * @param key of every random choice
   * @return places in {@code labels}, each once
   */
  int[] of(int[] labels, RandomKey key);

  /** As the data has them. */
  record First() implements StreamOrder {
    @Override
    public int[] of(int[] labels, RandomKey key) {
      return IntStream.range(0, labels.length).toArray();
    }
  }

  /** Any order as likely as another. */
  record Shuffled() implements StreamOrder {
    @Override
    public int[] of(int[] labels, RandomKey key) {
      List<Integer> places = new ArrayList<>();
      IntStream.range(0, labels.length).forEach(places::add);
      shuffle(places, key.random());
      return places.stream().mapToInt(place -> place).toArray();
    }
  }

  /** Class by class, within a class as the data has them. */
  record LabelSorted() implements StreamOrder {
    @Override
    public int[] of(int[] labels, RandomKey key) {
      return IntStream.range(0, labels.length)
          .boxed()
          .sorted(Comparator.comparingInt(place -> labels[place]))
          .mapToInt(place -> place)
          .toArray();
    }
  }

  /**
   * Labels in runs: as many parts of a stream as classes; each class is spread over the parts by a
   * draw from a symmetric Dirichlet distribution, and within a part its examples come together, the
   * classes in a random order. The smaller the concentration, the longer the runs.
   *
   * <p>As in Yuan, Xie, Li, "Robust Test-Time Adaptation in Dynamic Scenarios", CVPR 2023,
   * arXiv:2303.13899.
   *
   * @param concentration of the distribution, above 0
   */
  record Runs(double concentration) implements StreamOrder {
    public Runs {
      if (!(concentration > 0 && Double.isFinite(concentration))) {
        throw new IllegalArgumentException(
            "the concentration of runs must be above 0 but was " + concentration);
      }
    }

    @Override
    public int[] of(int[] labels, RandomKey key) {
      int classes = 1 + IntStream.of(labels).max().orElse(0);
      RandomGenerator random = key.random();
      List<List<List<Integer>>> parts = new ArrayList<>();
      for (int part = 0; part < classes; part++) {
        parts.add(new ArrayList<>());
      }
      for (int c = 0; c < classes; c++) {
        int label = c;
        List<Integer> own = new ArrayList<>();
        IntStream.range(0, labels.length).filter(i -> labels[i] == label).forEach(own::add);
        shuffle(own, random);
        double[] shares = dirichlet(classes, random);
        double sum = 0;
        int from = 0;
        for (int part = 0; part < classes; part++) {
          sum += shares[part];
          int to = part == classes - 1 ? own.size() : (int) Math.round(sum * own.size());
          parts.get(part).add(own.subList(from, to));
          from = to;
        }
      }
      List<Integer> order = new ArrayList<>();
      for (List<List<Integer>> part : parts) {
        shuffle(part, random);
        part.forEach(order::addAll);
      }
      return order.stream().mapToInt(place -> place).toArray();
    }

    /** Gamma variates over their sum, as logarithms: small ones would vanish. */
    private double[] dirichlet(int count, RandomGenerator random) {
      double[] logs = new double[count];
      double largest = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < count; i++) {
        logs[i] = logGamma(random);
        largest = Math.max(largest, logs[i]);
      }
      double sum = 0;
      for (int i = 0; i < count; i++) {
        logs[i] = StrictMath.exp(logs[i] - largest);
        sum += logs[i];
      }
      for (int i = 0; i < count; i++) {
        logs[i] /= sum;
      }
      return logs;
    }

    /**
     * The logarithm of a gamma variate: one of shape a + 1 times a uniform one to the power 1 / a.
     *
     * <p>Marsaglia, Tsang, "A Simple Method for Generating Gamma Variables", ACM TOMS 2000.
     */
    private double logGamma(RandomGenerator random) {
      double d = concentration + 1 - 1.0 / 3;
      double c = 1 / Math.sqrt(9 * d);
      while (true) {
        double x = random.nextGaussian();
        double v = StrictMath.pow(1 + c * x, 3);
        double u = random.nextDouble();
        if (v > 0 && StrictMath.log(u) < 0.5 * x * x + d - d * v + d * StrictMath.log(v)) {
          return StrictMath.log(d * v) + StrictMath.log(1 - random.nextDouble()) / concentration;
        }
      }
    }
  }

  /** Fisher and Yates. */
  private static <T> void shuffle(List<T> values, RandomGenerator random) {
    for (int i = values.size() - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      T kept = values.get(i);
      values.set(i, values.get(other));
      values.set(other, kept);
    }
  }
}
