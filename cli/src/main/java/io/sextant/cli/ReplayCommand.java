package io.sextant.cli;

import io.sextant.evaluation.EngineOptions;
import io.sextant.evaluation.Replay;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
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
      "Checks an audit's evidence: that no file was altered, that each adversarial input lies within"
          + " its threat, and that the network still decides on it as recorded.",
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
    if (report.verified()) {
      out.printf(
          "Verified: %d files and %d adversarial inputs are as recorded.%n",
          report.files(), report.inputs());
    } else {
      int count = report.differences().size();
      out.printf("%d %s:%n", count, count == 1 ? "difference" : "differences");
      report.differences().stream().limit(SHOWN).forEach(line -> out.println("  " + line));
      if (report.differences().size() > SHOWN) {
        out.printf("  and %d more%n", report.differences().size() - SHOWN);
      }
    }
    out.flush();
    return report.verified() ? ExitCode.OK : ExitCode.FAILED;
  }
}
