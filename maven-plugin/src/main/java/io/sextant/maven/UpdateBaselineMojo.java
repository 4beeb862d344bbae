package io.sextant.maven;

import io.sextant.maven.config.EffectiveSpec;
import io.sextant.maven.evaluation.EvaluationException;
import io.sextant.maven.evaluation.RunRecord;
import io.sextant.maven.judge.BaselineUpdate;
import io.sextant.results.baseline.Baselines;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apiguardian.api.API;

/**
 * Accepts the last results on purpose: writes them as baselines, and says what that changes.
 *
 * <p>For the command line. Nothing else writes a baseline.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@Mojo(name = "update-baseline", threadSafe = true)
public final class UpdateBaselineMojo extends WorkerMojo {
  /**
   * Skips this goal.
   *
   * @since 0.1
   */
  @Parameter(property = "sextant.update-baseline.skip", defaultValue = "false")
  private boolean skipGoal;

  /**
   * Writes baselines even on a build server, where the environment has {@code CI}.
   *
   * @since 0.1
   */
  @Parameter(property = "sextant.force", defaultValue = "false")
  private boolean force;

  /** Maven fills the fields. */
  public UpdateBaselineMojo() {}

  @Override
  boolean isGoalSkipped() {
    return skipGoal;
  }

  @Override
  void run() throws EvaluationException, IOException {
    String ci = session().getSystemProperties().getProperty("env.CI", "");
    if (!ci.isEmpty() && !ci.equalsIgnoreCase("false") && !force) {
      throw new EvaluationException(
          "baselines are not updated on a build server (the environment has CI=%s): a person accepts a change and commits it; add -Dsextant.force if this is meant"
              .formatted(ci));
    }
    EffectiveSpec spec = effectiveSpec();
    if (!spec.selection().isEverything()) {
      throw new EvaluationException(
          "a baseline is of all rules and examples; leave out sextant.rules and sextant.samples.ids");
    }
    List<BaselineUpdate.Change> changes =
        BaselineUpdate.of(spec.spec(), folder(), Baselines.in(baselineFolder()));
    Optional<RunRecord> run = RunRecord.read(folder());
    if (run.isEmpty() || !run.get().subject().equals(key(spec).subject())) {
      throw new EvaluationException(
          "the last results in %s are of another model, other data, settings or toolkit than now; run %s first"
              .formatted(folder(), advice().guidance(Optional.empty()).check()));
    }
    for (BaselineUpdate.Change change : changes) {
      change.baseline().write(change.file());
      String what =
          !change.known()
              ? "new, %d rules".formatted(change.baseline().rules().size())
              : change.changes().isEmpty() ? "unchanged" : "changed:";
      getLog().info("Baseline %s: %s".formatted(change.file(), what));
      change.changes().forEach(line -> getLog().info("  " + line));
    }
    getLog().info("Commit the files to make them count.");
  }
}
