package io.sextant.maven;

import io.sextant.maven.config.EffectiveSpec;
import io.sextant.maven.evaluation.EvaluationException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apiguardian.api.API;

/**
 * Says what an audit would do and cost: models, examples, attacks, passes and minutes.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@Mojo(name = "plan", threadSafe = true)
public final class PlanMojo extends WorkerMojo {
  /**
   * Skips this goal.
   *
   * @since 0.1
   */
  @Parameter(property = "sextant.plan.skip", defaultValue = "false")
  private boolean skipGoal;

  /** Maven fills the fields. */
  public PlanMojo() {}

  @Override
  boolean isGoalSkipped() {
    return skipGoal;
  }

  @Override
  void run() throws EvaluationException, IOException, InterruptedException {
    EffectiveSpec spec = effectiveSpec();
    Files.createDirectories(folder());
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("plan", spec.worker().toAbsolutePath().toString()));
    if (!spec.selection().rules().isEmpty()) {
      arguments.add("--rules-only");
    }
    Optional<String> broken = worker(spec, getLog()::info).run(arguments, folder(), () -> true);
    if (broken.isPresent()) {
      throw new EvaluationException(broken.get());
    }
  }
}
