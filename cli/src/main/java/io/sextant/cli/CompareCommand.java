package io.sextant.cli;

import io.sextant.results.AuditResult;
import io.sextant.results.SamplesCsv;
import io.sextant.results.gate.Contrast;
import io.sextant.results.gate.GateSubject;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sextant compare}. */
@Command(
    name = "compare",
    description = {
      "Puts two finished audits side by side.",
      "On the same examples they are paired: which ones were lost and gained, and whether that can be"
          + " chance (McNemar's exact test, two-sided)."
    })
final class CompareCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init")
  CommandSpec command;

  @Parameters(index = "0", paramLabel = "BEFORE", description = "Output folder of an audit.")
  @SuppressWarnings("NullAway.Init")
  Path before;

  @Parameters(index = "1", paramLabel = "AFTER", description = "Output folder of another.")
  @SuppressWarnings("NullAway.Init")
  Path after;

  @Override
  public Integer call() throws IOException {
    GateSubject first = read(before);
    GateSubject second = read(after);
    PrintWriter out = command.commandLine().getOut();
    if (!first.fingerprint().samples().equals(second.fingerprint().samples())) {
      out.println("The two were measured on different examples, so they cannot be paired.");
    } else if (!first.fingerprint().protocol().equals(second.fingerprint().protocol())) {
      out.println(
          "The two were measured under different attacks or settings, so a difference need not come"
              + " from the model.");
    }
    List<Contrast> contrasts = Contrast.of(first, second);
    for (Contrast contrast : contrasts) {
      out.printf("%s: %s%n", contrast.subject(), contrast.describe());
    }
    out.flush();
    return ExitCode.OK;
  }

  private static GateSubject read(Path folder) throws IOException {
    Path result = folder.resolve("result.json");
    Path samples = folder.resolve("samples.csv");
    for (Path file : List.of(result, samples)) {
      if (!Files.isRegularFile(file)) {
        throw new IllegalArgumentException(
            "%s holds no finished audit: there is no %s".formatted(folder, file.getFileName()));
      }
    }
    return GateSubject.of(AuditResult.read(result), SamplesCsv.read(samples), List.of());
  }
}
