package io.sextant.attacks;

import io.sextant.results.Norm;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * The perturbations within a radius, intersected with a box {@code low <= v <= high} that contains
 * 0. Each norm gives its length, exact Euclidean projection, uniform law and steepest step.
 */
sealed interface Ball {
  /** Farther than any box reaches, and its square is still a number. */
  double BEYOND = 1e100;

  /** The ball of a norm. */
  static Ball of(Norm norm, double radius) {
    return switch (norm) {
      case LINF -> new LInfBall(radius);
      case L2 -> new L2Ball(radius);
      case L1 -> new L1Ball(radius);
      case L0 -> new L0Ball(radius);
    };
  }

  double radius();

  /** The norm of a perturbation. */
  double length(double[] v);

  /**
   * The largest inner product of a vector with one of length 1: the dual norm. For L0, in which
   * nothing bounds that product, with one feature that moves by 1.
   */
  double dual(double[] v);

  /**
   * Moves v to the nearest point, in Euclidean distance, of ball and box. Afterwards {@link
   * #length} as computed is at most the radius, rounding included.
   */
  void project(double[] v, double[] low, double[] high);

  /** Fills v with a uniform draw from the ball over the coordinates that the box lets move. */
  void draw(RandomGenerator random, double[] v, double[] low, double[] high);

  /**
   * Fills v with a random direction over the coordinates that the box lets move, as long as the
   * radius; in L1 with one that has yet to be projected.
   */
  default void surface(RandomGenerator random, double[] v, double[] low, double[] high) {
    gaussian(random, v, low, high);
    stretch(this, v);
  }

  private static void gaussian(RandomGenerator random, double[] v, double[] low, double[] high) {
    for (int i = 0; i < v.length; i++) {
      v[i] = low[i] < high[i] ? random.nextGaussian() : 0;
    }
  }

  private static void stretch(Ball ball, double[] v) {
    double length = ball.length(v);
    for (int i = 0; i < v.length && length > 0; i++) {
      v[i] *= ball.radius() / length;
    }
  }

  /**
   * Adds the norm's ascent step to v. The step has its length inside the box: none of it is spent
   * on coordinates that the box holds back. Where it meets the box it goes on outside, so that the
   * projection does not take from what is rightly at the box.
   *
   * @param gradient finite; 0 where the box lets nothing move
   * @param size length of the step
   * @param v in the box
   */
  void ascend(double[] gradient, double size, double[] v, double[] low, double[] high);

  /**
   * Adds the ascent step shared by few coordinates, where the norm's step is sparse.
   *
   * @param coordinates how many of the steepest; more where these have too little room
   */
  default void ascend(
      double[] gradient, double size, int coordinates, double[] v, double[] low, double[] high) {
    ascend(gradient, size, v, low, high);
  }

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

  private static double sum(double[] v) {
    double sum = 0;
    for (double value : v) {
      sum += Math.abs(value);
    }
    return sum;
  }

  /** How far each coordinate can go up the gradient before the box holds it back. */
  private static double[] rooms(double[] gradient, double[] v, double[] low, double[] high) {
    double[] room = new double[v.length];
    for (int i = 0; i < v.length; i++) {
      if (gradient[i] != 0) {
        room[i] = Math.max(0, gradient[i] > 0 ? high[i] - v[i] : v[i] - low[i]);
      }
    }
    return room;
  }

  /**
   * Sizes of the slopes, in units of the largest that has room, which keeps tiny gradients from
   * underflowing; all 0 when none has.
   */
  private static double[] slopes(double[] gradient, double[] room) {
    double largest = 0;
    for (int i = 0; i < room.length; i++) {
      largest = room[i] > 0 ? Math.max(largest, Math.abs(gradient[i])) : largest;
    }
    double[] slope = new double[room.length];
    for (int i = 0; i < room.length; i++) {
      slope[i] = largest > 0 ? Math.min(BEYOND, Math.abs(gradient[i]) / largest) : 0;
    }
    return slope;
  }

