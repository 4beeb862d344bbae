package io.sextant.evaluation;

import io.sextant.evaluation.data.NumberArray;
import io.sextant.gradients.Examples;
import io.sextant.results.Cell;
import io.sextant.results.Condition;
import io.sextant.results.Outcome;
import io.sextant.results.SampleRow;
import io.sextant.spec.ThreatSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Inputs with which an earlier audit broke its model, tried on this one: one forward pass each, and
 * often enough to settle a rule.
 *
 * <p>Nothing is taken on trust. An input counts only if it lies within the threat around the clean
 * input of today, by the same verification as any other.
 */
final class LastEvidence {
  private final Map<Condition, List<Candidate>> candidates;

  private LastEvidence(Map<Condition, List<Candidate>> candidates) {
    this.candidates = candidates;
  }

  /** An input with the place of its example in the audit, and its distance then. */
  private record Candidate(int place, float[] input, double distance) {}

  /**
   * Reads what fits the examples of today. What is kept from earlier builds only saves time, so
   * what is damaged or missing is passed over.
   *
   * @param folder an audit's output, or its evidence
   */
  static LastEvidence read(Path folder, Examples examples) {
    Path evidence =
        Files.isDirectory(folder.resolve("evidence")) ? folder.resolve("evidence") : folder;
    Path index = evidence.resolve(Evidence.INDEX);
    if (!Files.isRegularFile(index)) {
      return new LastEvidence(Map.of());
    }
    Map<Long, Integer> places = new HashMap<>();
    for (int place = 0; place < examples.size(); place++) {
      places.put(examples.id(place), place);
    }
    Map<Condition, Map<Integer, Candidate>> found = new HashMap<>();
    try {
      Map<String, List<Evidence.Line>> byFile = new TreeMap<>();
      for (Evidence.Line line : Evidence.index(evidence)) {
        if (line.row().outcome() == Outcome.BROKEN
            && places.containsKey((long) line.row().sample())) {
          line.input()
              .ifPresent(
                  input ->
                      byFile.computeIfAbsent(input.file(), file -> new ArrayList<>()).add(line));
        }
      }
      for (Map.Entry<String, List<Evidence.Line>> file : byFile.entrySet()) {
        NumberArray array = NumberArray.read(evidence.resolve(file.getKey()));
        for (Evidence.Line line : file.getValue()) {
          SampleRow row = line.row();
          int place = places.getOrDefault((long) row.sample(), 0);
          double[] input = array.row(line.input().orElseThrow().row());
          if (input.length == examples.row(place).length) {
            found
                .computeIfAbsent(row.condition(), at -> new TreeMap<>())
                .merge(
                    place,
                    new Candidate(place, Rows.narrow(input), row.distance().orElseThrow()),
                    (known, other) -> other.distance() < known.distance() ? other : known);
          }
        }
      }
    } catch (IOException
        | UncheckedIOException
        | IllegalArgumentException
        | ArrayIndexOutOfBoundsException damaged) {
      return new LastEvidence(Map.of());
    }
    Map<Condition, List<Candidate>> candidates = new HashMap<>();
    found.forEach((at, own) -> candidates.put(at, List.copyOf(own.values())));
    return new LastEvidence(candidates);
  }

  /** How many inputs there are, over all radii. */
  int size() {
    return candidates.values().stream().mapToInt(List::size).sum();
  }

  /** What comes of the inputs, by threat and radius. */
  List<AttackStage.Part> replay(
      Subject subject, Examples examples, int[] predicted, List<ThreatSpec> threats) {
    List<AttackStage.Part> parts = new ArrayList<>();
    for (ThreatSpec threat : threats) {
      Verifier verifier =
          new Verifier(
              subject.service().domain(),
              threat.norm(),
              threat.categoryChanges(),
              threat.budget().orElse(Double.POSITIVE_INFINITY));
      for (Condition.Within within : threat.conditions()) {
        List<Candidate> own = new ArrayList<>();
        for (Candidate candidate : candidates.getOrDefault(within, List.of())) {
          int place = candidate.place();
          if (predicted[place] == examples.label(place)
              && verifier
                  .violation(
                      examples.row(place), Rows.widen(candidate.input()), within.epsilon().value())
                  .isEmpty()) {
            own.add(candidate);
          }
        }
        if (!own.isEmpty()) {
          Examples tried = examples.at(own.stream().mapToInt(Candidate::place).toArray());
          Unit unit = new Unit(new Cell(within, SampleRow.REPLAY), 0, tried);
          parts.add(new AttackStage.Part(unit, judge(subject, tried, own, threat, verifier)));
        }
      }
    }
    return parts;
  }

  private static Unit.Done judge(
      Subject subject,
      Examples examples,
      List<Candidate> candidates,
      ThreatSpec threat,
      Verifier verifier) {
    float[][] kept = candidates.stream().map(Candidate::input).toArray(float[][]::new);
    double[][] inputs = Arrays.stream(kept).map(Rows::widen).toArray(double[][]::new);
    int[] decided = subject.judge().decisions(inputs);
    double[][] logits = subject.service().as("verification").logits(inputs);
    List<Attempt> attempts = new ArrayList<>();
    for (int i = 0; i < inputs.length; i++) {
      int label = examples.label(i);
      boolean fooled = Verifier.fooled(threat.targetClass(), label, decided[i]);
      attempts.add(
          new Attempt(
              Math.toIntExact(examples.id(i)),
              label,
              label,
              fooled ? Outcome.BROKEN : Outcome.HELD,
              fooled ? verifier.distance(examples.row(i), inputs[i]) : null,
              null,
              false,
              1,
              0,
              decided[i],
              Scores.confidence(logits[i], decided[i]),
              Scores.margin(logits[i]),
              Set.of(),
              List.of()));
    }
    return new Unit.Done(attempts, kept);
  }
}
