package io.sextant.junit;

import io.sextant.evaluation.Audit;
import io.sextant.evaluation.Effort;
import io.sextant.evaluation.EngineOptions;
import io.sextant.evaluation.FileFailure;
import io.sextant.evaluation.Progress;
import io.sextant.evaluation.Sources;
import io.sextant.reports.HtmlReport;
import io.sextant.results.AuditResult;
import io.sextant.results.Rule;
import io.sextant.results.SamplesCsv;
import io.sextant.results.baseline.Baseline;
import io.sextant.results.curtail.Curtail;
import io.sextant.results.gate.BuildGate;
import io.sextant.results.gate.GatePolicy;
import io.sextant.results.gate.GateReport;
import io.sextant.results.gate.GateSubject;
import io.sextant.results.gate.Guidance;
import io.sextant.spec.AuditSpec;
import io.sextant.spec.DataSpec;
import io.sextant.spec.ModelSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The audit that a test asks for: run and judged as in a build.
 *
 * @param place of the test
 * @param settings of the test run
 * @param baselines that rules are held against
 * @param policy where rules do not say it
 */
record TestAudit(TestPlace place, Settings settings, Baselines baselines, GatePolicy policy) {
  /** Tests run in parallel, and two of them may ask for the same. */
  private static final Map<Path, Object> LOCKS = new ConcurrentHashMap<>();

  TestAudit {
    // A baseline cannot be held against other examples than its own.
    if (!settings.samples().isEmpty()) {
      baselines = Baselines.NONE;
    }
  }

  /**
   * Audits and judges every model of a spec.
   *
   * @param spec with its rules, perhaps none
   * @param held what the test holds in memory
   * @param folder of the output
   * @throws IllegalArgumentException if the spec, a model, the data or a baseline is unusable
   */
  RobustnessResults run(AuditSpec spec, HandedOver.Held held, Path folder) {
    Path base = settings.isReproduction() ? folder.resolve("reproduce") : folder;
    AuditSpec reduced = reduced(spec);
    List<RobustnessResult> results = new ArrayList<>();
    for (ModelSpec model : reduced.models()) {
      Path own = reduced.models().size() == 1 ? base : base.resolve(model.id());
      synchronized (LOCKS.computeIfAbsent(own.toAbsolutePath().normalize(), p -> new Object())) {
        try (HandedOver sources = new HandedOver(held)) {
          AuditResult audit = audit(selected(reduced), model.id(), sources, own);
          results.add(judge(reduced, audit, own));
        } catch (IOException e) {
          throw new UncheckedIOException(
              "the audit of model %s in %s failed: %s"
                  .formatted(model.id(), own, FileFailure.describe(e)),
              e);
        }
      }
    }
    return new RobustnessResults(results);
  }

  /** The examples that the caller wants to see again. */
  private AuditSpec reduced(AuditSpec spec) {
    if (settings.samples().isEmpty()) {
      return spec;
    }
    DataSpec data = spec.data();
    DataSpec rows =
        new DataSpec(
            data.source(),
            data.samples(),
            data.sampling(),
            settings.samples(),
            data.minimum(),
            data.maximum());
    return with(spec, rows, spec.rules(), "# only these rows: %s%n".formatted(settings.samples()));
  }

  /** The rules that the caller wants to see again: others must not end the audit. */
  private AuditSpec selected(AuditSpec spec) {
    List<Rule> rules =
        spec.rules().stream().filter(rule -> settings.rules().contains(rule.id())).toList();
    return rules.isEmpty()
        ? spec
        : with(spec, spec.data(), rules, "# only these rules: %s%n".formatted(settings.rules()));
  }

  private static AuditSpec with(AuditSpec spec, DataSpec data, List<Rule> rules, String note) {
    return new AuditSpec(
        spec.models(),
        spec.classes(),
        data,
        spec.threats(),
        spec.attacks(),
        spec.explainers(),
        spec.slices(),
        rules,
        spec.waivers(),
        spec.reportExamples(),
        spec.evidence(),
        spec.seed(),
        spec.engine(),
        spec.text() + note);
  }

