package io.sextant.evaluation;

import io.sextant.explainers.quality.MeanCurve;
import io.sextant.explainers.quality.QualityMetric;
import io.sextant.explainers.quality.QualityTable;
import io.sextant.results.ExplanationQuality;
import io.sextant.results.Floats;
import java.util.Locale;
import java.util.OptionalDouble;
import org.apiguardian.api.API;

/**
 * Columns of a table of metrics as results hold them and reports draw them.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class QualityColumns {
  private static final double DECIMALS = 1e4;

  private QualityColumns() {}

  /**
   * A column of a table.
   *
   * @param id under which the metric is listed
   * @param metric its configuration
   * @param column what it found
   */
  public static ExplanationQuality.Column of(
      String id, QualityMetric metric, QualityTable.Column column) {
    return new ExplanationQuality.Column(
        id,
        column.metric(),
        ExplanationStage.told(metric.configuration()),
        column.better().name().toLowerCase(Locale.ROOT),
        column.cells().stream()
            .map(
                cell ->
                    new ExplanationQuality.Cell(
                        cell.explainer(),
                        cell.control(),
                        cell.mean(),
                        cell.standardError(),
                        cell.defined(),
                        cell.rank(),
                        cell.curve().map(QualityColumns::curve),
                        rounded(cell.cost()),
                        cell.unfit()))
            .toList(),
        column.invalid());
  }

  /** A mean of costs in decimals: as a binary fraction it would show digits that say nothing. */
  private static OptionalDouble rounded(OptionalDouble cost) {
    return cost.isPresent()
        ? OptionalDouble.of(Math.round(cost.getAsDouble() * DECIMALS) / DECIMALS)
        : cost;
  }

  private static ExplanationQuality.Curve curve(MeanCurve curve) {
    return new ExplanationQuality.Curve(
        curve.output().text(),
        curve.removes(),
        floats(curve.shares()),
        floats(curve.means()),
        curve.standardErrors().map(QualityColumns::floats));
  }

  private static Floats floats(double[] values) {
    return Floats.of(Rows.narrow(values));
  }
}
