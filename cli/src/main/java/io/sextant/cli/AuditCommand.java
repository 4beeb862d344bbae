package io.sextant.cli;

import io.sextant.evaluation.Audit;
import io.sextant.evaluation.spec.AuditSpec;
import io.sextant.evaluation.spec.ModelSpec;
import io.sextant.evaluation.spec.SpecReader;
import io.sextant.reports.HtmlReport;
import io.sextant.reports.IndexReport;
import io.sextant.results.AuditResult;
import io.sextant.results.RuleVerdict;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sextant audit}. */
@Command(
    name = "audit",
    description = {
      "Measures how robust a model is, explains it, checks the measurement and judges the rules.",
      "Writes result.json, samples.csv, report.html and evidence/ into the output folder. An"
          + " interrupted run goes on where it was when the same command is given again."
    })
final class AuditCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init")
  CommandSpec command;

  @Parameters(paramLabel = "SPEC", description = "The audit spec (YAML); see sextant init.")
  @SuppressWarnings("NullAway.Init")
  Path spec;

  @Option(names = "--out", paramLabel = "DIR", required = true, description = "Output folder.")
  @SuppressWarnings("NullAway.Init")
  Path out;

  @Option(
      names = "--overwrite",
      description = "Replace a run with another spec, model or data in the output folder.")
  boolean overwrite;

  @Mixin
  @SuppressWarnings("NullAway.Init")
  EngineMixin engine;

  @Override
  public Integer call() throws IOException {
    AuditSpec read = SpecReader.read(spec);
    PrintWriter err = command.commandLine().getErr();
    Audit audit =
        new Audit(
            read,
            engine.options(),
            new Console(err),
            "sextant audit %s --out %s".formatted(spec, out));
    List<IndexReport.Entry> results = new ArrayList<>();
    int code = ExitCode.OK;
    boolean single = read.models().size() == 1;
    for (ModelSpec model : read.models()) {
      Path folder = single ? out : out.resolve(model.id());
      AuditResult result = audit.run(model.id(), folder, overwrite);
      HtmlReport.write(result, folder.resolve("report.html"));
      results.add(new IndexReport.Entry(result, model.id() + "/report.html"));
      code = ExitCode.worse(code, ExitCode.of(result.gate()));
      Summary.print(result, command.commandLine().getOut());
      command.commandLine().getOut().printf("Report: %s%n", folder.resolve("report.html"));
    }
    if (!single) {
      IndexReport.write("Audit of several models", results, out.resolve("index.html"));
      command.commandLine().getOut().printf("All models: %s%n", out.resolve("index.html"));
    }
    command.commandLine().getOut().flush();
    return code;
  }

  /** The few lines that a person reads first. */
  static final class Summary {
    private Summary() {}

    static void print(AuditResult result, PrintWriter out) {
      out.printf(
          "%n%s: clean accuracy %s%n",
          result.model().file(), Figures.share(result.accuracy().clean()));
      result
          .accuracy()
          .robust()
          .forEach(
              cell ->
                  out.printf(
                      "  %s %-8s robust accuracy at most %s%n",
                      cell.norm().symbol(),
                      cell.epsilon().text(),
                      Figures.share(cell.worstCase().accuracy())));
      for (RuleVerdict rule : result.gate().rules()) {
        out.printf("  %-13s %s: %s%n", rule.verdict(), rule.rule().id(), rule.explanation());
      }
      if (result.gate().rules().isEmpty()) {
        out.println("  measured, not judged: the spec has no rules");
      }
      if (!result.validity().reliable()) {
        out.println("  UNRELIABLE: a validity check tripped; see the report");
      }
      out.flush();
    }
  }
}
