package io.sextant.cli;

import io.sextant.evaluation.EngineOptions;
import io.sextant.evaluation.Replay;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sextant replay}. */
@Command(
    name = "replay",
    description = {
      "Checks an audit by its evidence: that no file was altered, that each adversarial input lies"
          + " within its threat, that the network still decides on it as recorded, and that"
          + " samples.csv and the counts, accuracies and verdicts of result.json follow from that.",
      "Needs nothing but the folder, and the model when the evidence leaves it out."
    })
final class ReplayCommand implements Callable<Integer> {
  private static final int SHOWN = 20;

  @Spec
  @SuppressWarnings("NullAway.Init")
  CommandSpec command;

  @Parameters(paramLabel = "DIR", description = "The output folder of an audit.")
  @SuppressWarnings("NullAway.Init")
  Path folder;

  @Option(
      names = "--model",
      paramLabel = "FILE",
      description = "The model to judge with; its digest must be the recorded one.")
  @Nullable Path model;

  @Override
  public Integer call() throws IOException {
    Replay.Report report = Replay.run(folder, Optional.ofNullable(model), EngineOptions.DEFAULT);
    PrintWriter out = command.commandLine().getOut();
    if (!report.differences().isEmpty()) {
      int count = report.differences().size();
      out.printf("%d %s:%n", count, count == 1 ? "difference" : "differences");
      report.differences().stream().limit(SHOWN).forEach(line -> out.println("  " + line));
      if (count > SHOWN) {
        out.printf("  and %d more%n", count - SHOWN);
      }
    } else {
      out.println(report.verified() ? "Verified: nothing differs." : "Nothing differs so far.");
    }
    list(out, "Checked:", report.checked());
    list(out, "Not checked:", report.unchecked());
    out.flush();
    if (!report.differences().isEmpty()) {
      return ExitCode.FAILED;
    }
    report
        .missing()
        .ifPresent(
            why -> {
              throw new IllegalArgumentException("not verified: " + why);
            });
    return ExitCode.OK;
  }

  private static void list(PrintWriter out, String title, List<String> lines) {
    if (!lines.isEmpty()) {
      out.println(title);
      lines.forEach(line -> out.println("  " + line));
    }
  }
}