  private AuditResult audit(AuditSpec spec, String model, Sources sources, Path folder)
      throws IOException {
    Optional<Path> file = baselines.file(model);
    boolean recording = settings.updateBaselines() && file.isPresent();
    if (recording) {
      requireRecordable(file.get(), folder);
    }
    Set<String> compared = Set.of();
    if (!recording && file.isPresent() && Files.exists(file.get()) && !spec.rules().isEmpty()) {
      compared = gate(spec).compared(Baseline.read(file.get()));
    }
    Set<String> waived =
        spec.rules().isEmpty()
            ? Set.of()
            : new BuildGate(spec.rules(), spec.waivers(), policy).waived(today());
    Effort effort =
        new Effort(
            recording ? Curtail.NONE : Curtail.FAIL,
            Optional.empty(),
            compared,
            waived,
            Optional.empty());
    return new Audit(spec, EngineOptions.DEFAULT, effort, sources, Progress.SILENT, place.command())
        .run(model, folder, true);
  }

  private void requireRecordable(Path baseline, Path folder) {
    if (settings.ci()) {
      throw new IllegalStateException(
          "the baseline %s must not be recorded on a CI machine (the environment variable CI is set); run %s on your own and commit the file"
              .formatted(baseline, guidance(folder).update()));
    }
  }

  private static LocalDate today() {
    return LocalDate.now(ZoneId.systemDefault());
  }

  private BuildGate gate(AuditSpec spec) {
    BuildGate gate = new BuildGate(spec.rules(), spec.waivers(), policy);
    if (settings.rules().isEmpty()) {
      return gate;
    }
    Set<String> own =
        spec.rules().stream()
            .map(Rule::id)
            .filter(settings.rules()::contains)
            .collect(Collectors.toSet());
    return gate.only(own.isEmpty() ? settings.rules() : own);
  }

  /** The rules that a baseline is about: all, unless the policy leaves it to each of them. */
  private List<Rule> recorded(AuditSpec spec) {
    return spec.rules().stream()
        .filter(rule -> policy.maxRegression().isPresent() || rule.maxRegression().isPresent())
        .toList();
  }

  /**
   * Judges a finished audit, and writes the report.
   *
   * @param spec with the rules to judge by, perhaps none
   * @param audit that is judged
   * @param folder of the audit
   * @throws IOException if a file cannot be read or written
   */
  RobustnessResult judge(AuditSpec spec, AuditResult audit, Path folder) throws IOException {
    GateReport report = report(spec, audit, folder);
    RobustnessResult result = new RobustnessResult(audit, report, guidance(folder), folder);
    if (report.rules().isEmpty()) {
      HtmlReport.write(audit, result.report());
    } else {
      HtmlReport.write(audit, report, result.guidance(), result.report());
    }
    return result;
  }

  private GateReport report(AuditSpec spec, AuditResult audit, Path folder) throws IOException {
    String model = audit.model().id();
    LocalDate today = today();
    if (spec.rules().isEmpty()) {
      return new GateReport(model, today, List.of(), List.of(), List.of(), false);
    }
    GateSubject subject =
        GateSubject.of(audit, SamplesCsv.read(folder.resolve("samples.csv")), spec.slices());
    Optional<Path> file = baselines.file(model);
    if (file.isPresent() && settings.updateBaselines()) {
      requireRecordable(file.get(), folder);
      Baseline.of(model, subject.fingerprint(), recorded(spec), subject.measured())
          .write(file.get());
    }
    Optional<Baseline> baseline =
        file.isPresent() && Files.exists(file.get())
            ? Optional.of(Baseline.read(file.get()))
            : Optional.empty();
    return gate(spec).judge(subject, baseline, today);
  }

  /** What messages point to. */
  private Guidance guidance(Path folder) {
    return new Guidance(
        place.command(),
        place.command() + " -D" + Settings.UPDATE + "=true",
        Optional.of(shown(folder.resolve(RobustnessResult.REPORT))));
  }

  private static String shown(Path file) {
    Path here = Path.of("").toAbsolutePath();
    Path target = file.toAbsolutePath().normalize();
    Path path = target.startsWith(here) ? here.relativize(target) : target;
    return path.toString().replace('\\', '/');
  }
}
