package io.sextant.results;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * What a rule bounds. A new metric is one class, listed in {@link #ALL}.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface Metric {
  /** Share of examples that are right without an attack. */
  Metric CLEAN_ACCURACY = new CleanAccuracyMetric();

  /** Share of examples that are right and held. */
  Metric ROBUST_ACCURACY = new RobustAccuracyMetric();

  /** Largest relative completeness gap of an explanation. */
  Metric COMPLETENESS_GAP = new CompletenessGapMetric();

  /** Every metric that rules may name, in the order in which messages list them. */
  List<Metric> ALL = List.of(CLEAN_ACCURACY, ROBUST_ACCURACY, COMPLETENESS_GAP);

  /** The name in specs, for example {@code clean-accuracy}. */
  @JsonValue
  String key();

  /** What a rule on this metric may select. */
  Set<Selector> selectors();

  /**
   * Whether the metric is a share of examples, so that it has counts, an interval, and a paired
   * comparison with a baseline.
   */
  boolean isShare();

  /** Whether the true value can only be lower, as a stronger attack may exist. */
  boolean isUpperBound();

  /**
   * The figures that a rule selects; it must hold for each of them.
   *
   * @param rule on this metric
   * @param measured by the audit
   * @return none where nothing was measured
   */
  List<Figure> figures(Rule rule, Measurements measured);

  /**
   * The metric with a key.
   *
   * @throws IllegalArgumentException if no metric has this key
   */
  @JsonCreator
  static Metric parse(String key) {
    return ALL.stream()
        .filter(metric -> metric.key().equals(key.trim()))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "metric must be one of %s but was '%s'"
                        .formatted(
                            ALL.stream().map(Metric::key).collect(Collectors.joining(", ")),
                            Epsilon.abbreviate(key))));
  }
}
