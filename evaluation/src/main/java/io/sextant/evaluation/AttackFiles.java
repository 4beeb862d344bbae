package io.sextant.evaluation;

import static java.util.stream.Collectors.joining;

import io.sextant.attacks.Attack;
import io.sextant.attacks.Sign;
import io.sextant.attacks.ThreatModel;
import io.sextant.attacks.ZeroGradients;
import io.sextant.evaluation.data.NpyWriter;
import io.sextant.gradients.Examples;
import io.sextant.results.Aggregates;
import io.sextant.results.Cell;
import io.sextant.results.Grid;
import io.sextant.results.Norm;
import io.sextant.results.SampleRow;
import io.sextant.results.SamplesCsv;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;

/**
 * One attack on examples, verified and written to {@code samples.csv} and {@code adversarial.npy}.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class AttackFiles {
  private AttackFiles() {}

  /**
   * Runs an attack and writes what it found.
   *
   * @param subject model and service
   * @param examples in the order of the rows written
   * @param attack configured
   * @param threat what it may do
   * @param seed of every random choice
   * @param progress is notified of progress
   * @param out output folder, created when it does not exist
   * @return the rows of {@code samples.csv}, the worst case included
   * @throws IllegalArgumentException when the attack does not work in the norm
   * @throws IOException when a file cannot be written
   */
  public static List<SampleRow> run(
      Subject subject,
      Examples examples,
      Attack attack,
      ThreatModel threat,
      long seed,
      Progress progress,
      Path out)
      throws IOException {
    if (!attack.norms().contains(threat.norm())) {
      throw new IllegalArgumentException(
          "%s does not work in %s; it works in %s"
              .formatted(
                  attack.name(),
                  threat.norm().key(),
                  attack.norms().stream().sorted().map(Norm::key).collect(joining(", "))));
    }
    OutputFolder.create(out);
    List<AttackRunner.Task> tasks = AttackRunner.tasks(threat, attack, attack.name(), examples);
    List<Unit.Done> done = new AttackRunner(subject, seed, progress).run(tasks, null);
    List<SampleRow> rows = new ArrayList<>();
    Cell cell = new Cell(threat.condition(), attack.name());
    for (Unit.Done unit : done) {
      unit.attempts().forEach(a -> rows.add(a.row(cell)));
    }
    List<SampleRow> complete = Aggregates.withWorstCase(rows, new Grid(List.of(cell)));
    try (NpyWriter file =
        NpyWriter.rows(
            out.resolve("adversarial.npy"),
            NpyWriter.Element.FLOAT32,
            examples.size(),
            subject.model().inputShape().sizes())) {
      for (Unit.Done unit : done) {
        for (float[] input : unit.adversarial()) {
          file.row(input);
        }
      }
      file.finish();
    }
    SamplesCsv.write(out.resolve("samples.csv"), complete);
    zeroGradients(done).remark(attack.name()).ifPresent(progress::remark);
    return complete;
  }

  /** On how many examples the attack had no gradient to follow. */
  static ZeroGradients zeroGradients(List<Unit.Done> done) {
    List<Attempt> attempts = done.stream().flatMap(unit -> unit.attempts().stream()).toList();
    return new ZeroGradients(
        Math.toIntExact(
            attempts.stream().filter(a -> a.signs().contains(Sign.ZERO_GRADIENT)).count()),
        Math.toIntExact(attempts.stream().filter(attempt -> attempt.backwards() > 0).count()));
  }
}
