package io.sextant.junit;

import io.sextant.results.AuditResult;
import io.sextant.results.ValidityCheck;
import io.sextant.results.gate.GateMessage;
import io.sextant.results.gate.GateReport;
import io.sextant.results.gate.Guidance;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * What a robustness test found out about one model. A {@link RobustnessTest} can take it as a
 * parameter, to assert more than its rules do.
 *
 * @param audit every figure
 * @param gate how the rules came out
 * @param guidance what messages point to
 * @param folder of {@code result.json}, {@code samples.csv}, {@code report.html} and the evidence
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record RobustnessResult(AuditResult audit, GateReport gate, Guidance guidance, Path folder) {
  static final String REPORT = "report.html";

  /** The HTML report. */
  public Path report() {
    return folder.resolve(REPORT);
  }

  /** Whether a rule is broken, undecided or not measured. */
  public boolean failed() {
    return gate.failed();
  }

  /**
   * The words in which the build plugin would tell it, several lines; and where no verdict can be
   * trusted, which validity checks say so.
   */
  public String message() {
    String tripped =
        audit.validity().checks().stream()
            .filter(check -> check.status() == ValidityCheck.Status.FAIL)
            .map(check -> "\n  %s: %s".formatted(check.title(), check.explanation()))
            .collect(Collectors.joining());
    return GateMessage.of(gate, guidance)
        + (tripped.isEmpty() ? "" : "\nValidity checks that tripped:" + tripped);
  }
}
