package io.sextant.maven;

import io.sextant.results.Accuracy;
import io.sextant.results.Aggregates;
import io.sextant.results.AttackInfo;
import io.sextant.results.AuditResult;
import io.sextant.results.Cell;
import io.sextant.results.DataInfo;
import io.sextant.results.EngineInfo;
import io.sextant.results.Epsilon;
import io.sextant.results.Gate;
import io.sextant.results.Grid;
import io.sextant.results.ModelInfo;
import io.sextant.results.Norm;
import io.sextant.results.Outcome;
import io.sextant.results.Plan;
import io.sextant.results.Predictions;
import io.sextant.results.Reverification;
import io.sextant.results.RunInfo;
import io.sextant.results.SampleRow;
import io.sextant.results.SamplesCsv;
import io.sextant.results.Threat;
import io.sextant.results.Validity;
import io.sextant.results.ValidityCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * The results of a made-up audit, PGD in L∞ at 0.1, written as a string with one letter per
 * example: g for held, b for broken, w for wrong without an attack, . for right and not attacked.
 * Example i is row i of the data, of class i mod 2.
 */
public final class AuditFixture {
  private static final Epsilon RADIUS = Epsilon.parse("0.1");

  private final String model;
  private final String outcomes;
  private final ValidityCheck.Status check;
  private final Optional<String> evidence;

  private AuditFixture(
      String model, String outcomes, ValidityCheck.Status check, Optional<String> evidence) {
    this.model = model;
    this.outcomes = outcomes;
    this.check = check;
    this.evidence = evidence;
  }

  /** A reliable audit of the model with the id {@code model}. */
  public static AuditFixture of(String outcomes) {
    return new AuditFixture("model", outcomes, ValidityCheck.Status.PASS, Optional.empty());
  }

  /** The same of another model. */
  public AuditFixture model(String id) {
    return new AuditFixture(id, outcomes, check, evidence);
  }

  /** The same when a validity check tripped. */
  public AuditFixture unreliable() {
    return new AuditFixture(model, outcomes, ValidityCheck.Status.FAIL, evidence);
  }

  /** The same when a validity check was left out. */
  public AuditFixture unchecked() {
    return new AuditFixture(model, outcomes, ValidityCheck.Status.NOT_RUN, evidence);
  }

  /** The same with evidence, whose manifest has this SHA-256. */
  public AuditFixture evidence(String manifest) {
    return new AuditFixture(model, outcomes, check, Optional.of(manifest));
  }

  /** The rows of {@code samples.csv}. */
  public List<SampleRow> rows() {
    List<SampleRow> rows = new ArrayList<>();
    for (int i = 0; i < outcomes.length(); i++) {
      Outcome outcome =
          switch (outcomes.charAt(i)) {
            case 'g' -> Outcome.HELD;
            case 'b' -> Outcome.BROKEN;
            case 'w' -> Outcome.ALREADY_WRONG;
            default -> Outcome.INCONCLUSIVE;
          };
      if (outcomes.charAt(i) != '.') {
        int predicted = outcome == Outcome.ALREADY_WRONG ? 1 - i % 2 : i % 2;
        rows.add(row(i, predicted, outcome));
      }
    }
    return rows;
  }

  private static SampleRow row(int i, int predicted, Outcome outcome) {
    return new SampleRow(
        i,
        i % 2,
        predicted,
        new Cell(Norm.LINF.within(RADIUS), "pgd"),
        outcome,
        outcome == Outcome.BROKEN ? OptionalDouble.of(0.05) : OptionalDouble.empty(),
        10,
        10);
  }

  /** The result. */
  public AuditResult result() {
    List<Threat> threats = List.of(new Threat(Norm.LINF, List.of(RADIUS), "untargeted", List.of()));
    List<AttackInfo> attacks = List.of(new AttackInfo("pgd", List.of(Norm.LINF), Map.of()));
    List<Aggregates.CleanPrediction> clean =
        IntStream.range(0, outcomes.length())
            .mapToObj(
                i ->
                    new Aggregates.CleanPrediction(
                        i, i % 2, outcomes.charAt(i) == 'w' ? 1 - i % 2 : i % 2))
            .toList();
    Accuracy accuracy = Aggregates.of(rows(), clean, List.of(), Grid.of(threats, attacks), 2);
    Validity validity =
        Validity.of(
            List.of(
                new ValidityCheck(
                    "zero-gradients",
                    "Gradients are not zero",
                    check,
                    Optional.of("made up"),
                    OptionalDouble.empty(),
                    OptionalDouble.empty(),
                    "made up",
                    List.of(),
                    List.of())));
    return new AuditResult(
        AuditResult.SCHEMA,
        AuditResult.CLASSIFICATION,
        "0.1",
        new ModelInfo(
            model,
            model + ".zip",
            "DL4J zip",
            "aa",
            1,
            List.of(2),
            List.of(),
            "softmax",
            List.of("even", "odd"),
            new ModelInfo.Health(
                0, OptionalDouble.of(0), 0, OptionalDouble.of(0), true, List.of())),
        new EngineInfo("nd4j", "made up", "float", List.of()),
        new DataInfo(
            "numbers",
            List.of(new DataInfo.DataFile("x.npy", "aa")),
            100,
            outcomes.length(),
            "first",
            "ids",
            List.of((outcomes.length() + 1) / 2, outcomes.length() / 2),
            List.of(),
            List.of(2),
            new DataInfo.Domain(0, 1, List.of()),
            Optional.empty()),
        new Plan(threats, attacks, 42, ""),
        accuracy,
        List.of(),
        Predictions.of(clean),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        validity,
        List.of(),
        new Reverification(0, 0, 0, List.of()),
        new Gate(List.of(), Optional.empty(), 0),
        List.of(),
        evidence,
        new RunInfo(
            "2026-01-02T03:04:05Z",
            "2026-01-02T03:05:05Z",
            Map.of(),
            "a processor",
            "Linux",
            "17",
            1,
            1,
            List.of(),
            "sextant audit"));
  }

  /** Writes {@code result.json} and {@code samples.csv}. */
  public Path write(Path folder) throws IOException {
    Files.createDirectories(folder);
    result().write(folder.resolve("result.json"));
    SamplesCsv.write(folder.resolve("samples.csv"), rows());
    return folder;
  }
}
