package io.sextant.attacks;

import io.sextant.results.Norm;
import java.util.Arrays;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The perturbations within a radius, intersected with a box {@code low <= v <= high} that contains
 * 0. Each norm gives its length, exact Euclidean projection, uniform law and steepest step.
 */
sealed interface Ball {
  /** The norms that have a ball. */
  Set<Norm> NORMS = Set.of(Norm.LINF, Norm.L2, Norm.L1);

  /** The ball of a norm. */
  static Ball of(Norm norm, double radius) {
    return switch (norm) {
      case LINF -> new Cube(radius);
      case L2 -> new Euclidean(radius);
      case L1 -> new Diamond(radius);
      case L0 -> throw new IllegalArgumentException("norm must be linf, l2 or l1 but was l0");
    };
  }

  double radius();

  /** The norm of a perturbation. */
  double length(double[] v);

  /**
   * Moves v to the nearest point, in Euclidean distance, of ball and box. Afterwards {@link
   * #length} as computed is at most the radius, rounding included.
   */
  void project(double[] v, double[] low, double[] high);

  /** Fills v with a uniform draw from the ball over the coordinates that the box lets move. */
  void draw(RandomGenerator random, double[] v, double[] low, double[] high);

  /**
   * Adds the norm's ascent step to v.
   *
   * @param gradient finite; 0 where the box lets nothing move
   * @param size length of the step
   */
  void ascend(double[] gradient, double size, double[] v, double[] low, double[] high);

  private static void clip(double[] v, double[] low, double[] high) {
    for (int i = 0; i < v.length; i++) {
      // Adding 0 makes -0 plain 0, so that equal points have equal bits.
      v[i] = Math.max(low[i], Math.min(high[i], v[i])) + 0.0;
    }
  }

  /** Takes off what rounding has put above the radius. */
  private static void trim(Ball ball, double[] v) {
    for (double factor = Math.nextDown(1.0); ball.length(v) > ball.radius(); factor *= factor) {
      for (int i = 0; i < v.length; i++) {
        v[i] *= factor;
      }
    }
  }