  /**
   * The s at which min(s slope, room) has a length, or fills all room. Its length rises with s, and
   * what is full at one s is full at any larger one, so the search ends after at most one round per
   * coordinate, in practice a few.
   *
   * @param power 1 for lengths in L1, 2 for lengths in L2
   */
  private static double multiplier(double[] slope, double[] room, double size, int power) {
    double s = 0;
    while (true) {
      double full = 0;
      double free = 0;
      for (int i = 0; i < room.length; i++) {
        if (s * slope[i] >= room[i]) {
          full += power == 1 ? room[i] : room[i] * room[i];
        } else {
          free += power == 1 ? slope[i] : slope[i] * slope[i];
        }
      }
      double left = Math.max(0, (power == 1 ? size : size * size) - full) / free;
      double next = power == 1 ? left : Math.sqrt(left);
      if (!(next > s) || Double.isInfinite(next)) {
        return s;
      }
      s = next;
    }
  }

  private static void add(double s, double[] slope, double[] gradient, double[] v) {
    for (int i = 0; i < v.length; i++) {
      v[i] += Math.copySign(Math.min(BEYOND, s * slope[i]), gradient[i]);
    }
  }

  /** L∞. */
  record LInfBall(double radius) implements Ball {
    @Override
    public double length(double[] v) {
      return largest(v);
    }

    @Override
    public double dual(double[] v) {
      return sum(v);
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
    public void surface(RandomGenerator random, double[] v, double[] low, double[] high) {
      draw(random, v, low, high);
      stretch(this, v);
    }

    @Override
    public void ascend(double[] gradient, double size, double[] v, double[] low, double[] high) {
      for (int i = 0; i < v.length; i++) {
        // As size times the sign, which costs a jump that no processor foresees.
        v[i] += gradient[i] == 0 ? 0 : Math.copySign(size, gradient[i]);
      }
    }
  }

  /** L2. */
  record L2Ball(double radius) implements Ball {
    @Override
    public double length(double[] v) {
      double squares = 0;
      for (double value : v) {
        squares += value * value;
      }
      return Math.sqrt(squares);
    }

    @Override
    public double dual(double[] v) {
      return length(v);
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

    /**
     * v + s g, with the s at which the part inside the box has the length asked for, or fills the
     * box: the steepest step there is on a linear function.
     */
    @Override
    public void ascend(double[] gradient, double size, double[] v, double[] low, double[] high) {
      double[] room = rooms(gradient, v, low, high);
      double[] slope = slopes(gradient, room);
      add(multiplier(slope, room, size, 2), slope, gradient, v);
    }
  }

  /** L1. */
  record L1Ball(double radius) implements Ball {
    // Share of coordinates that a step leaves alone, as in Foolbox.
    private static final double QUANTILE = 0.99;

    @Override
    public double length(double[] v) {
      return sum(v);
    }

    @Override
    public double dual(double[] v) {
      return largest(v);
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

    @Override
    public void surface(RandomGenerator random, double[] v, double[] low, double[] high) {
      gaussian(random, v, low, high);
    }

    /**
     * Shares the step among the steepest coordinates, one in a hundred unless their number is
     * given, in proportion to their slope: equal shares would make every mixture of them a fixed
     * point. Where the box leaves these too little room, the next steep ones take part.
     */
    @Override
    public void ascend(double[] gradient, double size, double[] v, double[] low, double[] high) {
      double[] room = rooms(gradient, v, low, high);
      double[] slope = slopes(gradient, room);
      double[] open = slope.clone();
      int movable = 0;
      for (int i = 0; i < v.length; i++) {
        open[i] = room[i] > 0 ? slope[i] : 0;
        movable += low[i] < high[i] ? 1 : 0;
      }
      int left = (int) Math.ceil(QUANTILE * (movable - 1));
      share(gradient, size, least(open, movable - left, slope, room, size), slope, room, v);
    }

    @Override
    public void ascend(
        double[] gradient, double size, int coordinates, double[] v, double[] low, double[] high) {
      double[] room = rooms(gradient, v, low, high);
      double[] slope = slopes(gradient, room);
      share(gradient, size, least(slope.clone(), coordinates, slope, room, size), slope, room, v);
    }

    private static void share(
        double[] gradient, double size, double least, double[] slope, double[] room, double[] v) {
      for (int i = 0; i < v.length; i++) {
        slope[i] = slope[i] >= least ? slope[i] : 0;
      }
      add(multiplier(slope, room, size, 1), slope, gradient, v);
    }

    /**
     * The slope from which coordinates take part: that of so many of the largest ones, or a smaller
     * one where these have too little room.
     *
     * @param sorted what is counted; sorted by this
     */
    private static double least(
        double[] sorted, int coordinates, double[] slope, double[] room, double size) {
      Arrays.sort(sorted);
      int above = Math.max(0, Math.min(sorted.length - 1, sorted.length - coordinates));
      if (enough(slope, room, sorted[above], size)) {
        return sorted[above];
      }
      int within = 0;
      // Invariant: those from above on have too little room.
      while (within < above - 1) {
        int middle = (within + above) >>> 1;
        if (enough(slope, room, sorted[middle], size)) {
          within = middle;
        } else {
          above = middle;
        }
      }
      return sorted[within];
    }

    private static boolean enough(double[] slope, double[] room, double least, double size) {
      double sum = 0;
      for (int i = 0; i < slope.length; i++) {
        sum += slope[i] >= least ? room[i] : 0;
      }
      return sum >= size;
    }
  }

