package io.sextant.explainers.quality;

import io.sextant.explainers.Output;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * The mean of the curves of several examples, of at most {@value #MOST} points.
 *
 * @param output what the heights are
 * @param removes whether values are taken out of the input along the curve, or put into a baseline
 * @param shares of the input that are replaced, rising from 0, at most 1
 * @param means of the outputs, one per share
 * @param standardErrors of the means, one per share; absent where there is one example
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record MeanCurve(
    Output output,
    boolean removes,
    double[] shares,
    double[] means,
    Optional<double[]> standardErrors) {
  /** Points that are kept of curves with more: evenly chosen, both ends included. */
  public static final int MOST = 101;

  /**
   * The mean over examples.
   *
   * @param metric whose curves they are
   * @param explained the output that was explained
   * @param curves of inputs of one shape; those that are not finite are left out
   * @return empty where none is finite
   */
  static Optional<MeanCurve> of(CurveMetric metric, Output explained, List<RemovalCurve> curves) {
    List<RemovalCurve> finite =
        curves.stream()
            .filter(curve -> Arrays.stream(curve.outputs()).allMatch(Double::isFinite))
            .toList();
    if (finite.isEmpty()) {
      return Optional.empty();
    }
    int[] counts = finite.get(0).counts();
    int last = counts.length - 1;
    int kept = Math.min(MOST, counts.length);
    int[] points =
        IntStream.range(0, kept)
            .map(p -> (int) Math.round((double) p * last / (kept - 1)))
            .toArray();
    double[] means = new double[kept];
    double[] errors = new double[kept];
    for (int p = 0; p < kept; p++) {
      int at = points[p];
      Mean mean = Mean.of(finite.stream().mapToDouble(curve -> curve.outputs()[at]).toArray());
      means[p] = mean.value().orElseThrow();
      errors[p] = mean.standardError().orElse(0);
    }
    return Optional.of(
        new MeanCurve(
            metric.output(explained),
            metric.removes(),
            IntStream.of(points)
                .mapToDouble(p -> (double) counts[p] / finite.get(0).sites())
                .toArray(),
            means,
            finite.size() > 1 ? Optional.of(errors) : Optional.empty()));
  }
}
