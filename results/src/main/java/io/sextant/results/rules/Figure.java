package io.sextant.results.rules;

import io.sextant.results.Certainty;
import io.sextant.results.Limit;
import io.sextant.results.Rule;
import io.sextant.results.Scope;
import io.sextant.results.Statistic;
import java.util.List;
import org.apiguardian.api.API;

/**
 * A measured value that a rule is held against.
 *
 * @param scope what it is about
 * @param value what was measured
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Figure(Scope scope, Value value) {
  /** What the limits of a rule say about this figure. */
  public Certainty judge(Rule rule) {
    Certainty low =
        rule.minimum().map(m -> value.atLeast(m, rule.statistic())).orElse(Certainty.HOLDS);
    Certainty high =
        rule.maximum().map(m -> value.atMost(m, rule.statistic())).orElse(Certainty.HOLDS);
    return low.and(high);
  }

  /**
   * A share of examples, a completeness gap or a drift.
   *
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public sealed interface Value permits Tally, Gap, Moved {
    /** What a minimum says. */
    Certainty atLeast(Limit minimum, Statistic statistic);

    /** What a maximum says. */
    Certainty atMost(Limit maximum, Statistic statistic);

    /** Whether nothing is left to run. */
    boolean complete();

    /** What a value within the limits lacks when it is not complete, and what to do. */
    String lacking();

    /** A number for comparing figures of one metric, never for judging them. */
    double value();

    /** Examples to look at, the worst first. */
    List<Integer> worst();
  }
}
