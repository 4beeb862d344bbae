package io.sextant.results;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import org.apiguardian.api.API;

/**
 * What a rule bounds.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum Metric {
  /** Share of examples that are right without an attack. */
  CLEAN_ACCURACY("clean-accuracy"),
  /** Share of examples that are right and held. */
  ROBUST_ACCURACY("robust-accuracy"),
  /** Largest relative completeness gap of an explanation. */
  COMPLETENESS_GAP("completeness-gap");

  private final String key;

  Metric(String key) {
    this.key = key;
  }

  /** The name in specs, for example {@code clean-accuracy}. */
  @JsonValue
  public String key() {
    return key;
  }

  /**
   * The metric with a key.
   *
   * @throws IllegalArgumentException if no metric has this key
   */
  @JsonCreator
  public static Metric parse(String key) {
    for (Metric metric : values()) {
      if (metric.key.equals(key.trim())) {
        return metric;
      }
    }
    throw new IllegalArgumentException(
        "metric must be one of clean-accuracy, robust-accuracy, completeness-gap but was '%s'"
            .formatted(Epsilon.abbreviate(key)));
  }
}