  private static double largest(double[] v) {
    double largest = 0;
    for (double value : v) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  /** L∞. */
  record Cube(double radius) implements Ball {
    @Override
    public double length(double[] v) {
      return largest(v);
    }

    @Override
    public void project(double[] v, double[] low, double[] high) {
      for (int i = 0; i < v.length; i++) {
        v[i] = Math.max(-radius, Math.min(radius, v[i]));
      }
      clip(v, low, high);
    }

    @Override
    public void draw(RandomGenerator random, double[] v, double[] low, double[] high) {
      for (int i = 0; i < v.length; i++) {
        v[i] = low[i] < high[i] ? radius * (2 * random.nextDouble() - 1) : 0;
      }
    }

    @Override
    public void ascend(double[] gradient, double size, double[] v, double[] low, double[] high) {
      for (int i = 0; i < v.length; i++) {
        v[i] += size * Math.signum(gradient[i]);
      }
    }
  }

  /** L2. */
  record Euclidean(double radius) implements Ball {
    @Override
    public double length(double[] v) {
      double squares = 0;
      for (double value : v) {
        squares += value * value;
      }
      return Math.sqrt(squares);
    }

    /**
     * The nearest point is clip(s v) for one factor s. Its length rises with s, and the s for the
     * coordinates now at the box never passes the s sought, so the search ends after at most one
     * round per coordinate, in practice a few.
     */
    @Override
    public void project(double[] v, double[] low, double[] high) {
      double[] direction = v.clone();
      clip(v, low, high);
      if (length(v) <= radius) {
        return;
      }
      double s = 0;
      while (true) {
        double atBox = 0;
        double free = 0;
        for (int i = 0; i < v.length; i++) {
          double scaled = s * direction[i];
          if (direction[i] > 0 && scaled >= high[i] || direction[i] < 0 && scaled <= low[i]) {
            double bound = direction[i] > 0 ? high[i] : low[i];
            atBox += bound * bound;
          } else {
            free += direction[i] * direction[i];
          }
        }
        double next = Math.sqrt(Math.max(0, radius * radius - atBox) / free);
        if (!(next > s)) {
          break;
        }
        s = next;
      }
      for (int i = 0; i < v.length; i++) {
        v[i] = s * direction[i];
      }
      clip(v, low, high);
      trim(this, v);
    }

    /**
     * g / sqrt(sum g² + y) with g of density exp(-t²) and y exponential is uniform in the ball
     * (Barthe, Guédon, Mendelson, Naor, "A Probabilistic Approach to the Geometry of the l_p^n
     * Ball", Annals of Probability 33, 2005).
     */
    @Override
    public void draw(RandomGenerator random, double[] v, double[] low, double[] high) {
      double total = random.nextExponential();
      for (int i = 0; i < v.length; i++) {
        v[i] = low[i] < high[i] ? Math.sqrt(0.5) * random.nextGaussian() : 0;
        total += v[i] * v[i];
      }
      for (int i = 0; i < v.length; i++) {
        v[i] *= radius / Math.sqrt(total);
      }
    }

    @Override
    public void ascend(double[] gradient, double size, double[] v, double[] low, double[] high) {
      // Dividing by the largest value first keeps tiny gradients from underflowing.
      double largest = largest(gradient);
      if (largest == 0) {
        return;
      }
      double squares = 0;
      for (double value : gradient) {
        squares += (value / largest) * (value / largest);
      }
      double length = Math.sqrt(squares);
      for (int i = 0; i < v.length; i++) {
        v[i] += size * (gradient[i] / largest / length);
      }
    }
  }

  /** L1. */
  record Diamond(double radius) implements Ball {
    // Share of coordinates that a step leaves alone, as in Foolbox.
    private static final double QUANTILE = 0.99;

    @Override
    public double length(double[] v) {
      double sum = 0;
      for (double value : v) {
        sum += Math.abs(value);
      }
      return sum;
    }

    /**
     * The nearest point is sign(v) min(bound, max(|v| - t, 0)) for one threshold t. Its length
     * falls with t and is linear between the values at which a coordinate leaves its bound or
     * reaches 0, so t is found among those and then exactly.
     */
    @Override
    public void project(double[] v, double[] low, double[] high) {
      double[] size = new double[v.length];
      double[] bound = new double[v.length];
      for (int i = 0; i < v.length; i++) {
        size[i] = Math.abs(v[i]);
        bound[i] = v[i] > 0 ? high[i] : -low[i];
      }
      double[] signs = v.clone();
      clip(v, low, high);
      if (length(v) <= radius) {
        return;
      }
      double[] breaks = new double[2 * v.length];
      int count = 0;
      for (int i = 0; i < v.length; i++) {
        if (size[i] > 0 && bound[i] > 0) {
          breaks[count++] = size[i];
          breaks[count++] = Math.max(0, size[i] - bound[i]);
        }
      }
      Arrays.sort(breaks, 0, count);
      int above = 0;
      int within = count - 1;
      // Invariant: at breaks[within] the length is at most the radius.
      while (above < within) {
        int middle = (above + within) >>> 1;
        if (shrunk(size, bound, breaks[middle]) <= radius) {
          within = middle;
        } else {
          above = middle + 1;
        }
      }
      double from = within == 0 ? 0 : breaks[within - 1];
      double slope = 0;
      for (int i = 0; i < v.length; i++) {
        slope += size[i] > from && size[i] - bound[i] <= from ? 1 : 0;
      }
      double threshold = from + (shrunk(size, bound, from) - radius) / slope;
      for (int i = 0; i < v.length; i++) {
        v[i] = Math.copySign(Math.min(bound[i], Math.max(size[i] - threshold, 0)), signs[i]);
      }
      clip(v, low, high);
      trim(this, v);
    }

    private static double shrunk(double[] size, double[] bound, double threshold) {
      double sum = 0;
      for (int i = 0; i < size.length; i++) {
        sum += Math.min(bound[i], Math.max(size[i] - threshold, 0));
      }
      return sum;
    }

    /** As for L2, with a density of exp(-|t|) and no root. */
    @Override
    public void draw(RandomGenerator random, double[] v, double[] low, double[] high) {
      double total = random.nextExponential();
      for (int i = 0; i < v.length; i++) {
        v[i] = 0;
        if (low[i] < high[i]) {
          double size = random.nextExponential();
          v[i] = random.nextBoolean() ? size : -size;
          total += size;
        }
      }
      for (int i = 0; i < v.length; i++) {
        v[i] *= radius / total;
      }
    }

    /**
     * Shares the step among the steepest coordinates that the box does not hold back, in proportion
     * to their slope: equal shares would make every mixture of them a fixed point. Held ones that
     * are as steep are pushed against the box, where the projection would otherwise draw on them.
     */
    @Override
    public void ascend(double[] gradient, double size, double[] v, double[] low, double[] high) {
      double[] slope = new double[v.length];
      double[] sorted = new double[v.length];
      int movable = 0;
      for (int i = 0; i < v.length; i++) {
        if (low[i] < high[i]) {
          boolean held = gradient[i] > 0 ? v[i] >= high[i] : v[i] <= low[i];
          slope[i] = held ? 0 : gradient[i];
          sorted[movable++] = Math.abs(slope[i]);
        }
      }
      double largest = largest(slope);
      if (largest == 0) {
        return;
      }
      Arrays.sort(sorted, 0, movable);
      double least = sorted[(int) Math.ceil(QUANTILE * (movable - 1))];
      double total = 0;
      for (double value : slope) {
        total += Math.abs(value) >= least ? Math.abs(value) / largest : 0;
      }
      for (int i = 0; i < v.length; i++) {
        if (Math.abs(gradient[i]) >= least && low[i] < high[i]) {
          v[i] +=
              slope[i] == 0 ? size * Math.signum(gradient[i]) : size * (slope[i] / largest / total);
        }
      }
    }
  }
}
