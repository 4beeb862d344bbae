package io.sextant.results;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * How alike two attributions of one input shape are, such as before and after an attack or by two
 * versions of a model.
 *
 * <p>Ghorbani, Abid, Zou, "Interpretation of Neural Networks Is Fragile", AAAI 2019,
 * arXiv:1710.10547, for overlap, rank correlation and centre of mass; overlap and centre are of
 * absolute values, as there.
 *
 * @param moved the share of the attribution that moved: half the L1 distance of the maps, each
 *     divided by the sum of its absolute values. 0 where one map is a positive multiple of the
 *     other, 1 where they have nothing in common or opposite signs; 0 of two maps of zeros, 1 where
 *     only one is 0
 * @param distance relative L1 distance: the sum of the absolute changes by that of the absolute
 *     values before, in which a change of scale counts; absent where the map before is 0
 * @param overlap the share that the top values of both have in common, from 0 to 1; values of 0 are
 *     not among them
 * @param spearman rank correlation of the signed values; absent where one map does not vary
 * @param cosine of the angle between the maps; absent where one is 0
 * @param centreShift how far the centre of mass moves, in pixels; absent where inputs are no images
 *     or one map is 0
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record MapChange(
    double moved,
    OptionalDouble distance,
    double overlap,
    OptionalDouble spearman,
    OptionalDouble cosine,
    OptionalDouble centreShift) {
  /** The share of values that count as the top ones. */
  public static final double TOP = 0.1;

  public MapChange {
    Check.share("moved", moved);
    Check.share("overlap", overlap);
    Check.finite("distance", distance);
    Check.finite("spearman", spearman);
    Check.finite("cosine", cosine);
    Check.finite("centreShift", centreShift);
  }

  /**
   * What is measured of a change.
   *
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public enum Measure {
    /** {@link MapChange#moved}. */
    MOVED("moved", false, change -> OptionalDouble.of(change.moved())),
    /** {@link MapChange#distance}. */
    DISTANCE("relative-l1", false, MapChange::distance),
    /** {@link MapChange#overlap}. */
    OVERLAP("overlap", true, change -> OptionalDouble.of(change.overlap())),
    /** {@link MapChange#spearman}. */
    SPEARMAN("spearman", true, MapChange::spearman),
    /** {@link MapChange#cosine}. */
    COSINE("cosine", true, MapChange::cosine),
    /** {@link MapChange#centreShift}. */
    CENTRE_SHIFT("centre-shift", false, MapChange::centreShift);

    private final String key;
    private final boolean likeness;
    private final Function<MapChange, OptionalDouble> of;

    Measure(String key, boolean likeness, Function<MapChange, OptionalDouble> of) {
      this.key = key;
      this.likeness = likeness;
      this.of = of;
    }

    /** The name in results. */
    public String key() {
      return key;
    }

    /** Whether large values mean that the maps are alike. */
    public boolean isLikeness() {
      return likeness;
    }

    /** Its value of a change, where it is defined. */
    public OptionalDouble of(MapChange change) {
      return of.apply(change);
    }
  }

  /**
   * Compares two maps.
   *
   * @param before {@code [values]}, finite
   * @param after {@code [values]}, finite
   * @param shape of the maps; a rank of 2 or 3 is an image, whose last two sizes are height and
   *     width
   */
  public static MapChange between(double[] before, double[] after, List<Integer> shape) {
    long values = shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
    if (before.length != after.length || before.length != values || values == 0) {
      throw new IllegalArgumentException(
          "maps must have %d values, at least 1, but had %d and %d"
              .formatted(values, before.length, after.length));
    }
    Set<Integer> first = top(before);
    Set<Integer> second = top(after);
    long common = second.stream().filter(first::contains).count();
    int larger = Math.max(first.size(), second.size());
    return new MapChange(
        moved(before, after),
        finite(change(before, 1, after, 1) / mass(before)),
        // Two maps of zeros are alike.
        larger == 0 ? 1 : (double) common / larger,
        finite(Correlation.spearman(before, after)),
        finite(dot(before, after) / Math.sqrt(dot(before, before) * dot(after, after))),
        shape.size() == 2 || shape.size() == 3
            ? centreShift(before, after, shape)
            : OptionalDouble.empty());
  }

  private static double moved(double[] before, double[] after) {
    double first = mass(before);
    double second = mass(after);
    if (first == 0 || second == 0) {
      return first == second ? 0 : 1;
    }
    return Math.min(1, change(before, first, after, second) / 2);
  }

  private static double mass(double[] map) {
    return Arrays.stream(map).map(Math::abs).sum();
  }

  /** The L1 distance of maps that are divided by something each. */
  private static double change(double[] before, double first, double[] after, double second) {
    double sum = 0;
    for (int i = 0; i < before.length; i++) {
      sum += Math.abs(after[i] / second - before[i] / first);
    }
    return sum;
  }

  /**
   * The places of the values that count as the top ones: a tenth of all, by their absolute values;
   * fewer where fewer are not 0.
   *
   * @param map {@code [values]}
   */
  public static Set<Integer> top(double[] map) {
    int count = Math.max(1, (int) Math.round(TOP * map.length));
    return IntStream.range(0, map.length)
        .filter(i -> map[i] != 0)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -Math.abs(map[i])))
        .limit(count)
        .collect(Collectors.toSet());
  }

  private static OptionalDouble centreShift(double[] before, double[] after, List<Integer> shape) {
    double[] first = centre(before, shape);
    double[] second = centre(after, shape);
    return finite(Math.hypot(first[0] - second[0], first[1] - second[1]));
  }

  private static double[] centre(double[] map, List<Integer> shape) {
    int height = shape.get(shape.size() - 2);
    int width = shape.get(shape.size() - 1);
    double mass = mass(map);
    double[] centre = new double[2];
    for (int i = 0; i < map.length; i++) {
      centre[0] += Math.abs(map[i]) / mass * (i / width % height);
      centre[1] += Math.abs(map[i]) / mass * (i % width);
    }
    return centre;
  }

  private static double dot(double[] first, double[] second) {
    double sum = 0;
    for (int i = 0; i < first.length; i++) {
      sum += first[i] * second[i];
    }
    return sum;
  }

  private static OptionalDouble finite(double value) {
    return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
  }
}
