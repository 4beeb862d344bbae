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
import io.sextant.spec.ResultFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.io.file.PathUtils;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

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
  private @Nullable Set<String> compared;

  /**
   * What is to be measured.
   *
   * @param spec of the audit
   * @param key what it depends on
   * @param keyNow the same, looked at again
   * @param curtail which verdicts end the evaluation of a rule
   * @param timeBudget after which no more attacks are begun
   * @param compared the rules that are held against a baseline, asked for when that matters
   * @param waived ids of the rules whose failure somebody accepts
   * @param known whether the key covers all that the results depend on
   * @param folder for the results
   * @since 0.1
   */
  @API(status = API.Status.INTERNAL, since = "0.1")
  public record Measurement(
      EffectiveSpec spec,
      MeasurementKey key,
      KeyNow keyNow,
      Curtail curtail,
      Optional<Duration> timeBudget,
      Compared compared,
      Set<String> waived,
      boolean known,
      Path folder) {
    /** Where the results of each model are, by id. */
    public Map<String, Path> folders() {
      return ResultFolders.of(spec.spec(), folder);
    }
  }

  /**
   * Looks at what a measurement depends on.
   *
   * @since 0.1
   */
  @API(status = API.Status.INTERNAL, since = "0.1")
  @FunctionalInterface
  public interface KeyNow {
    /**
     * The key as files are now.
     *
     * @throws EvaluationException if the worker's class path cannot be had
     * @throws IOException if a file cannot be read
     */
    MeasurementKey get() throws EvaluationException, IOException;
  }

  /**
   * Finds rules that are held against a baseline.
   *
   * @since 0.1
   */
  @API(status = API.Status.INTERNAL, since = "0.1")
  @FunctionalInterface
  public interface Compared {
    /**
     * Their ids.
     *
     * @throws IOException if a baseline cannot be read
     */
    Set<String> ids() throws IOException;
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
   * @param log receives what happens
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
   * @return whether they come from the memory of earlier builds
   * @throws EvaluationException if they cannot be made
   * @throws IOException if a file cannot be read or written
   * @throws InterruptedException if this thread is interrupted; the worker is killed
   */
  public boolean run() throws EvaluationException, IOException, InterruptedException {
    if (!mayBeComplete()) {
      // A baseline that cannot be read is reported before anything is removed or measured.
      compared();
    }
    removeOutputs();
    if (memory.isPresent() && !wanted.known()) {
      log.info(
          "Measured again: what a supplier reads is not known; list its files in <inputs> to reuse"
              + " results.");
    }
    Optional<Map<String, ResultCache.Origin>> known = wanted.known() ? restore() : Optional.empty();
    if (known.isPresent()) {
      reuse(known.get());
      return true;
    }
    measure();
    requireUnchanged();
    if (memory.isPresent()) {
      remember(memory.get());
    }
    return false;
  }

  /** What was read while files changed is not what the key stands for. */
  private void requireUnchanged() throws EvaluationException, IOException {
    Set<String> changed = wanted.keyNow().get().changedSince(wanted.key());
    if (!changed.isEmpty()) {
      removeOutputs();
      throw new EvaluationException(
          "changed while it was measured: %s; run the goal again when nothing else writes there"
              .formatted(String.join(", ", changed)));
    }
  }

  /** Whether a measurement may be at hand that serves whatever is held against a baseline. */
  private boolean mayBeComplete() {
    return wanted.known()
        && memory.filter(m -> m.results().has(wanted.key().complete())).isPresent();
  }

  /** One answer for the whole run: it is part of what is measured, and of its key. */
  private Set<String> compared() throws IOException {
    Set<String> ids = compared;
    if (ids == null) {
      ids = wanted.compared().ids();
      compared = ids;
    }
    return ids;
  }

  private String curtailedKey() throws IOException {
    return wanted.key().curtailed(wanted.curtail(), compared(), wanted.waived());
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

  private Optional<Map<String, ResultCache.Origin>> restore() throws IOException {
    if (memory.isEmpty()) {
      return Optional.empty();
    }
    ResultCache results = memory.get().results();
    Optional<Map<String, ResultCache.Origin>> complete =
        results.restore(wanted.key().complete(), wanted.folders());
    return complete.isPresent() ? complete : results.restore(curtailedKey(), wanted.folders());
  }

  private void reuse(Map<String, ResultCache.Origin> origins) throws IOException {
    for (Map.Entry<String, ResultCache.Origin> model : origins.entrySet()) {
      Path folder = wanted.folders().getOrDefault(model.getKey(), wanted.folder());
      settleEvidence(model.getKey(), folder.resolve("evidence"), model.getValue().evidence());
      log.info(
          "Model %s: reused, measured on %s, kept in %s"
              .formatted(
                  model.getKey(),
                  model.getValue().measured(),
                  memory.map(m -> m.results().directory().toString()).orElse("")));
    }
  }

  /** Evidence of another measurement would not fit the results; their own is put back. */
  private void settleEvidence(String model, Path evidence, Optional<String> manifestSha)
      throws IOException {
    Path manifest = evidence.resolve("manifest.json");
    Optional<String> found =
        Files.isRegularFile(manifest)
            ? Optional.of(ContentDigest.sha256(manifest))
            : Optional.empty();
    if (found.isPresent() && found.equals(manifestSha)) {
      return;
    }
    PathUtils.delete(evidence);
    if (manifestSha.isPresent() && memory.isPresent()) {
      boolean back = memory.get().evidence().putBack(model, manifestSha.get(), evidence);
      log.debug(
          "the evidence of model %s %s"
              .formatted(model, back ? "is that of the last build" : "was not kept"));
    }
  }

  private void measure() throws EvaluationException, IOException, InterruptedException {
    List<Path> classPath = worker.classPath().resolve();
    NamedMethods.require(wanted.spec().spec(), classPath);
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("audit", wanted.spec().worker().toAbsolutePath().toString()));
    arguments.addAll(List.of("--out", wanted.folder().toAbsolutePath().toString()));
    arguments.addAll(List.of("--overwrite", "--no-report"));
    arguments.addAll(List.of("--threads", String.valueOf(worker.threads())));
    arguments.addAll(List.of("--curtail", wanted.curtail().key()));
    wanted
        .timeBudget()
        .ifPresent(
            budget ->
                arguments.addAll(List.of("--time-budget", String.valueOf(budget.toSeconds()))));
    addIds(arguments, "--compared", compared());
    addIds(arguments, "--waived", wanted.waived());
    if (!wanted.spec().selection().rules().isEmpty()) {
      arguments.add("--rules-only");
    }
    memory
        .map(Memory::evidence)
        .filter(LastEvidence::exists)
        .ifPresent(
            evidence ->
                arguments.addAll(
                    List.of("--last", evidence.directory().toAbsolutePath().toString())));
    Thread preparing = prepare();
    Optional<String> broken;
    try {
      broken = worker.on(classPath).run(arguments, wanted.folder(), this::hasResults);
    } finally {
      // Maven closes the plugin's class loader at the end.
      preparing.join();
    }
    if (broken.isPresent()) {
      throw new EvaluationException(broken.get());
    }
  }

  /** While a worker starts, this process has time for what comes after it. */
  private static Thread prepare() {
    Thread preparing = new Thread(AuditResult::prepare, "sextant-prepare");
    preparing.setDaemon(true);
    preparing.start();
    return preparing;
  }

  /**
   * Each as one word with its option, so that no id, whatever it begins with, is another option.
   */
  private static void addIds(List<String> arguments, String option, Set<String> ids) {
    new TreeSet<>(ids).forEach(id -> arguments.add(option + "=" + id));
  }

  private boolean hasResults() {
    return wanted.folders().values().stream()
        .allMatch(
            folder ->
                Files.isRegularFile(folder.resolve("result.json"))
                    && Files.isRegularFile(folder.resolve("samples.csv")));
  }

  private void remember(Memory kept) throws IOException {
    Map<String, ResultCache.Origin> origins = new LinkedHashMap<>();
    boolean complete = true;
    for (Map.Entry<String, Path> model : wanted.folders().entrySet()) {
      AuditResult result = AuditResult.read(model.getValue().resolve("result.json"));
      origins.put(model.getKey(), ResultCache.Origin.of(result));
      complete &= isComplete(result, model.getValue());
    }
    if (!wanted.known()) {
      log.debug("the measurement is not kept: it depends on more than is known");
    } else if (complete) {
      kept.results().store(wanted.key().complete(), wanted.folders(), origins);
    } else if (wanted.timeBudget().isEmpty()) {
      kept.results().store(curtailedKey(), wanted.folders(), origins);
    } else {
      log.debug("the measurement is not kept: it may have been cut by the time budget");
    }
    // What is tried first changes the order of the work, and a run that was cut goes on with it.
    boolean cut = wanted.timeBudget().isPresent() && !complete;
    if (wanted.spec().selection().isEverything() && !cut) {
      wanted
          .folders()
          .forEach((model, folder) -> kept.evidence().keep(model, folder.resolve("evidence")));
    }
  }

  private static boolean isComplete(AuditResult result, Path folder) throws IOException {
    SampleTable table =
        SampleTable.of(result, SamplesCsv.read(folder.resolve("samples.csv")), List.of());
    return Curtailment.unrun(table).isEmpty() && result.validity().complete();
  }
}
