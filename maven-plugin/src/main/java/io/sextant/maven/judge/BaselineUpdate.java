package io.sextant.maven.judge;

import io.sextant.maven.evaluation.EvaluationException;
import io.sextant.results.baseline.Baseline;
import io.sextant.results.baseline.Baselines;
import io.sextant.results.gate.GateSubject;
import io.sextant.spec.AuditSpec;
import io.sextant.spec.ResultFolders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * New baselines from the last results.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class BaselineUpdate {
  private BaselineUpdate() {}

  /**
   * A baseline that may be written.
   *
   * @param file where
   * @param baseline what
   * @param changes since the one in force, one line each; empty when there is none in force
   * @param known whether there is one in force
   * @since 0.1
   */
  @API(status = API.Status.INTERNAL, since = "0.1")
  public record Change(Path file, Baseline baseline, List<String> changes, boolean known) {}

  /**
   * Prepares the baselines of every model, so that all are written or none.
   *
   * @param spec with its rules
   * @param folder where a worker wrote
   * @param files in force
   * @throws EvaluationException if there is no result, or it is no yardstick
   * @throws IOException if a file cannot be read
   */
  public static List<Change> of(AuditSpec spec, Path folder, Baselines files)
      throws EvaluationException, IOException {
    List<Change> changes = new ArrayList<>();
    for (Map.Entry<String, Path> model : ResultFolders.of(spec, folder).entrySet()) {
      ResultFile file = ResultFile.of(model.getValue());
      GateSubject subject = GateRun.subject(spec, model.getKey(), file, file.compared());
      Baseline baseline;
      try {
        baseline =
            Baseline.of(model.getKey(), subject.fingerprint(), spec.rules(), subject.measured());
      } catch (IllegalArgumentException e) {
        throw new EvaluationException(
            "the last result of model %s cannot be a baseline: %s; for example: mvn sextant:check -Dsextant.curtail=none"
                .formatted(model.getKey(), e.getMessage()),
            e);
      }
      Optional<Baseline> before = files.read(model.getKey());
      changes.add(
          new Change(
              files.file(model.getKey()).orElseThrow(),
              baseline,
              before.map(baseline::changesSince).orElse(List.of()),
              before.isPresent()));
    }
    return changes;
  }
}
