package io.sextant.results.rules;

import io.sextant.results.AttributionDrift;
import io.sextant.results.Metric;
import io.sextant.results.Rule;
import io.sextant.results.Scope;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Share of the attribution that moved since the baseline. */
final class AttributionDriftFigures {
  private static final String RECORD = "run update-baseline to record them";

  private AttributionDriftFigures() {}

  static List<Figure> figures(Rule rule, Measurements measured) {
    return asked(rule, measured)
        .flatMap(
            drift ->
                drift
                    .moved()
                    .map(
                        moved ->
                            new Figure(
                                Scope.of(drift.explainer()),
                                new Moved(moved, drift.worst(), drift.onlyBefore())))
                    .stream())
        .toList();
  }

  private static Stream<AttributionDrift> asked(Rule rule, Measurements measured) {
    return measured.drift().stream()
        .filter(drift -> rule.explainer().map(drift.explainer()::equals).orElse(true));
  }

  /**
   * Why an explainer that a rule asks for has no figure.
   *
   * @return empty where each has one, or the rule is about something else
   */
  static Optional<AttributionDrift.Uncompared> lacking(Rule rule, Measurements measured) {
    if (rule.metric() != Metric.ATTRIBUTION_DRIFT) {
      return Optional.empty();
    }
    if (measured.attributions().isEmpty()) {
      return missing("this audit kept no attributions; add 'attributions' to the spec");
    }
    if (measured.drift().isEmpty()) {
      return missing(
          "there are no attributions to compare with; give an earlier audit with --baseline, or "
              + RECORD);
    }
    Optional<AttributionDrift> first =
        asked(rule, measured).filter(drift -> drift.uncompared().isPresent()).findFirst();
    if (first.isPresent()) {
      AttributionDrift.Uncompared why = first.get().uncompared().get();
      return Optional.of(
          new AttributionDrift.Uncompared(
              why.missing(),
              "the attributions by %s are not comparable: %s; use the same explainers, settings and data, or %s"
                  .formatted(first.get().explainer(), why.reason(), RECORD)));
    }
    return asked(rule, measured).findAny().isPresent()
        ? Optional.empty()
        : missing(
            "no attributions by %s are there, now or before; %s"
                .formatted(rule.explainer().orElse("any explainer"), RECORD));
  }

  private static Optional<AttributionDrift.Uncompared> missing(String reason) {
    return Optional.of(new AttributionDrift.Uncompared(true, reason));
  }
}
