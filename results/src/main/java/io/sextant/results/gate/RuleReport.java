package io.sextant.results.gate;

import io.sextant.results.Rule;
import io.sextant.results.RuleVerdict;
import io.sextant.results.Scope;
import io.sextant.results.Verdict;
import io.sextant.results.baseline.Comparison;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * How a rule came out in a build.
 *
 * @param judged rule, verdict, figure and explanation
 * @param change the figure beside its baseline, where the two can be paired
 * @param regressed whether the fall below the baseline broke the rule
 * @param uncompared why the figure cannot be held against the baseline, where it should be
 * @param worst examples to look at, the worst first; newly lost ones before all others
 * @param waiver that covers the broken rule
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record RuleReport(
    RuleVerdict judged,
    Optional<Comparison> change,
    boolean regressed,
    Optional<String> uncompared,
    List<Integer> worst,
    Optional<Waiver> waiver) {
  public RuleReport {
    worst = List.copyOf(worst);
    if ((judged.verdict() == Verdict.WAIVED) != waiver.isPresent()) {
      throw new IllegalArgumentException(
          "rule %s: a waiver must be given exactly when waived but was %s with %s"
              .formatted(judged.rule().id(), waiver, judged.verdict()));
    }
  }

  /** The rule. */
  public Rule rule() {
    return judged.rule();
  }

  /** What the figure is about, or what the rule asks for where there is none. */
  public Scope scope() {
    return judged.scope();
  }

  /** The state. */
  public Verdict verdict() {
    return judged.verdict();
  }
}
