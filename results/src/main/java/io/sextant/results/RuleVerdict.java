package io.sextant.results;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apiguardian.api.API;

/**
 * How a rule came out.
 *
 * @param rule that was judged
 * @param verdict its state
 * @param norm of the figure that was judged
 * @param epsilon of the figure that was judged
 * @param className of the figure that was judged
 * @param share the figure, for accuracies; its exact counts are what was compared
 * @param bound how the share stands to the true one; absent when everything was run
 * @param gap the figure, for completeness gaps
 * @param explanation one sentence
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record RuleVerdict(
    Rule rule,
    Verdict verdict,
    Optional<Norm> norm,
    Optional<Epsilon> epsilon,
    @JsonProperty("class") Optional<String> className,
    Optional<Proportion> share,
    Optional<Bound> bound,
    OptionalDouble gap,
    String explanation) {
  public RuleVerdict {
    Check.finite("gap", gap);
    if (bound.isPresent() && share.isEmpty()) {
      throw new IllegalArgumentException(
          "rule %s: a bound must come with a share".formatted(rule.id()));
    }
  }
}
