package io.sextant.explainers;

import io.sextant.gradients.RandomKey;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.apache.commons.math3.special.Erf;

/**
 * Standard normal noise in units of draws that are spread evenly. In each value the draws of a unit
 * come in opposite pairs, one pair from each of equally likely ranges of size, and in an order of
 * its own. A draw by itself is plain noise; over a unit, what is a sum of functions of single
 * values is averaged over evenly, and the odd part of that cancels. A unit of two is a pair of
 * opposite noise.
 *
 * <p>McKay, Beckman, Conover, "A Comparison of Three Methods for Selecting Values of Input
 * Variables in the Analysis of Output from a Computer Code", Technometrics 21(2), 1979. The pairs
 * are an addition.
 */
final class Noise {
  private final RandomKey key;
  private final double[][] unit;
  private final Sizes sizes;
  private int current = -1;

  /**
   * Noise.
   *
   * @param key names it
   * @param values of a draw
   * @param perUnit draws, even, or 1 for independent ones
   */
  Noise(RandomKey key, int values, int perUnit) {
    this.key = key;
    this.unit = new double[perUnit][values];
    this.sizes = new Sizes(perUnit / 2);
  }

  /** How many draws depend on each other. */
  int perUnit() {
    return unit.length;
  }

  /**
   * A draw by its number; those of a unit follow each other.
   *
   * @return a new array
   */
  double[] draw(int number) {
    if (current != number / perUnit()) {
      current = number / perUnit();
      RandomGenerator random = key.with(current).random();
      if (perUnit() == 1) {
        Arrays.setAll(unit[0], i -> random.nextGaussian());
      } else {
        spread(random);
      }
    }
    return unit[number % perUnit()].clone();
  }

  private void spread(RandomGenerator random) {
    sizes.forget();
    double[] column = new double[perUnit()];
    for (int i = 0; i < unit[0].length; i++) {
      for (int k = 0; k < column.length; k += 2) {
        column[k] = sizes.next(k / 2, random);
        column[k + 1] = -column[k];
      }
      for (int last = column.length - 1; last > 0; last--) {
        int other = random.nextInt(last + 1);
        unit[last][i] = column[other];
        column[other] = column[last];
      }
      unit[0][i] = column[0];
    }
  }

  /**
   * Sizes of normal noise by the range that they lie in. What is drawn for one range and lies in
   * another waits there: that takes far less time than the inverse of the distribution.
   */
  private static final class Sizes {
    private static final int MOST_WAITING = 64;

    private final double[] ends;
    private final double[][] waiting;
    private final int[] count;

    Sizes(int ranges) {
      this.ends = new double[Math.max(0, ranges - 1)];
      Arrays.setAll(ends, k -> Math.sqrt(2) * Erf.erfInv((k + 1.0) / ranges));
      this.waiting = new double[ranges][MOST_WAITING];
      this.count = new int[ranges];
    }

    void forget() {
      Arrays.fill(count, 0);
    }

    double next(int range, RandomGenerator random) {
      while (count[range] == 0) {
        double size = Math.abs(random.nextGaussian());
        int of = 0;
        for (double end : ends) {
          of += size >= end ? 1 : 0;
        }
        // Which range is full says nothing about the sizes in it.
        if (count[of] < MOST_WAITING) {
          waiting[of][count[of]++] = size;
        }
      }
      return waiting[range][--count[range]];
    }
  }
}
