package io.sextant.maven;

import io.sextant.maven.config.EffectiveSpec;
import io.sextant.maven.evaluation.EvaluationException;
import java.io.IOException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apiguardian.api.API;

/**
 * Audits models and fails the build when a rule is broken, undecided or not measured.
 *
 * <p>A measurement that was made before, of the same model, data, settings and toolkit, is reused.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@Mojo(name = "check", defaultPhase = LifecyclePhase.VERIFY, threadSafe = true)
public final class CheckMojo extends WorkerMojo {
  /**
   * Skips this goal.
   *
   * @since 0.1
   */
  @Parameter(property = "sextant.check.skip", defaultValue = "false")
  private boolean skipGoal;

  /** Maven fills the fields. */
  public CheckMojo() {}

  @Override
  boolean isGoalSkipped() {
    return skipGoal;
  }

  @Override
  void run() throws EvaluationException, IOException, InterruptedException, MojoFailureException {
    EffectiveSpec spec = effectiveSpec();
    requireJudging(spec);
    evaluate(spec);
    conclude(verdicts(spec));
  }
}
