package io.sextant.results.rules;

import io.sextant.results.Metric;
import io.sextant.results.Rule;
import java.util.List;
import org.apiguardian.api.API;

/**
 * The figures that rules are about. A new metric is a constant of {@link Metric}, and a class that
 * this one knows.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Figures {
  private Figures() {}

  /**
   * The figures that a rule selects; it must hold for each of them.
   *
   * @param rule what is asked for
   * @param measured by the audit
   * @return none where nothing was measured
   */
  public static List<Figure> of(Rule rule, Measurements measured) {
    return switch (rule.metric()) {
      case CLEAN_ACCURACY -> CleanAccuracyFigures.figures(rule, measured);
      case ROBUST_ACCURACY, CORRUPTED_ACCURACY -> ConditionFigures.figures(rule, measured);
      case COMPLETENESS_GAP -> CompletenessGapFigures.figures(rule, measured);
      case ATTRIBUTION_DRIFT -> AttributionDriftFigures.figures(rule, measured);
    };
  }
}
