package io.sextant.attacks.blackbox;

import io.sextant.attacks.Trial;
import io.sextant.results.Norm;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * How {@link Square} changes a perturbation: where its windows lie is a matter of the input's
 * shape, what happens in them one of the norm.
 */
final class Windows {
  /** Smaller windows have no place for a pyramid of both signs. */
  private static final int LEAST_PYRAMID = 3;

  private final Layout layout;
  private final Norm norm;
  private final double epsilon;
  private final int features;

  private Windows(Layout layout, Norm norm, double epsilon, int features) {
    this.layout = layout;
    this.norm = norm;
    this.epsilon = epsilon;
    this.features = features;
  }

  static Windows of(Trial trial) {
    Layout layout = Layout.of(trial.shape(), trial.movable());
    return new Windows(layout, trial.norm(), trial.epsilon(), trial.shape().elements());
  }

  /** The first perturbation: stripes of both signs in L∞, else pyramids side by side. */
  double[] start(RandomGenerator random) {
    double[] v = new double[features];
    if (norm == Norm.LINF) {
      layout.stripes(v, random);
      return scaled(v, epsilon);
    }
    layout.tiles(v, random);
    double length = length(v);
    return length > 0 ? scaled(v, epsilon / length) : v;
  }

  /**
   * A perturbation with one window changed.
   *
   * @param v not modified
   * @param share of the input that the window covers
   */
  double[] change(double[] v, double share, RandomGenerator random) {
    double[] changed = v.clone();
    if (norm == Norm.LINF) {
      Layout.Window window = layout.window(share, 1, random);
      for (int[] cells : window.channels()) {
        double[] signs = layout.signs(window, random);
        for (int i = 0; i < cells.length; i++) {
          changed[cells[i]] = epsilon * signs[i];
        }
      }
      return changed;
    }
    move(changed, share, random);
    double length = length(changed);
    return length > 0 ? scaled(changed, epsilon / length) : changed;
  }

  /** Takes the length of one window, and what the ball has left, to another. */
  private void move(double[] v, double share, RandomGenerator random) {
    Layout.Window to = layout.window(share, LEAST_PYRAMID, random);
    Layout.Window from = layout.window(share, LEAST_PYRAMID, random);
    double left = Math.max(0, power(epsilon) - power(length(v))) / to.channels().size();
    double[] pattern = layout.pattern(to, random);
    double most = length(pattern);
    for (int c = 0; c < to.channels().size(); c++) {
      int[] cells = to.channels().get(c);
      double own = root(sum(v, cells));
      double both = sum(v, union(cells, from.channels().get(c)));
      double sign = random.nextBoolean() ? 1 : -1;
      double[] direction = new double[cells.length];
      for (int i = 0; i < direction.length; i++) {
        direction[i] = sign * pattern[i] / most + (own > 0 ? v[cells[i]] / own : 0);
      }
      double factor = root(left + both) / Math.max(length(direction), Double.MIN_NORMAL);
      for (int cell : from.channels().get(c)) {
        v[cell] = 0;
      }
      for (int i = 0; i < direction.length; i++) {
        v[cells[i]] = factor * direction[i];
      }
    }
  }

  private static int[] union(int[] some, int[] others) {
    return Arrays.stream(new int[][] {some, others})
        .flatMapToInt(Arrays::stream)
        .distinct()
        .toArray();
  }

  private double power(double value) {
    return norm == Norm.L2 ? value * value : Math.abs(value);
  }

  private double root(double sum) {
    return norm == Norm.L2 ? Math.sqrt(sum) : sum;
  }

  private double sum(double[] v, int[] cells) {
    double sum = 0;
    for (int cell : cells) {
      sum += power(v[cell]);
    }
    return sum;
  }

  private double length(double[] v) {
    double sum = 0;
    for (double value : v) {
      sum += power(value);
    }
    return root(sum);
  }

  private static double[] scaled(double[] v, double factor) {
    return Arrays.stream(v).map(value -> value * factor).toArray();
  }
}
