package io.sextant.maven;

import io.sextant.maven.config.EffectiveSpec;
import io.sextant.maven.evaluation.EvaluationException;
import io.sextant.maven.judge.ResultFile;
import io.sextant.maven.judge.SideBySide;
import io.sextant.results.baseline.Baseline;
import io.sextant.results.baseline.Baselines;
import io.sextant.spec.ResultFolders;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Puts two results side by side, or the last result and its baseline.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@Mojo(name = "compare", threadSafe = true)
public final class CompareMojo extends SpecMojo {
  /**
   * Skips this goal.
   *
   * @since 0.1
   */
  @Parameter(property = "sextant.compare.skip", defaultValue = "false")
  private boolean skipGoal;

  /**
   * The first result, a {@code result.json} or an output folder; the baseline unless given.
   *
   * @since 0.1
   */
  @Parameter(property = "sextant.before")
  private @Nullable File before;

  /**
   * The second result, a {@code result.json} or an output folder; the last one unless given.
   *
   * @since 0.1
   */
  @Parameter(property = "sextant.after")
  private @Nullable File after;

  /** Maven fills the fields. */
  public CompareMojo() {}

  @Override
  boolean isGoalSkipped() {
    return skipGoal;
  }

  @Override
  void run() throws EvaluationException, IOException {
    if (before != null && after != null) {
      tell(
          "",
          SideBySide.of(
              ResultFile.of(before.toPath()).compared(), ResultFile.of(after.toPath()).compared()));
      return;
    }
    EffectiveSpec spec = effectiveSpec();
    for (Map.Entry<String, Path> model : ResultFolders.of(spec.spec(), folder()).entrySet()) {
      ResultFile now =
          ResultFile.of(after == null ? model.getValue() : after.toPath(), model.getKey());
      if (before != null) {
        tell(
            model.getKey(),
            SideBySide.of(
                ResultFile.of(before.toPath(), model.getKey()).compared(), now.compared()));
      } else {
        Optional<Baseline> baseline = Baselines.in(baselineFolder()).read(model.getKey());
        if (baseline.isEmpty()) {
          throw new EvaluationException(
              "model %s has no baseline in %s; record one with %s, or give -Dsextant.before with a result.json"
                  .formatted(
                      model.getKey(),
                      baselineFolder(),
                      advice().guidance(Optional.empty()).update()));
        }
        tell(
            model.getKey(),
            SideBySide.of(
                baseline.get(),
                now.subject(now.compared(), spec.spec().slices()),
                spec.spec().rules()));
      }
    }
  }

  private void tell(String model, List<String> lines) {
    if (!model.isEmpty()) {
      getLog().info("Model " + model + ":");
    }
    lines.forEach(getLog()::info);
  }
}
