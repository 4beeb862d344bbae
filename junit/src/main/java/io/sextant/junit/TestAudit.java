package io.sextant.junit;

import io.sextant.evaluation.Audit;
import io.sextant.evaluation.Effort;
import io.sextant.evaluation.EngineOptions;
import io.sextant.evaluation.FileFailure;
import io.sextant.evaluation.Progress;
import io.sextant.reports.HtmlReport;
import io.sextant.results.AuditResult;
import io.sextant.results.Metric;
import io.sextant.results.Rule;
import io.sextant.results.SampleRow;
import io.sextant.results.SamplesCsv;
import io.sextant.results.baseline.Baseline;
import io.sextant.results.baseline.Baselines;
import io.sextant.results.curtail.Curtail;
import io.sextant.results.gate.ComparedGate;
import io.sextant.results.gate.GatePolicy;
import io.sextant.results.gate.GateReport;
import io.sextant.results.gate.GateSubject;
import io.sextant.results.gate.Guidance;
import io.sextant.spec.AuditSpec;
import io.sextant.spec.DataSpec;
import io.sextant.spec.ModelSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.opentest4j.TestAbortedException;

/**
 * The audit that a test asks for: run and judged as in a build.
 *
 * @param place of the test
 * @param settings of the test run
 * @param baselines that rules are held against
 * @param policy where rules do not say it
 * @param waiving where somebody can accept a broken rule
 */
