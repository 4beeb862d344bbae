package io.sextant.results;

import java.util.Optional;
import java.util.OptionalDouble;
import org.apiguardian.api.API;

/**
 * How a rule came out.
 *
 * @param rule that was judged
 * @param verdict its state
 * @param scope of the figure that was judged, or what the rule asks for where there is none
 * @param share the figure, for accuracies; its exact counts are what was compared
 * @param bound how the share stands to the true one; absent when everything was run
 * @param gap the figure, for completeness gaps
 * @param drift the figure, for attribution drift
 * @param explanation one sentence
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record RuleVerdict(
    Rule rule,
    Verdict verdict,
    Scope scope,
    Optional<Proportion> share,
    Optional<Bound> bound,
    OptionalDouble gap,
    Optional<AttributionDrift.Measured> drift,
    String explanation) {
  public RuleVerdict {
    Check.finite("gap", gap);
    if (bound.isPresent() && share.isEmpty()) {
      throw new IllegalArgumentException(
          "rule %s: a bound must come with a share".formatted(rule.id()));
    }
  }

  /** The verdict on a rule without a figure. */
  public static RuleVerdict without(Rule rule, Verdict verdict, String explanation) {
    return new RuleVerdict(
        rule,
        verdict,
        rule.scope(),
        Optional.empty(),
        Optional.empty(),
        OptionalDouble.empty(),
        Optional.empty(),
        explanation);
  }

  /** Whether there is a figure. */
  public boolean isMeasured() {
    return share.isPresent() || gap.isPresent() || drift.isPresent();
  }

  /** Another verdict on the same figure. */
  public RuleVerdict with(Verdict other, String why) {
    return new RuleVerdict(rule, other, scope, share, bound, gap, drift, why);
  }
}
