package io.sextant.reports.internal;

import io.sextant.results.Verdict;
import io.sextant.results.gate.GateReport;
import io.sextant.results.gate.Guidance;
import io.sextant.results.gate.RuleReport;
import java.util.List;
import org.apiguardian.api.API;

/**
 * The judgement of a build, beside the audit that it is about.
 *
 * @param gate the judgement
 * @param guidance the commands
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record Build(GateReport gate, Guidance guidance) {
  /** The states that somebody has to look at, the worst first. */
  static final List<Verdict> TOLD =
      List.of(
          Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.NOT_MEASURED, Verdict.WARN, Verdict.WAIVED);

  /** The rules to look at, the worst first. */
  public List<Notice> notices() {
    return TOLD.stream()
        .flatMap(verdict -> gate.in(verdict).stream())
        .map(rule -> new Notice(gate, rule, guidance))
        .toList();
  }

  /** The rules that stand beside a baseline. */
  public List<RuleRow> compared() {
    return gate.rules().stream().map(RuleRow::of).filter(row -> row.change().isPresent()).toList();
  }

  /** The rules that should stand beside a baseline and cannot. */
  public List<RuleReport> uncompared() {
    return gate.rules().stream().filter(rule -> rule.uncompared().isPresent()).toList();
  }

  /** Whether there is anything to say about a baseline. */
  public boolean hasRegression() {
    return !compared().isEmpty() || !uncompared().isEmpty();
  }
}
