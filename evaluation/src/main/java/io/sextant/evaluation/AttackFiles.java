package io.sextant.evaluation;

import static java.util.stream.Collectors.joining;

import io.sextant.attacks.Attack;
import io.sextant.attacks.BlindBreaks;
import io.sextant.attacks.Sign;
import io.sextant.attacks.ThreatModel;
import io.sextant.attacks.ZeroGradients;
import io.sextant.attacks.universal.UniversalAttack;
import io.sextant.evaluation.data.NpyWriter;
import io.sextant.gradients.Examples;
import io.sextant.results.Aggregates;
import io.sextant.results.Cell;
import io.sextant.results.Grid;
import io.sextant.results.Norm;
import io.sextant.results.Outcome;
import io.sextant.results.SampleRow;
import io.sextant.results.SamplesCsv;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.io.file.PathUtils;
import org.apiguardian.api.API;

/**
 * One attack on examples, verified and written to {@code samples.csv} and {@code adversarial.npy}.
 * What an interrupted call has done lies in {@code work} beside them, and the same call on the same
 * folder goes on there; another call leaves it alone.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class AttackFiles {
  private AttackFiles() {}

  /**
   * A universal attack, which learns before it is run on the first example: not at all where every
   * example was done before an interruption.
   *
   * @param universal what learns
   * @param rows to learn from, other than the examples
   * @param seed of its random choices
   */
  public static Attack learning(UniversalAttack universal, Examples rows, long seed) {
    return new LearntFromData(universal, seed).from(rows);
  }

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
   * @throws IllegalArgumentException when the attack does not work in the norm, or another run is
   *     writing to the folder
   * @throws IllegalStateException when this thread is interrupted
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
    return run(subject, examples, attack, List.of(threat), seed, progress, out);
  }

  /**
   * Runs an attack at several radii, which share work, and writes what it found: the inputs of each
   * radius to a file of its own, {@code adversarial-NORM-RADIUS.npy}, where there are several.
   *
   * @param threats what it may do: one norm, each radius once
   */
  public static List<SampleRow> run(
      Subject subject,
      Examples examples,
      Attack attack,
      List<ThreatModel> threats,
      long seed,
      Progress progress,
      Path out)
      throws IOException {
    for (ThreatModel threat : threats) {
      if (!attack.norms().contains(threat.norm())) {
        throw new IllegalArgumentException(
            "%s does not work in %s; it works in %s"
                .formatted(
                    attack.name(),
                    threat.norm().key(),
                    attack.norms().stream().sorted().map(Norm::key).collect(joining(", "))));
      }
    }
    try (FolderLock lock = FolderLock.of(out)) {
      Optional<String> fingerprint = RunFingerprint.of(subject, examples, attack, threats, seed);
      Path units = lock.work().resolve("attack-" + fingerprint.orElse("unknown"));
      if (fingerprint.isEmpty()) {
        PathUtils.delete(units);
      }
      List<SampleRow> written =
          write(
              subject,
              examples,
              threats.stream()
                  .map(threat -> new AttackStage.Planned(threat, attack.name(), attack))
                  .toList(),
              new AttackRunner(subject, seed, progress),
              new UnitStore(units),
              progress,
              out);
      PathUtils.delete(units);
      return written;
    }
  }

  private static List<SampleRow> write(
      Subject subject,
      Examples examples,
      List<AttackStage.Planned> cells,
      AttackRunner runner,
      UnitStore store,
      Progress progress,
      Path out)
      throws IOException {
    List<AttackStage.Part> parts = Sweep.run(cells, examples, runner, store);
    List<SampleRow> rows = parts.stream().flatMap(part -> part.rows().stream()).toList();
    List<SampleRow> complete =
        Aggregates.withWorstCase(
            rows, new Grid(cells.stream().map(AttackStage.Planned::cell).toList()));
    for (AttackStage.Planned cell : cells) {
      String name =
          cells.size() == 1
              ? "adversarial.npy"
              : "adversarial-%s.npy".formatted(Evidence.fileName(cell.threat().condition()));
      try (NpyWriter file =
          NpyWriter.rows(
              out.resolve(name),
              NpyWriter.Element.FLOAT32,
              examples.size(),
              subject.model().inputShape().sizes())) {
        for (AttackStage.Part part : parts) {
          if (part.unit().cell().equals(cell.cell())) {
            for (float[] input : part.done().adversarial()) {
              file.row(input);
            }
          }
        }
        file.finish();
      }
    }
    SamplesCsv.write(out.resolve("samples.csv"), withParts(complete, parts));
    remarks(parts.stream().map(AttackStage.Part::done).toList(), cells.get(0).name())
        .forEach(progress::remark);
    return complete;
  }

  /** The rows of an attack that is made of others come after those of its parts. */
  private static List<SampleRow> withParts(List<SampleRow> rows, List<AttackStage.Part> parts) {
    Map<SampleRow.Key, List<SampleRow>> own = new HashMap<>();
    for (AttackStage.Part part : parts) {
      for (Attempt attempt : part.done().attempts()) {
        Cell cell = part.unit().cell();
        own.put(attempt.row(cell).key(), attempt.parts(cell).toList());
      }
    }
    return rows.stream()
        .flatMap(
            row -> Stream.concat(own.getOrDefault(row.key(), List.of()).stream(), Stream.of(row)))
        .toList();
  }

  /** What to know before the attack's figures are believed, a sentence each. */
  static List<String> remarks(List<Unit.Done> done, String attack) {
    BlindBreaks blind =
        BlindBreaks.of(
            done.stream()
                .flatMap(unit -> unit.attempts().stream())
                .filter(attempt -> attempt.outcome() != Outcome.INCONCLUSIVE)
                .map(Attempt::stages)
                .toList());
    return Stream.of(zeroGradients(done).remark(attack), blind.remark(attack))
        .flatMap(Optional::stream)
        .toList();
  }

  /** On how many examples the attack had no gradient to follow. */
  private static ZeroGradients zeroGradients(List<Unit.Done> done) {
    List<Attempt> attempts = done.stream().flatMap(unit -> unit.attempts().stream()).toList();
    return new ZeroGradients(
        Math.toIntExact(
            attempts.stream().filter(a -> a.signs().contains(Sign.ZERO_GRADIENT)).count()),
        Math.toIntExact(attempts.stream().filter(attempt -> attempt.backwards() > 0).count()));
  }
}
