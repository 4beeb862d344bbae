package io.sextant.explainers.quality;

import io.sextant.explainers.Output;
import java.util.List;
import org.apiguardian.api.API;

/**
 * A metric that is read off a curve, which says more than the number: where the output falls, and
 * how far apart explanations and controls are on the way.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface CurveMetric extends QualityMetric {
  /** Whether values are taken out of the input along the curve, or put into a baseline. */
  boolean removes();

  /**
   * What the curve is of.
   *
   * @param explained the output that was explained
   */
  Output output(Output explained);

  /**
   * The curves of the attributions of examples.
   *
   * @return one per example; against several baselines the mean of theirs
   */
  List<RemovalCurve> curves(Judged judged);

  /** The score of a curve. */
  double score(RemovalCurve curve);

  @Override
  default double[] scores(Judged judged) {
    return curves(judged).stream().mapToDouble(this::score).toArray();
  }
}
