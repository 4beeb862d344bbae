package io.sextant.cli;

import io.sextant.evaluation.Audit;
import io.sextant.evaluation.Effort;
import io.sextant.evaluation.SpecSources;
import io.sextant.reports.HtmlReport;
import io.sextant.reports.IndexReport;
import io.sextant.results.AuditResult;
import io.sextant.results.RuleVerdict;
import io.sextant.results.curtail.Curtail;
import io.sextant.spec.AuditSpec;
import io.sextant.spec.ModelSpec;
import io.sextant.spec.SpecReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

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

  @Option(
      names = "--only",
      paramLabel = "ID",
      split = ",",
      description = "Audit these models of the spec only.")
  List<String> only = List.of();

  @Option(
      names = "--curtail",
      paramLabel = "fail|both|none",
      defaultValue = "none",
      converter = CurtailConverter.class,
      description = {
        "Stop measuring for a rule once its verdict is certain by counting: a failure, a failure or"
            + " a pass, or never (default: ${DEFAULT-VALUE}). What was left out is told."
      })
  @SuppressWarnings("NullAway.Init")
  Curtail curtail;

  @Option(
      names = "--time-budget",
      paramLabel = "SECONDS",
      description = {
        "Begin no further unit of work after this time; the same command goes on from there."
      })
  @Nullable Long timeBudget;

  @Option(
      names = "--compared",
      paramLabel = "RULE",
      split = ",",
      description = "Rules that are held against a baseline, and so are not cut short by passing.")
  List<String> compared = List.of();

  @Option(
      names = "--last",
      paramLabel = "DIR",
      description = {
        "A folder with the output, or the evidence, of an earlier audit of each model in a folder"
            + " named by the model's id: inputs that broke the model then are tried first."
      })
  @Nullable Path last;

  @Mixin
  @SuppressWarnings("NullAway.Init")
  EngineMixin engine;

  @Override
  public Integer call() throws IOException {
    AuditSpec read = SpecReader.read(spec);
    PrintWriter err = command.commandLine().getErr();
    List<IndexReport.Entry> results = new ArrayList<>();
    int code = ExitCode.OK;
    boolean single = read.models().size() == 1;
    for (ModelSpec model : models(read)) {
      Path folder = single ? out : out.resolve(model.id());
      AuditResult result = audit(read, model.id(), folder, err);
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

  private List<ModelSpec> models(AuditSpec read) {
    List<String> known = read.models().stream().map(ModelSpec::id).toList();
    for (String id : only) {
      if (!known.contains(id)) {
        throw new IllegalArgumentException(
            "--only names model %s, which is not in the spec; it has %s"
                .formatted(id, String.join(", ", known)));
      }
    }
    return read.models().stream()
        .filter(model -> only.isEmpty() || only.contains(model.id()))
        .toList();
  }

  private AuditResult audit(AuditSpec read, String id, Path folder, PrintWriter err)
      throws IOException {
    Effort effort =
        new Effort(
            curtail,
            Optional.ofNullable(timeBudget).map(Duration::ofSeconds),
            Set.copyOf(compared),
            Optional.ofNullable(last).map(path -> path.resolve(id)));
    try (SpecSources sources = new SpecSources()) {
      return new Audit(
              read,
              engine.options(),
              effort,
              sources,
              new Console(err),
              "sextant audit %s --out %s".formatted(spec, out))
          .run(id, folder, overwrite);
    }
  }

  /** Reads the value of {@code --curtail}. */
  static final class CurtailConverter implements ITypeConverter<Curtail> {
    @Override
    public Curtail convert(String text) {
      try {
        return Curtail.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
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
                      "  %s %-8s robust accuracy %s%n",
                      cell.norm().symbol(),
                      cell.epsilon().text(),
                      Figures.atMost(cell.worstCase())));
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
