package io.sextant.maven.judge;

import io.sextant.maven.config.Selection;
import io.sextant.maven.evaluation.EvaluationException;
import io.sextant.maven.evaluation.RunRecord;
import io.sextant.results.AuditResult;
import io.sextant.results.baseline.Baselines;
import io.sextant.results.gate.ComparedGate;
import io.sextant.results.gate.Finding;
import io.sextant.results.gate.GatePolicy;
import io.sextant.results.gate.GateReport;
import io.sextant.results.gate.GateSubject;
import io.sextant.spec.AuditSpec;
import io.sextant.spec.ModelSpec;
import io.sextant.spec.ResultFolders;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * Holds the results in a folder against the rules of a spec and the committed baselines.
 *
 * @param spec with its rules and waivers
 * @param selection the part that was looked at
 * @param baselines of earlier builds
 * @param policy where rules do not say it
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record GateRun(AuditSpec spec, Selection selection, Baselines baselines, GatePolicy policy) {
  /** Other examples than the baseline's cannot be held against it. */
  private ComparedGate gate() {
    return new ComparedGate(
        spec.rules(),
        spec.waivers(),
        policy,
        selection.rules(),
        selection.samples().isEmpty() ? baselines : Baselines.NONE);
  }

  /**
   * Makes sure that there is something to judge by.
   *
   * @throws IllegalArgumentException if there are no rules, or not the selected ones
   */
  public void requireRules() {
    gate().gate();
  }

  /**
   * The rules that are held against a baseline of any model, and so must be run to the end.
   *
   * @throws IOException if a baseline cannot be read
   */
  public Set<String> compared() throws IOException {
    return gate().compared(spec.models().stream().map(ModelSpec::id).toList());
  }

  /**
   * The rules whose failure somebody accepts, and which so do not end an evaluation.
   *
   * @param today by which waivers are counted
   */
  public Set<String> waived(LocalDate today) {
    return gate().waived(today);
  }

  /**
   * Judges every model.
   *
   * @param folder where a worker wrote
   * @param today by which waivers are counted
   * @throws EvaluationException if there is no result of a model
   * @throws IllegalArgumentException if there are no rules
   * @throws IOException if a file cannot be read
   */
  public List<Judgement> judge(Path folder, LocalDate today)
      throws EvaluationException, IOException {
    ComparedGate gate = gate();
    List<AuditResult> results = new ArrayList<>();
    List<GateReport> reports = new ArrayList<>();
    for (Map.Entry<String, Path> model : ResultFolders.of(spec, folder).entrySet()) {
      ResultFile file = ResultFile.of(model.getValue());
      AuditResult result = file.result();
      GateSubject subject = subject(spec, model.getKey(), file, result);
      results.add(result);
      reports.add(gate.judge(subject, today));
    }
    Optional<Finding> reused = RunRecord.read(folder).flatMap(RunRecord::reused).map(GateRun::told);
    List<GateReport> together =
        gate.gate().together(reports).stream()
            .map(report -> reused.map(report::with).orElse(report))
            .toList();
    List<Path> folders = List.copyOf(ResultFolders.of(spec, folder).values());
    return IntStream.range(0, results.size())
        .mapToObj(i -> new Judgement(results.get(i), together.get(i), folders.get(i)))
        .toList();
  }

  private static Finding told(String cache) {
    return new Finding(
        Finding.Kind.REUSED,
        "The figures were not measured by this build but reused from %s; measure them with -Dsextant.cache=none where others can write there."
            .formatted(cache),
        false);
  }

  /** The subject of a model, which must be the one that the spec means. */
  static GateSubject subject(AuditSpec spec, String model, ResultFile file, AuditResult result)
      throws EvaluationException, IOException {
    GateSubject subject = file.subject(result, spec.slices());
    if (!subject.model().equals(model)) {
      throw new EvaluationException(
          "%s is the result of model %s and not of %s; run mvn sextant:check"
              .formatted(file.file(), subject.model(), model));
    }
    return subject;
  }
}
