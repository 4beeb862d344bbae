package io.sextant.maven.evaluation;

import io.sextant.maven.cache.ContentDigest;
import io.sextant.maven.cache.LastEvidence;
import io.sextant.maven.cache.MeasurementKey;
import io.sextant.maven.cache.ResultCache;
import io.sextant.maven.config.EffectiveSpec;
import io.sextant.results.AuditResult;
import io.sextant.results.SampleTable;
import io.sextant.results.SamplesCsv;
import io.sextant.results.curtail.Curtail;
import io.sextant.results.curtail.Curtailment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apiguardian.api.API;

/**
 * From a spec to its results in a folder: from the cache where nothing changed, by a worker where
 * something did.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Evaluation {
  /** Outputs that must not outlive the results that they were made from. */
  private static final List<String> MADE =
      List.of("result.json", "samples.csv", "report.html", "gate.json");

  private static final List<String> MADE_FOR_ALL =
      List.of(
          RunRecord.FILE,
          "TEST-sextant.xml",
          "index.html",
          "summary.md",
          "sextant.sarif",
          "rules.csv");

  private final Measurement wanted;
  private final Optional<Memory> memory;
  private final Worker worker;
  private final BuildLog log;

  /**
   * What is to be measured.
   *
   * @param spec of the audit
   * @param key what it depends on
   * @param curtail which verdicts end the evaluation of a rule
   * @param timeBudget after which no more attacks are begun
   * @param compared ids of the rules that are held against a baseline
   * @param waived ids of the rules whose failure somebody accepts
   * @param known whether the key covers all that the results depend on
   * @param folder for the results
   * @since 0.1
   */
  @API(status = API.Status.INTERNAL, since = "0.1")
  public record Measurement(
      EffectiveSpec spec,
      MeasurementKey key,
      Curtail curtail,
      Optional<Duration> timeBudget,
      Set<String> compared,
      Set<String> waived,
      boolean known,
      Path folder) {
    /** The key of this measurement where it may be cut short. */
    String curtailed() {
      return key.curtailed(curtail, compared, waived);
    }

    /** Where the results of each model are, by id. */
    public Map<String, Path> folders() {
      return ResultFolders.of(spec.spec(), folder);
    }
  }

  /**
   * What earlier builds have left.
   *
   * @param results of equal measurements
   * @param evidence of the last measurement, to try first
   * @since 0.1
   */
  @API(status = API.Status.INTERNAL, since = "0.1")
  public record Memory(ResultCache results, LastEvidence evidence) {}

  /**
   * An evaluation.
   *
   * @param wanted what is to be measured
   * @param memory of earlier builds; without it everything is measured, and nothing kept
   * @param worker that measures
   * @param log that is told
   */
  public Evaluation(Measurement wanted, Optional<Memory> memory, Worker worker, BuildLog log) {
    this.wanted = wanted;
    this.memory = memory;
    this.worker = worker;
    this.log = log;
  }

  /**
   * Makes the results.
   *
   * @throws EvaluationException if they cannot be made
   * @throws IOException if a file cannot be read or written
   * @throws InterruptedException if this thread is interrupted; the worker is killed
   */
  public void run() throws EvaluationException, IOException, InterruptedException {
    removeOutputs();
    if (memory.isPresent() && !wanted.known()) {
      log.info(
          "Measured anew: what a supplier reads is not known; list its files in <inputs> to reuse results.");
    }
    Optional<Set<String>> hit =
        memory.filter(m -> wanted.known()).flatMap(m -> restore(m.results()));
    if (hit.isPresent() && isReused()) {
      return;
    }
    measure();
    if (memory.isPresent()) {
      remember(memory.get());
    }
  }

  private void removeOutputs() throws IOException {
    for (String name : MADE_FOR_ALL) {
      Files.deleteIfExists(wanted.folder().resolve(name));
    }
    for (Path folder : wanted.folders().values()) {
      for (String name : MADE) {
        Files.deleteIfExists(folder.resolve(name));
      }
    }
  }

  private Optional<Set<String>> restore(ResultCache cache) {
    for (String key : List.of(wanted.key().complete(), wanted.curtailed())) {
      if (cache.restore(key, wanted.folders())) {
        return Optional.of(wanted.folders().keySet());
      }
    }
    return Optional.empty();
  }

  /** A result of another version of its format is no reason to break a build. */
  private boolean isReused() throws IOException {
    try {
      tellReuse();
      return true;
    } catch (IllegalArgumentException e) {
      log.debug("the measurement in the cache cannot be read: " + e.getMessage());
      removeOutputs();
      return false;
    }
  }

  private void tellReuse() throws IOException {
    for (Map.Entry<String, Path> model : wanted.folders().entrySet()) {
      AuditResult result = AuditResult.read(model.getValue().resolve("result.json"));
      settleEvidence(model.getKey(), model.getValue().resolve("evidence"), result);
      log.info(
          "Model %s: reused, measured on %s with %s (%s)"
              .formatted(
                  model.getKey(),
                  result.run().finished(),
                  result.engine().name(),
                  result.engine().description()));
    }
  }

  /** Evidence of another measurement would not fit the results; their own is put back. */
  private void settleEvidence(String model, Path evidence, AuditResult result) throws IOException {
    Path manifest = evidence.resolve("manifest.json");
    Optional<String> found =
        Files.isRegularFile(manifest)
            ? Optional.of(ContentDigest.sha256(manifest))
            : Optional.empty();
    if (found.isPresent() && found.equals(result.evidenceSha256())) {
      return;
    }
    ResultCache.delete(evidence);
    if (result.evidenceSha256().isPresent() && memory.isPresent()) {
      boolean back =
          memory.get().evidence().putBack(model, result.evidenceSha256().get(), evidence);
      log.debug(
          "the evidence of model %s %s"
              .formatted(model, back ? "is that of the last build" : "was not kept"));
    }
  }

  private void measure() throws EvaluationException, IOException, InterruptedException {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("audit", wanted.spec().worker().toAbsolutePath().toString()));
    arguments.addAll(List.of("--out", wanted.folder().toAbsolutePath().toString()));
    arguments.add("--overwrite");
    arguments.addAll(List.of("--threads", String.valueOf(worker.threads())));
    arguments.addAll(List.of("--curtail", wanted.curtail().key()));
    wanted
        .timeBudget()
        .ifPresent(
            budget ->
                arguments.addAll(List.of("--time-budget", String.valueOf(budget.toSeconds()))));
    addIds(arguments, "--compared", wanted.compared());
    addIds(arguments, "--waived", wanted.waived());
    memory
        .map(Memory::evidence)
        .filter(LastEvidence::exists)
        .ifPresent(
            evidence ->
                arguments.addAll(
                    List.of("--last", evidence.directory().toAbsolutePath().toString())));
    Optional<String> broken = worker.run(arguments, wanted.folder(), this::hasResults);
    if (broken.isPresent()) {
      throw new EvaluationException(broken.get());
    }
  }

  private static void addIds(List<String> arguments, String option, Set<String> ids) {
    if (!ids.isEmpty()) {
      arguments.addAll(List.of(option, String.join(",", new TreeSet<>(ids))));
    }
  }

  private boolean hasResults() {
    return wanted.folders().values().stream()
        .allMatch(
            folder ->
                Files.isRegularFile(folder.resolve("result.json"))
                    && Files.isRegularFile(folder.resolve("samples.csv")));
  }

  private void remember(Memory kept) throws IOException {
    if (!wanted.known()) {
      log.debug("the measurement is not kept: it depends on more than is known");
    } else if (isComplete()) {
      kept.results().store(wanted.key().complete(), wanted.folders());
    } else if (wanted.timeBudget().isEmpty()) {
      kept.results().store(wanted.curtailed(), wanted.folders());
    } else {
      log.debug("the measurement is not kept: it may have been cut by the time budget");
    }
    // What is tried first changes the order of the work, and a run that was cut goes on with it.
    boolean cut = wanted.timeBudget().isPresent() && !isComplete();
    if (wanted.spec().selection().isEverything() && !cut) {
      wanted
          .folders()
          .forEach((model, folder) -> kept.evidence().keep(model, folder.resolve("evidence")));
    }
  }

  private boolean isComplete() throws IOException {
    for (Path folder : wanted.folders().values()) {
      AuditResult result = AuditResult.read(folder.resolve("result.json"));
      SampleTable table =
          SampleTable.of(result, SamplesCsv.read(folder.resolve("samples.csv")), List.of());
      if (!Curtailment.unrun(table).isEmpty() || !result.validity().complete()) {
        return false;
      }
    }
    return true;
  }
}
