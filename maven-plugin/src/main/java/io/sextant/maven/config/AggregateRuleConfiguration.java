package io.sextant.maven.config;

import io.sextant.results.Epsilon;
import io.sextant.results.Limit;
import io.sextant.results.Metric;
import io.sextant.results.Norm;
import io.sextant.results.Rule;
import io.sextant.results.Severity;
import io.sextant.results.gate.AggregateRule;
import java.util.Optional;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A {@code <rule>} over the modules of a build. Maven fills the fields.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class AggregateRuleConfiguration {
  /** Names the rule in every output. */
  @Nullable String id;

  /** {@code clean-accuracy} or {@code robust-accuracy}. */
  @Nullable String metric;

  /** Norm of the threat, any when absent. */
  @Nullable String norm;

  /** Radius of the threat, any when absent. */
  @Nullable String epsilon;

  /** The one attack to judge, the worst case over all when absent. */
  @Nullable String attack;

  /** Smallest acceptable value of the worst model, for example {@code 40%}. */
  @Nullable String minimumWorst;

  /** Smallest acceptable mean over the examples of all models. */
  @Nullable String minimumMean;

  /** {@code error}, {@code warn} or {@code info}. */
  @Nullable String severity;

  /**
   * The rule.
   *
   * @throws IllegalArgumentException if something is missing or malformed; the rule is named
   */
  public AggregateRule rule() {
    if (id == null || metric == null || (minimumWorst == null && minimumMean == null)) {
      throw new IllegalArgumentException(
          "a rule of <aggregateRules> must have <id>, <metric> and <minimumWorst> or <minimumMean> but rule %s lacks one"
              .formatted(id == null ? "without an id" : id));
    }
    try {
      return new AggregateRule(
          id.trim(), limit(minimumWorst).map(this::bounded), limit(minimumMean).map(this::bounded));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "<aggregateRules>, rule %s: %s".formatted(id, e.getMessage()), e);
    }
  }

  private static Optional<Limit> limit(@Nullable String text) {
    return Optional.ofNullable(text).map(Limit::parse);
  }

  private Rule bounded(Limit minimum) {
    Rule.Builder builder =
        Rule.builder(String.valueOf(id).trim(), Metric.parse(String.valueOf(Entries.key(metric))))
            .minimum(minimum);
    Optional.ofNullable(Entries.key(norm)).map(Norm::parse).ifPresent(builder::norm);
    Optional.ofNullable(epsilon).map(Epsilon::parse).ifPresent(builder::epsilon);
    Optional.ofNullable(attack).ifPresent(builder::attack);
    Optional.ofNullable(Entries.key(severity)).map(Severity::parse).ifPresent(builder::severity);
    return builder.build();
  }
}
