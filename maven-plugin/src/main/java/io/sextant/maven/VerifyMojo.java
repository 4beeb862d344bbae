package io.sextant.maven;

import io.sextant.maven.config.EffectiveSpec;
import io.sextant.maven.evaluation.EvaluationException;
import io.sextant.maven.evaluation.RunRecord;
import java.io.IOException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apiguardian.api.API;

/**
 * Judges what {@code evaluate} measured earlier in the same build.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@Mojo(name = "verify", defaultPhase = LifecyclePhase.VERIFY, threadSafe = true)
public final class VerifyMojo extends SpecMojo {
  /**
   * Skips this goal.
   *
   * @since 0.1
   */
  @Parameter(property = "sextant.verify.skip", defaultValue = "false")
  private boolean skipGoal;

  /** Maven fills the fields. */
  public VerifyMojo() {}

  @Override
  boolean isGoalSkipped() {
    return skipGoal;
  }

  @Override
  void run() throws EvaluationException, IOException, MojoFailureException {
    EffectiveSpec spec = effectiveSpec();
    boolean fresh =
        RunRecord.read(folder()).filter(run -> run.session().equals(sessionId())).isPresent();
    if (!fresh) {
      throw new EvaluationException(
          "this build has measured nothing into %s, and older results are not judged; bind sextant:evaluate to an earlier phase in the same execution, or use sextant:check"
              .formatted(folder()));
    }
    conclude(judge(spec));
  }
}
