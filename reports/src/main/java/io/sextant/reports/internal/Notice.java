package io.sextant.reports.internal;

import io.sextant.results.Verdict;
import io.sextant.results.gate.GateMessage;
import io.sextant.results.gate.GateReport;
import io.sextant.results.gate.Guidance;
import io.sextant.results.gate.RuleReport;
import io.sextant.results.internal.Text;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * A rule that a person has to look at, and what can be done about it.
 *
 * @param gate that judged it
 * @param report how it came out
 * @param guidance the commands
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record Notice(GateReport gate, RuleReport report, Guidance guidance) {
  private static final int SHOWN = 12;

  /** The rule's line in the table of verdicts. */
  public RuleRow row() {
    return RuleRow.of(report);
  }

  /** The examples to look at first. */
  public Optional<String> worst() {
    return report.worst().isEmpty()
        ? Optional.empty()
        : Optional.of(Format.first(SHOWN, report.worst()));
  }

  /** Why there is no comparison, where the explanation does not say it already. */
  public Optional<String> uncompared() {
    return report.uncompared().filter(reason -> !report.judged().explanation().contains(reason));
  }

  /** The command that looks again. */
  public String reproduce() {
    return Text.line(guidance.reproduce(report));
  }

  /** The command that takes the present figures as the baseline, where that would help. */
  public Optional<String> update() {
    // A broken limit stays broken under any baseline.
    boolean stuck =
        report.uncompared().isPresent()
            && (report.verdict() == Verdict.INCONCLUSIVE
                || report.verdict() == Verdict.NOT_MEASURED);
    return report.regressed() || stuck
        ? Optional.of(Text.line(guidance.update()))
        : Optional.empty();
  }

  /** Whether a waiver in a spec or a POM would help. */
  public boolean waivable() {
    return report.verdict() == Verdict.FAIL && guidance.waiving() == Guidance.Waiving.SPEC;
  }

  /** The waiver to paste into a test, where one would help there. */
  public Optional<String> waiverForCode() {
    return report.verdict() == Verdict.FAIL && guidance.waiving() == Guidance.Waiving.CODE
        ? Optional.of(Text.line(GateMessage.waiverForCode(gate, report)))
        : Optional.empty();
  }

  /** The waiver to paste into a spec. */
  public String waiverForSpec() {
    return GateMessage.waiverForSpec(gate, report).strip();
  }

  /** The waiver to paste into a POM. */
  public String waiverForPom() {
    return GateMessage.waiverForPom(gate, report).strip();
  }
}
