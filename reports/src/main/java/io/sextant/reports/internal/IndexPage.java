package io.sextant.reports.internal;

import io.sextant.results.AuditResult;
import io.sextant.results.Condition;
import io.sextant.results.RobustAccuracy;
import io.sextant.results.gate.GateMessage;
import io.sextant.results.gate.GateReport;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * Several audits side by side.
 *
 * @param title of the page
 * @param rows one per audit
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record IndexPage(String title, List<Row> rows) {
  public IndexPage {
    rows = List.copyOf(rows);
  }

  /**
   * An audit.
   *
   * @param label its name on this page
   * @param result its figures
   * @param link relative path of its report
   * @param gate the judgement of a build, where there is one
   */
  @API(status = API.Status.INTERNAL, since = "0.1")
  public record Row(String label, AuditResult result, String link, Optional<GateReport> gate) {
    /** Its verdict. */
    public Mark mark() {
      return gate.map(g -> g.verdict().map(Mark::of).orElseGet(Mark::unjudged))
          .orElseGet(() -> Mark.of(result.gate()));
    }

    /** Its verdict in one sentence. */
    public String sentence() {
      return gate.map(GateMessage::headline).orElseGet(() -> Page.sentence(result));
    }
  }

  /**
   * A rule that somebody has to look at.
   *
   * @param row the audit
   * @param rule the rule
   */
  @API(status = API.Status.INTERNAL, since = "0.1")
  public record Told(Row row, RuleRow rule) {}

  /** The rules of all builds that somebody has to look at, the worst first. */
  public List<Told> told() {
    return Build.TOLD.stream()
        .flatMap(
            verdict ->
                rows.stream()
                    .flatMap(
                        row ->
                            row.gate().stream()
                                .flatMap(gate -> gate.in(verdict).stream())
                                .map(rule -> new Told(row, RuleRow.of(rule)))))
        .toList();
  }

  /** How many of the audits were judged by a build. */
  public long judged() {
    return rows.stream().filter(row -> row.gate().isPresent()).count();
  }

  /** How many of the audits fail their build. */
  public long failed() {
    return rows.stream().filter(row -> row.gate().filter(GateReport::failed).isPresent()).count();
  }

  /** Every condition that some audit measured, each once, in order. */
  public List<Condition> columns() {
    return rows.stream()
        .flatMap(row -> row.result().accuracy().robust().stream())
        .map(RobustAccuracy::condition)
        .distinct()
        .sorted()
        .toList();
  }
}
