package io.sextant.cli;

import io.sextant.evaluation.Audit;
import io.sextant.evaluation.Effort;
import io.sextant.evaluation.Remarks;
import io.sextant.evaluation.SpecSources;
import io.sextant.methods.Suggestion;
import io.sextant.reports.HtmlReport;
import io.sextant.reports.IndexReport;
import io.sextant.results.AuditResult;
import io.sextant.results.CorruptionResult;
import io.sextant.results.Percent;
import io.sextant.results.Rule;
import io.sextant.results.RuleVerdict;
import io.sextant.results.curtail.Curtail;
import io.sextant.results.gate.GateMessage;
import io.sextant.spec.AuditSpec;
import io.sextant.spec.ModelSpec;
import io.sextant.spec.SpecReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.Stack;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
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
  /** A year: what is longer is a mistake. */
  private static final long LONGEST = Duration.ofDays(366).toSeconds();

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
            + " a pass, or never (default: ${DEFAULT-VALUE}). What was left out is reported."
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
      preprocessor = AnyWord.class,
      description = {
        "A rule that is held against a baseline, and so is not cut short by passing; repeatable."
      })
  List<String> compared = List.of();

  @Option(
      names = "--waived",
      paramLabel = "RULE",
      preprocessor = AnyWord.class,
      description = {
        "A rule whose failure somebody accepts for now: it does not end the audit; repeatable."
      })
  List<String> waived = List.of();

  @Option(
      names = "--last",
      paramLabel = "DIR",
      description = {
        "A folder with the output, or the evidence, of an earlier audit of each model in a folder"
            + " named by the model's id: inputs that broke the model then are tried first."
      })
  @Nullable Path last;

  @Option(
      names = "--baseline",
      paramLabel = "PATH",
      description = {
        "The output folder of an earlier audit, or a baseline file, whose attributions those of"
            + " this audit are compared with; of several models a folder with one or the other for"
            + " each, by the model's id. Rules on attribution-drift need it."
      })
  @Nullable Path baseline;

  @Option(
      names = "--rules-only",
      description = {
        "Measure only what the rules rest on: for robust accuracy at a radius, the attacks within"
            + " it; for clean accuracy, none. What was left out is reported."
      })
  boolean rulesOnly;

  @Option(
      names = "--no-report",
      description = "Write no HTML; sextant report makes it later from the results.")
  boolean noReport;

  @Mixin
  @SuppressWarnings("NullAway.Init")
  EngineMixin engine;

  @Override
  public Integer call() throws IOException {
    AuditSpec read = SpecReader.read(spec);
    List<IndexReport.Entry> results = new ArrayList<>();
    requireRules("--compared", compared, read);
    requireRules("--waived", waived, read);
    requireRule(rulesOnly, read);
    requireModels(read);
    List<Integer> codes = new ArrayList<>();
    PrintWriter lines = command.commandLine().getOut();
    try (SpecSources sources = new SpecSources();
        Console console = new Console(command.commandLine().getErr())) {
      Audit audit =
          new Audit(
              read,
              engine.options(),
              effort(),
              sources,
              console,
              "sextant audit %s --out %s".formatted(spec, out));
      (baseline == null ? audit : audit.against(baseline))
          .run(
              only,
              out,
              overwrite,
              (result, folder) -> {
                results.add(new IndexReport.Entry(result, result.model().id() + "/report.html"));
                codes.add(ExitCode.of(result.gate()));
                Summary.print(result, lines);
                if (!noReport) {
                  HtmlReport.write(result, folder.resolve("report.html"));
                  lines.printf("Report: %s%n", folder.resolve("report.html"));
                }
              });
    }
    if (read.models().size() > 1 && !noReport) {
      IndexReport.write("Audit of several models", all(read, results), out.resolve("index.html"));
      lines.printf("All models: %s%n", out.resolve("index.html"));
    }
    lines.flush();
    return codes.stream().reduce(ExitCode.OK, ExitCode::worse);
  }

  /** In the order of the spec: the models of this run, and others that are there from before. */
  private List<IndexReport.Entry> all(AuditSpec read, List<IndexReport.Entry> results)
      throws IOException {
    List<IndexReport.Entry> all = new ArrayList<>();
    for (ModelSpec model : read.models()) {
      Optional<IndexReport.Entry> own =
          results.stream().filter(e -> e.result().model().id().equals(model.id())).findFirst();
      Path before = out.resolve(model.id()).resolve("result.json");
      if (own.isPresent()) {
        all.add(own.get());
      } else if (Files.exists(before)) {
        all.add(new IndexReport.Entry(AuditResult.read(before), model.id() + "/report.html"));
      }
    }
    return all;
  }

  private void requireModels(AuditSpec read) {
    List<String> known = read.models().stream().map(ModelSpec::id).toList();
    for (String id : only) {
      if (!known.contains(id)) {
        throw new IllegalArgumentException(
            "--only names model %s, which is not in the spec; it has %s"
                .formatted(id, String.join(", ", known)));
      }
    }
  }

  private static void requireRules(String option, List<String> ids, AuditSpec read) {
    List<String> known = read.rules().stream().map(Rule::id).toList();
    for (String id : ids) {
      if (!known.contains(id)) {
        throw new IllegalArgumentException(
            "%s names rule %s, which is not in the spec%s; it has %s"
                .formatted(option, id, Suggestion.question(id, known), String.join(", ", known)));
      }
    }
  }

  /** Without a rule there would be nothing to measure. */
  static void requireRule(boolean rulesOnly, AuditSpec read) {
    if (rulesOnly && read.rules().isEmpty()) {
      throw new IllegalArgumentException(
          "--rules-only measures what rules rest on, and the spec has none; add a rule, or leave"
              + " the option out");
    }
  }

  private Effort effort() {
    if (timeBudget != null && timeBudget > LONGEST) {
      throw new IllegalArgumentException(
          "--time-budget must be at most %d seconds but was %d; leave it out for no limit"
              .formatted(LONGEST, timeBudget));
    }
    return new Effort(
        curtail,
        Optional.ofNullable(timeBudget).map(Duration::ofSeconds),
        Set.copyOf(compared),
        Set.copyOf(waived),
        Optional.ofNullable(last),
        rulesOnly);
  }

  /** Takes the next word as it is, even if it is the name of an option: ids come from people. */
  static final class AnyWord implements IParameterPreprocessor {
    @Override
    public boolean preprocess(
        Stack<String> arguments, CommandSpec command, ArgSpec option, Map<String, Object> info) {
      if (arguments.isEmpty()) {
        return false;
      }
      List<String> words = new ArrayList<>(option.<List<String>>getValue());
      words.add(arguments.pop());
      option.setValue(words);
      return true;
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
      Remarks.accuracy(result).ifPresent(remark -> out.printf("  remark: %s%n", remark));
      result
          .accuracy()
          .robust()
          .forEach(
              cell ->
                  out.printf(
                      "  %-11s robust accuracy %s%n",
                      cell.condition().describe(), Figures.atMost(cell.worstCase())));
      result.corruptions().ifPresent(corruptions -> print(corruptions, out));
      if (!result.drift().isEmpty()) {
        out.println("  attributions since the baseline");
        result.drift().stream()
            .flatMap(drift -> drift.describe().stream())
            .forEach(line -> out.printf("    %s%n", line));
      }
      for (RuleVerdict rule : result.gate().rules()) {
        GateMessage.of(rule).forEach(line -> out.printf("  %s%n", line));
      }
      if (result.gate().rules().isEmpty()) {
        out.println("  measured, not judged: the spec has no rules");
      }
      result.validity().tripped().ifPresent(why -> out.printf("  UNRELIABLE: %s.%n", why));
      out.flush();
    }

    private static void print(CorruptionResult corruptions, PrintWriter out) {
      corruptions
          .mean()
          .ifPresent(
              mean ->
                  out.printf(
                      "  corrupted   accuracy %s on the mean of %d kinds (%s), worst %s%n",
                      Percent.of(mean),
                      corruptions.kinds().size(),
                      corruptions.parameters(),
                      corruptions.worst().orElse("none")));
      for (CorruptionResult.Shifted shift : corruptions.shifts()) {
        out.printf(
            "  %s: accuracy %s, the rest %s%n",
            shift.name(),
            Figures.share(shift.shifted().accuracy()),
            Figures.share(shift.rest().accuracy()));
      }
    }
  }
}
