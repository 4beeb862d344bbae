package io.sextant.maven.config;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A {@code <rule>} of the POM. Maven fills the fields; they mean what they mean in a spec.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class RuleConfiguration {
  /** Names the rule in every output. */
  @Nullable String id;

  /**
   * {@code clean-accuracy}, {@code robust-accuracy}, {@code corrupted-accuracy}, {@code
   * completeness-gap} or {@code attribution-drift}.
   */
  @Nullable String metric;

  /** Norm of the threat, any when absent. */
  @Nullable String norm;

  /** Radius of the threat, any when absent. */
  @Nullable String epsilon;

  /** The corruptions to judge, for example {@code corrupted fog}; any when absent. */
  @Nullable String condition;

  /** The one attack to judge, the worst case over all when absent. */
  @Nullable String attack;

  /** The one class to judge, or {@code *} for the worst one. */
  @Nullable String className;

  /** The part of the examples to judge. */
  @Nullable String slice;

  /** The one explainer to judge, each of them when absent. */
  @Nullable String explainer;

  /** Smallest acceptable value, for example {@code 85%}. */
  @Nullable String minimum;

  /** Largest acceptable value. */
  @Nullable String maximum;

  /** Largest acceptable fall below the baseline, for example {@code 1%}. */
  @Nullable String maxRegression;

  /** {@code point} or {@code confidence-bound}. */
  @Nullable String statistic;

  /** {@code error}, {@code warn} or {@code info}. */
  @Nullable String severity;

  Map<String, Object> entry() {
    Map<String, Object> entry = new LinkedHashMap<>();
    Entries.put(entry, "id", id);
    Entries.put(entry, "metric", Entries.key(metric));
    Entries.put(entry, "norm", Entries.key(norm));
    Entries.put(entry, "epsilon", epsilon);
    Entries.put(entry, "condition", condition);
    Entries.put(entry, "attack", attack);
    Entries.put(entry, "class", className);
    Entries.put(entry, "slice", slice);
    Entries.put(entry, "explainer", explainer);
    Entries.put(entry, "minimum", minimum);
    Entries.put(entry, "maximum", maximum);
    Entries.put(entry, "max-regression", maxRegression);
    Entries.put(entry, "statistic", Entries.key(statistic));
    Entries.put(entry, "severity", Entries.key(severity));
    return entry;
  }
}
