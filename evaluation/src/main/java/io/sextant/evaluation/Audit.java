package io.sextant.evaluation;

import io.sextant.methods.Suggestion;
import io.sextant.results.AuditResult;
import io.sextant.results.KeptAttributions;
import io.sextant.spec.AuditSpec;
import io.sextant.spec.ResultFolders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * The audit of a spec's models: clean, robust and corrupted accuracy, explanations, validity
 * checks, evidence and verdicts, from a spec to {@code result.json}.
 *
 * <p>A run can be interrupted at any time; the same call on the same folder goes on where it was,
 * between two runs of an attack on an example, and ends in the same figures.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Audit {
  /**
   * What a run consists of, in this order. A further stage stands before {@link CountStage} if it
   * measures outcomes of examples, and before {@link ValidityStage} if it finds anything else that
   * may not be believed.
   */
  private static final List<Stage> STAGES =
      List.of(
          new HealthStage(),
          new CleanStage(),
          new AttackStage(),
          new CorruptionStage(),
          new CountStage(),
          new ExplanationStage(),
          new AttributionStage(),
          new QualityStage(),
          new AdaptationStage(),
          new AdaptedAttackStage(),
          new ValidityStage());

  private final AuditSpec spec;
  private final EngineOptions options;
  private final Effort effort;
  private final Sources sources;
  private final Progress progress;
  private final String command;
  private final Optional<Path> earlier;
  private final long created = System.nanoTime();

  /**
   * Prepares an audit.
   *
   * @param spec what is asked for
   * @param options how gradients are computed; the spec's engine is used where they say {@code
   *     auto}
   * @param effort how much may be left out
   * @param sources where models and data come from
   * @param progress is notified of progress
   * @param command the command that asked for it, for the record
   */
  public Audit(
      AuditSpec spec,
      EngineOptions options,
      Effort effort,
      Sources sources,
      Progress progress,
      String command) {
    this(spec, options, effort, sources, progress, command, Optional.empty());
  }

  private Audit(
      AuditSpec spec,
      EngineOptions options,
      Effort effort,
      Sources sources,
      Progress progress,
      String command,
      Optional<Path> earlier) {
    this.spec = spec;
    this.effort = effort;
    this.sources = sources;
    this.options = options.engine().equals("auto") ? options.withEngine(spec.engine()) : options;
    this.progress = progress;
    this.command = command;
    this.earlier = earlier;
  }

  /**
   * The same audit, measuring how far the attributions that it keeps are from those of an earlier
   * one.
   *
   * @param path the output folder of an earlier audit, or a baseline file; of several models a
   *     folder with one or the other for each, by the model's id
   */
  public Audit against(Path path) {
    return new Audit(spec, options, effort, sources, progress, command, Optional.of(path));
  }

  /** Takes what comes of each model. */
  @FunctionalInterface
  public interface Taker {
    /**
     * The audit of a model has ended.
     *
     * @param result every figure
     * @param folder of its files
     * @throws IOException when something cannot be written; later models are not audited then
     */
    void take(AuditResult result, Path folder) throws IOException;
  }

  /**
   * Runs the audits of the spec's models one after another, in the order of the spec, each in its
   * folder: the output folder itself when the spec has one model, and otherwise one in it by the
   * model's id.
   *
   * @param ids the models; all when empty
   * @param out the output folder, created when it does not exist
   * @param overwrite whether a run with another spec may be replaced
   * @param taker takes each result as it is there
   * @throws IllegalArgumentException when an id is not in the spec, or the spec, a model, the data
   *     or a folder is unusable
   * @throws IOException when a file cannot be written; what was done before is kept
   */
  public void run(Collection<String> ids, Path out, boolean overwrite, Taker taker)
      throws IOException {
    Map<String, Path> folders = ResultFolders.of(spec, out);
    for (String id : ids) {
      if (!folders.containsKey(id)) {
        throw new IllegalArgumentException(
            "model %s is not in the spec%s; it has %s"
                .formatted(
                    id,
                    Suggestion.question(id, folders.keySet()),
                    String.join(", ", folders.keySet())));
      }
    }
    for (Map.Entry<String, Path> model : folders.entrySet()) {
      if (ids.isEmpty() || ids.contains(model.getKey())) {
        taker.take(run(model.getKey(), model.getValue(), overwrite), model.getValue());
      }
    }
  }

  /**
   * Runs the audit of one of the spec's models.
   *
   * @param id the model's id; {@code model} when the spec has one model
   * @param out the output folder, created when it does not exist
   * @param overwrite whether a run with another spec may be replaced
   * @return the result, which also stands in {@code out/result.json}
   * @throws IllegalArgumentException when the spec, the model, the data or the folder is unusable
   * @throws IOException when a file cannot be written; what was done before is kept
   */
  public AuditResult run(String id, Path out, boolean overwrite) throws IOException {
    PhaseTimes times = new PhaseTimes();
    Optional<KeptAttributions> before =
        earlier.map(path -> EarlierAttributions.read(path, id, spec.models().size()));
    try (Preparation prepared = Preparation.of(spec, id, sources, options, progress)) {
      STAGES.forEach(stage -> stage.require(prepared, effort));
      // Before the folder is cleared: it may be the one that they lie in.
      Optional<LastEvidence> last =
          effort
              .last(id, spec.models().size())
              .map(path -> LastEvidence.read(path, prepared.examples()));
      try (RunFolder folder =
          RunFolder.open(out, RunFingerprint.of(prepared, effort, before), overwrite)) {
        if (folder.finished()) {
          progress.phase("found finished");
          return AuditResult.read(folder.result());
        }
        prepared.remarks().forEach(progress::note);
        times.ended("load");
        Run run =
            new Run(
                prepared,
                effort,
                options,
                progress,
                folder,
                last,
                before,
                this::isOutOfTime,
                new Findings());
        for (Stage stage : STAGES) {
          progress.phase(stage.phase());
          run.found().add(stage.run(run));
          times.ended(stage.name());
        }
        progress.phase("writing results");
        return new AuditRecord(run, command, times).write();
      }
    }
  }

  /**
   * Says what {@link #run} would do, and what it can cost. What would end the audit at once ends
   * its plan.
   *
   * @param id the model's id
   * @throws IllegalArgumentException when the spec, the model or the data is unusable
   * @throws IOException when a file cannot be read
   */
  public AuditPlan plan(String id) throws IOException {
    try (Preparation prepared = Preparation.of(spec, id, sources, options, progress)) {
      STAGES.forEach(stage -> stage.require(prepared, effort));
      prepared.remarks().forEach(progress::note);
      return AuditPlan.of(prepared, STAGES, effort, options);
    }
  }

  /** Over all models of this audit. */
  private boolean isOutOfTime() {
    return effort.timeBudget().isPresent()
        && System.nanoTime() - created >= effort.timeBudget().get().toNanos();
  }
}
