package io.sextant.results;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * What a rule bounds, in the order in which messages list them.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum Metric {
  /** Share of examples that are right without an attack. */
  CLEAN_ACCURACY("clean-accuracy", true, false),

  /** Share of examples that are right and held. */
  ROBUST_ACCURACY("robust-accuracy", true, true),

  /** Share of corrupted examples that are right. */
  CORRUPTED_ACCURACY("corrupted-accuracy", true, false),

  /** Largest relative completeness gap of an explanation. */
  COMPLETENESS_GAP("completeness-gap", false, false),

  /** Share of the attribution that moved since the baseline, in the mean over examples. */
  ATTRIBUTION_DRIFT("attribution-drift", false, false);

  private final String key;
  private final boolean share;
  private final boolean upperBound;

  Metric(String key, boolean share, boolean upperBound) {
    this.key = key;
    this.share = share;
    this.upperBound = upperBound;
  }

  /** The name in specs, for example {@code clean-accuracy}. */
  @JsonValue
  public String key() {
    return key;
  }

  /** What a rule on this metric may select. */
  public Set<Selector> selectors() {
    return switch (this) {
      case CLEAN_ACCURACY -> EnumSet.of(Selector.CLASS, Selector.SLICE);
      case ROBUST_ACCURACY ->
          EnumSet.of(
              Selector.NORM, Selector.EPSILON, Selector.ATTACK, Selector.CLASS, Selector.SLICE);
      case CORRUPTED_ACCURACY -> EnumSet.of(Selector.CORRUPTION, Selector.CLASS, Selector.SLICE);
      case COMPLETENESS_GAP, ATTRIBUTION_DRIFT -> EnumSet.of(Selector.EXPLAINER);
    };
  }

  /**
   * Whether the metric is a share of examples, so that it has counts, an interval, and a paired
   * comparison with a baseline.
   */
  public boolean isShare() {
    return share;
  }

  /** Whether the true value can only be lower, as a stronger attack may exist. */
  public boolean isUpperBound() {
    return upperBound;
  }

  /**
   * The metric with a key.
   *
   * @throws IllegalArgumentException if no metric has this key
   */
  @JsonCreator
  public static Metric parse(String key) {
    return Arrays.stream(values())
        .filter(metric -> metric.key().equals(key.trim()))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "metric must be one of %s but was '%s'"
                        .formatted(
                            Arrays.stream(values())
                                .map(Metric::key)
                                .collect(Collectors.joining(", ")),
                            Epsilon.abbreviate(key))));
  }
}
