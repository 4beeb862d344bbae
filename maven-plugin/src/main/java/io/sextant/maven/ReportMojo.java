package io.sextant.maven;

import io.sextant.maven.evaluation.EvaluationException;
import io.sextant.maven.judge.Conclusion;
import java.io.IOException;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apiguardian.api.API;

/**
 * Judges the last results again and rewrites every output, without measuring and without failing
 * the build.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@Mojo(name = "report", threadSafe = true)
public final class ReportMojo extends SpecMojo {
  /**
   * Skips this goal.
   *
   * @since 0.1
   */
  @Parameter(property = "sextant.report.skip", defaultValue = "false")
  private boolean skipGoal;

  /** Maven fills the fields. */
  public ReportMojo() {}

  @Override
  boolean isGoalSkipped() {
    return skipGoal;
  }

  @Override
  void run() throws EvaluationException, IOException {
    for (Conclusion conclusion : judge(effectiveSpec())) {
      getLog().info(conclusion.message().lines().findFirst().orElse(""));
    }
    getLog().info("Written: " + folder());
  }
}