  /**
   * L0: the number of coordinates that differ from 0. It is not convex, and only whole radii
   * differ.
   */
  record L0Ball(double radius) implements Ball {
    @Override
    public double length(double[] v) {
      int changed = 0;
      for (double value : v) {
        changed += value != 0 ? 1 : 0;
      }
      return changed;
    }

    @Override
    public double dual(double[] v) {
      return largest(v);
    }

    /**
     * Keeps the coordinates that gain most in squared distance, v² - (v - clip(v))², and of equal
     * ones the first. The largest ones are not always those: the box may hold them back.
     */
    @Override
    public void project(double[] v, double[] low, double[] high) {
      double[] gain = v.clone();
      clip(v, low, high);
      for (int i = 0; i < v.length; i++) {
        gain[i] = v[i] * (2 * gain[i] - v[i]);
      }
      keep(gain, radius, v);
    }

    /** Any set of coordinates, each drawn between its bounds. */
    @Override
    public void draw(RandomGenerator random, double[] v, double[] low, double[] high) {
      double[] lot = new double[v.length];
      for (int i = 0; i < v.length; i++) {
        boolean moves = low[i] < high[i];
        lot[i] = moves ? random.nextDouble() : -1;
        v[i] = moves ? low[i] + random.nextDouble() * (high[i] - low[i]) : 0;
      }
      keep(lot, radius, v);
    }

    @Override
    public void surface(RandomGenerator random, double[] v, double[] low, double[] high) {
      draw(random, v, low, high);
    }

    /** Moves as many coordinates as far as the box allows: those in which the slope gains most. */
    @Override
    public void ascend(double[] gradient, double size, double[] v, double[] low, double[] high) {
      double[] room = rooms(gradient, v, low, high);
      double[] slope = slopes(gradient, room);
      double[] step = new double[v.length];
      for (int i = 0; i < v.length; i++) {
        step[i] = Math.copySign(room[i], gradient[i]);
        slope[i] *= room[i];
      }
      keep(slope, size, step);
      for (int i = 0; i < v.length; i++) {
        v[i] += step[i];
      }
    }

    /** Sets to 0 all coordinates but so many of the highest worth. */
    private static void keep(double[] worth, double most, double[] v) {
      if (v.length <= most) {
        return;
      }
      double[] sorted = worth.clone();
      Arrays.sort(sorted);
      int count = (int) most;
      double least = count == 0 ? Double.POSITIVE_INFINITY : sorted[v.length - count];
      int ties = count;
      for (double value : worth) {
        ties -= value > least ? 1 : 0;
      }
      for (int i = 0; i < v.length; i++) {
        boolean kept = worth[i] > least || worth[i] == least && ties-- > 0;
        v[i] = kept ? v[i] : 0;
      }
    }
  }
}
