package io.sextant.attacks.minimumnorm;

import io.sextant.results.Norm;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The points at which an affine function of the perturbation is 0: a decision boundary, to first
 * order.
 *
 * @param offset the function's value at the clean input
 * @param slope its gradient, {@code [features]}, 0 where nothing may move
 */
record Hyperplane(double offset, double[] slope) {
  /** The function that has a value and a gradient at a perturbation. */
  static Hyperplane through(double value, double[] slope, double[] at) {
    return new Hyperplane(value - product(slope, at), slope);
  }

  /** The hyperplane on which the function has another value than 0. */
  Hyperplane at(double value) {
    return new Hyperplane(offset - value, slope);
  }

  /** The function's value at a perturbation. */
  double value(double[] at) {
    return offset + product(slope, at);
  }

  /**
   * The shortest step from a point of the box to the hyperplane that stays in the box; where the
   * box does not reach the hyperplane, the step that comes nearest to it.
   *
   * <p>Each coordinate moves the way that its slope says, by min(room, s) in L∞ and by min(room, s
   * |slope|) in L2, with the one s at which these arrive; in L1 the steepest coordinates go as far
   * as they can. A coordinate that is full at one s is full at any larger one, so the search for s
   * ends after at most one round per coordinate, in practice a few.
   *
   * @param norm L∞, L2 or L1
   * @param from a perturbation in the box
   * @param low smallest perturbations
   * @param high largest perturbations
   */
  double[] step(Norm norm, double[] from, double[] low, double[] high) {
    double missing = -value(from);
    double[] room = new double[from.length];
    double[] steep = new double[from.length];
    for (int i = 0; i < room.length; i++) {
      boolean up = slope[i] * missing > 0;
      steep[i] = Math.abs(slope[i]);
      room[i] = steep[i] == 0 ? 0 : Math.max(0, up ? high[i] - from[i] : from[i] - low[i]);
    }
    double[] step =
        switch (norm) {
          case LINF -> level(new double[] {1}, steep, room, Math.abs(missing));
          case L2 -> level(steep, steep, room, Math.abs(missing));
          case L1 -> steepestFirst(steep, room, Math.abs(missing));
          case L0 -> throw new IllegalArgumentException("norm must be linf, l2 or l1 but was l0");
        };
    for (int i = 0; i < step.length; i++) {
      step[i] = slope[i] * missing > 0 ? step[i] : -step[i];
    }
    return step;
  }

  /**
   * min(room, s rate), with the s at which the sum of steep min(room, s rate) is what is missing.
   *
   * @param rate of each coordinate, or one of all
   */
  private static double[] level(double[] rate, double[] steep, double[] room, double missing) {
    double s = 0;
    double next = 0;
    do {
      s = next;
      double full = 0;
      double free = 0;
      for (int i = 0; i < room.length; i++) {
        double own = rate[i % rate.length];
        if (s * own >= room[i]) {
          full += steep[i] * room[i];
        } else {
          free += steep[i] * own;
        }
      }
      // Without anything free the hyperplane is out of reach, and all room is used.
      next = free > 0 ? Math.max(0, missing - full) / free : s;
    } while (next > s);
    double[] step = new double[room.length];
    for (int i = 0; i < room.length; i++) {
      step[i] = Math.min(room[i], s * rate[i % rate.length]);
    }
    return step;
  }

  private static double[] steepestFirst(double[] steep, double[] room, double missing) {
    double[] step = new double[room.length];
    double left = missing;
    int[] order =
        IntStream.range(0, room.length)
            .filter(i -> room[i] > 0)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -steep[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    for (int i : order) {
      step[i] = Math.min(room[i], left / steep[i]);
      left -= step[i] * steep[i];
      if (!(left > 0)) {
        break;
      }
    }
    return step;
  }

  private static double product(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
