package io.sextant.cli;

import io.sextant.reports.HtmlReport;
import io.sextant.results.AuditResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sextant report}. */
@Command(
    name = "report",
    description = "Writes the HTML report of a finished audit again, from its result.json alone.")
final class ReportCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init")
  CommandSpec command;

  @Parameters(paramLabel = "DIR", description = "The output folder of an audit.")
  @SuppressWarnings("NullAway.Init")
  Path folder;

  @Override
  public Integer call() throws IOException {
    Path result = folder.resolve("result.json");
    if (!Files.isRegularFile(result)) {
      throw new IllegalArgumentException(
          "%s holds no finished audit: there is no result.json".formatted(folder));
    }
    Path report = folder.resolve("report.html");
    HtmlReport.write(AuditResult.read(result), report);
    command.commandLine().getOut().printf("Report: %s%n", report);
    command.commandLine().getOut().flush();
    return ExitCode.OK;
  }
}