record TestAudit(
    TestPlace place,
    Settings settings,
    Baselines baselines,
    GatePolicy policy,
    Guidance.Waiving waiving) {
  /** Tests run in parallel, and two of them may ask for the same. */
  private static final Map<Path, Object> LOCKS = new ConcurrentHashMap<>();

  /**
   * A finished audit, whatever becomes of its files.
   *
   * @param result every figure
   * @param rows of the examples
   * @param folder of the files
   * @param base of the whole audit's files
   */
  record Finished(AuditResult result, List<SampleRow> rows, Path folder, Path base) {}

  /**
   * Audits and judges every model of a spec.
   *
   * @param spec with its rules, perhaps none
   * @param held what the test holds in memory
   * @param folder of the output
   * @throws IllegalArgumentException if the spec, a model, the data or a baseline is unusable
   * @throws TestAbortedException if the caller wants to see other rules again
   */
  RobustnessResults run(AuditSpec spec, HandedOver.Held held, Path folder) {
    return new RobustnessResults(
        measure(spec, held, folder).stream().map(audit -> judge(spec, audit)).toList());
  }

  /**
   * Audits every model of a spec, and records baselines where that is asked for.
   *
   * @param spec with its rules, perhaps none
   * @param held what the test holds in memory
   * @param folder of the output
   * @throws IllegalArgumentException if the spec, a model, the data or a baseline is unusable
   * @throws TestAbortedException if the caller wants to see other rules again
   */
  List<Finished> measure(AuditSpec spec, HandedOver.Held held, Path folder) {
    requireSelected(spec.rules());
    AuditSpec asked = reduced(spec);
    Path base = settings.isReproduction() ? folder.resolve("reproduce") : folder;
    boolean records = settings.updateBaselines() && !spec.rules().isEmpty();
    List<String> models = asked.models().stream().map(ModelSpec::id).toList();
    Map<String, Path> recorded = new HashMap<>();
    for (String id : records ? models : List.<String>of()) {
      Optional<Path> file = baselines.file(id);
      file.ifPresent(
          path -> {
            requireRecordable(path, base);
            recorded.put(id, path);
          });
    }
    List<Finished> finished = new ArrayList<>();
    synchronized (lock(base)) {
      try (HandedOver sources = new HandedOver(held)) {
        Effort effort = effort(asked, models, !recorded.isEmpty());
        new Audit(asked, EngineOptions.DEFAULT, effort, sources, Progress.SILENT, place.command())
            .run(
                List.of(),
                base,
                true,
                (result, own) -> {
                  Finished audit =
                      new Finished(result, SamplesCsv.read(own.resolve("samples.csv")), own, base);
                  Path file = recorded.get(result.model().id());
                  if (file != null) {
                    record(spec, audit, file);
                  }
                  finished.add(audit);
                });
      } catch (IOException e) {
        throw new UncheckedIOException(
            "the audit in %s failed: %s".formatted(base, FileFailure.describe(e)), e);
      }
    }
    return finished;
  }

  private static Object lock(Path folder) {
    return LOCKS.computeIfAbsent(folder.toAbsolutePath().normalize(), p -> new Object());
  }

  /**
   * Ends the test where none of its rules is to be seen: what measures nothing must not be green.
   */
  void requireSelected(List<Rule> rules) {
    if (!settings.rules().isEmpty()
        && !rules.isEmpty()
        && rules.stream().map(Rule::id).noneMatch(settings.rules()::contains)) {
      throw new TestAbortedException(
          "%s selects %s, but the rules here are %s"
              .formatted(
                  Settings.RULES,
                  String.join(", ", new TreeSet<>(settings.rules())),
                  String.join(", ", rules.stream().map(Rule::id).toList())));
    }
  }

  /**
   * The examples and the rules that the caller wants to see again: others must not end the audit.
   */
  private AuditSpec reduced(AuditSpec spec) {
    List<Rule> rules =
        seesSome(spec.rules())
            ? spec.rules().stream().filter(rule -> settings.rules().contains(rule.id())).toList()
            : spec.rules();
    DataSpec data =
        settings.samples().isEmpty() ? spec.data() : spec.data().withRows(settings.samples());
    return rules.equals(spec.rules()) && data.equals(spec.data())
        ? spec
        : spec.with(data, rules, Path.of(""));
  }

  /** Whether some of the rules are to be seen again, and so only what these rest on is measured. */
  private boolean seesSome(List<Rule> rules) {
    return rules.stream().map(Rule::id).anyMatch(settings.rules()::contains);
  }

  /** Baselines need complete figures. */
  private Effort effort(AuditSpec spec, List<String> models, boolean whole) throws IOException {
    ComparedGate gate = gate(spec);
    return new Effort(
        whole ? Curtail.NONE : Curtail.FAIL,
        Optional.empty(),
        whole ? Set.of() : gate.compared(models),
        gate.waived(today()),
        Optional.empty(),
        seesSome(spec.rules()));
  }

  private void requireRecordable(Path baseline, Path folder) {
    if (settings.ci()) {
      throw new IllegalStateException(
          "the baseline %s must not be recorded on a CI machine (the environment variable CI is set); run %s on your own and commit the file"
              .formatted(baseline, guidance(folder).update()));
    } else if (settings.isReproduction()) {
      throw new IllegalArgumentException(
          "the baseline %s is of all rules and examples; leave out %s and %s to record it"
              .formatted(baseline, Settings.RULES, Settings.SAMPLES));
    }
  }

  /** Records the rules that a baseline is about: all, unless the policy leaves it to each. */
  private void record(AuditSpec spec, Finished audit, Path file) throws IOException {
    List<Rule> compared =
        spec.rules().stream()
            .filter(
                rule ->
                    policy.maxRegression().isPresent()
                        || rule.maxRegression().isPresent()
                        || rule.metric() == Metric.ATTRIBUTION_DRIFT)
            .toList();
    GateSubject subject = GateSubject.of(audit.result(), audit.rows(), spec.slices());
    Baseline.of(subject.model(), subject.fingerprint(), compared, subject.measured()).write(file);
  }

  private static LocalDate today() {
    return LocalDate.now(ZoneId.systemDefault());
  }

  /**
   * Judges a finished audit, and writes the report.
   *
   * @param spec with the rules to judge by, perhaps none
   * @param audit that is judged
   */
  RobustnessResult judge(AuditSpec spec, Finished audit) {
    Path folder = audit.folder();
    // The report is beside the audit's other files, which somebody may be writing.
    synchronized (lock(audit.base())) {
      try {
        GateReport report = report(spec, audit);
        RobustnessResult result =
            new RobustnessResult(audit.result(), report, guidance(folder), folder);
        if (report.rules().isEmpty()) {
          HtmlReport.write(audit.result(), result.report());
        } else {
          HtmlReport.write(audit.result(), report, result.guidance(), result.report());
        }
        return result;
      } catch (IOException e) {
        throw new UncheckedIOException(
            "the report in %s cannot be made: %s".formatted(folder, FileFailure.describe(e)), e);
      }
    }
  }

  private GateReport report(AuditSpec spec, Finished audit) throws IOException {
    String model = audit.result().model().id();
    LocalDate today = today();
    if (spec.rules().isEmpty()) {
      return new GateReport(model, today, List.of(), List.of(), List.of(), false);
    }
    return gate(spec).judge(GateSubject.of(audit.result(), audit.rows(), spec.slices()), today);
  }

  /**
   * All rules, of which those are skipped that the caller does not want to see. A baseline cannot
   * be held against other examples than its own.
   */
  private ComparedGate gate(AuditSpec spec) {
    Set<String> selected = new TreeSet<>(settings.rules());
    selected.retainAll(spec.rules().stream().map(Rule::id).toList());
    return new ComparedGate(
        spec.rules(),
        spec.waivers(),
        policy,
        selected,
        settings.samples().isEmpty() ? baselines : Baselines.NONE);
  }

  /** What messages point to. */
  private Guidance guidance(Path folder) {
    return new Guidance(
        place.command(),
        place.command() + " -D" + Settings.UPDATE + "=true",
        Optional.of(shown(folder.resolve(RobustnessResult.REPORT))),
        waiving);
  }

  private static String shown(Path file) {
    Path here = Path.of("").toAbsolutePath();
    Path target = file.toAbsolutePath().normalize();
    Path path = target.startsWith(here) ? here.relativize(target) : target;
    return path.toString().replace('\\', '/');
  }
}
