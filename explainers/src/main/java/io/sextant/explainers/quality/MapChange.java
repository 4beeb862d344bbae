package io.sextant.explainers.quality;

import io.sextant.gradients.graph.Shape;
import java.util.Arrays;
import java.util.Comparator;
import java.util.OptionalDouble;
import java.util.Set;
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
    double overlap, OptionalDouble spearman, OptionalDouble cosine, OptionalDouble centreShift) {
  /** The share of values that count as the top ones. */
  public static final double TOP = 0.1;

  /**
   * Compares two maps.
   *
   * @param before {@code [values]}
   * @param after {@code [values]}
   * @param shape of the maps; a rank of 2 or 3 is an image
   */
  public static MapChange between(double[] before, double[] after, Shape shape) {
    if (before.length != after.length || before.length != shape.elements()) {
      throw new IllegalArgumentException(
          "maps must have %d values but had %d and %d"
              .formatted(shape.elements(), before.length, after.length));
    }
    Set<Integer> first = top(before);
    Set<Integer> second = top(after);
    long common = second.stream().filter(first::contains).count();
    int larger = Math.max(first.size(), second.size());
    return new MapChange(
        // Two maps of zeros are alike.
        larger == 0 ? 1 : (double) common / larger,
        finite(Correlation.spearman(before, after)),
        finite(dot(before, after) / Math.sqrt(dot(before, before) * dot(after, after))),
        shape.rank() == 2 || shape.rank() == 3
            ? centreShift(before, after, shape)
            : OptionalDouble.empty());
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

  private static OptionalDouble centreShift(double[] before, double[] after, Shape shape) {
    double[] first = centre(before, shape);
    double[] second = centre(after, shape);
    return finite(Math.hypot(first[0] - second[0], first[1] - second[1]));
  }

  private static double[] centre(double[] map, Shape shape) {
    int height = shape.size(shape.rank() - 2);
    int width = shape.size(shape.rank() - 1);
    double mass = Arrays.stream(map).map(Math::abs).sum();
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
