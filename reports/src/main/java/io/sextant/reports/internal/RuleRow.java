package io.sextant.reports.internal;

import io.sextant.results.RuleVerdict;
import io.sextant.results.gate.RuleReport;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * A rule in the table of verdicts.
 *
 * @param reading its figure and limits
 * @param change since the baseline, where there is a comparison
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record RuleRow(Reading reading, Optional<Change> change) {
  /** The row of a rule of an audit. */
  public static RuleRow of(RuleVerdict judged) {
    return new RuleRow(Reading.of(judged), Optional.empty());
  }

  /** The row of a rule of a build. */
  public static RuleRow of(RuleReport report) {
    return new RuleRow(
        Reading.of(report), report.change().map(change -> new Change(report.rule(), change)));
  }

  /** Its state. */
  public Mark mark() {
    return Mark.of(reading.judged().verdict());
  }
}
