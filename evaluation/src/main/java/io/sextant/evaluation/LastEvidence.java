package io.sextant.evaluation;

import io.sextant.evaluation.data.NumberArray;
import io.sextant.gradients.Examples;
import io.sextant.results.Epsilon;
import io.sextant.results.Norm;
import io.sextant.results.Outcome;
import io.sextant.spec.ThreatSpec;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * Inputs with which an earlier audit broke its model, tried on this one: one forward pass each, and
 * often enough to settle a rule.
 *
 * <p>Nothing is taken on trust. An input counts only if it lies within the threat around the clean
 * input of today, by the same verification as any other.
 */
final class LastEvidence {
  private final Subject subject;
  private final Examples examples;
  private final int[] predicted;

  LastEvidence(Subject subject, Examples examples, int[] predicted) {
    this.subject = subject;
    this.examples = examples;
    this.predicted = predicted;
  }

  /** An input with the example that it is for. */
  private record Candidate(int place, double[] input) {}

  /** What came of the inputs, by threat and radius. */
  List<AttackStage.Part> replay(Path folder, List<ThreatSpec> threats) throws IOException {
    Path evidence =
        Files.isDirectory(folder.resolve("evidence")) ? folder.resolve("evidence") : folder;
    Map<String, List<Candidate>> candidates = candidates(evidence);
    List<AttackStage.Part> parts = new ArrayList<>();
    for (ThreatSpec threat : threats) {
      for (Epsilon epsilon : threat.epsilons()) {
        List<Candidate> own =
            candidates.getOrDefault(key(threat.norm(), epsilon), List.of()).stream()
                .filter(c -> allowed(c, threat, epsilon))
                .toList();
        if (!own.isEmpty()) {
          parts.add(judge(own, threat, epsilon));
        }
      }
    }
    return parts;
  }

  private static String key(Norm norm, Epsilon epsilon) {
    return norm.key() + " " + epsilon.value();
  }

  private Map<String, List<Candidate>> candidates(Path evidence) throws IOException {
    Path index = evidence.resolve(Evidence.INDEX);
    if (!Files.isRegularFile(index)) {
      return Map.of();
    }
    Map<Long, Integer> places = new LinkedHashMap<>();
    for (int place = 0; place < examples.size(); place++) {
      places.put(examples.id(place), place);
    }
    Map<String, List<Candidate>> candidates = new LinkedHashMap<>();
    Map<String, double[][]> arrays = new LinkedHashMap<>();
    try (Reader reader = Files.newBufferedReader(index);
        CSVParser parser =
            Evidence.INDEX_FORMAT.builder().setSkipHeaderRecord(true).get().parse(reader)) {
      for (CSVRecord row : parser) {
        Integer place = places.get(Long.parseLong(row.get("sample")));
        String name = row.get("file");
        if (place == null
            || predicted[place] != examples.label(place)
            || Outcome.parse(row.get("outcome")) != Outcome.BROKEN
            || name.contains("/")
            || name.contains("\\")) {
          continue;
        }
        if (!arrays.containsKey(name)) {
          arrays.put(name, NumberArray.read(evidence.resolve(name)).rows());
        }
        double[] input =
            arrays.getOrDefault(name, new double[0][])[Integer.parseInt(row.get("row"))];
        if (input.length == examples.row(place).length) {
          candidates
              .computeIfAbsent(
                  key(Norm.parse(row.get("norm")), Epsilon.parse(row.get("epsilon"))),
                  key -> new ArrayList<>())
              .add(new Candidate(place, input));
        }
      }
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException damaged) {
      return Map.of(); // what is kept from earlier builds only saves time
    }
    return candidates;
  }

  private boolean allowed(Candidate candidate, ThreatSpec threat, Epsilon epsilon) {
    return verifier(threat)
        .violation(examples.row(candidate.place()), candidate.input(), epsilon.value())
        .isEmpty();
  }

  private Verifier verifier(ThreatSpec threat) {
    return new Verifier(subject.service().domain(), threat.norm(), threat.categoryChanges());
  }

  private AttackStage.Part judge(List<Candidate> candidates, ThreatSpec threat, Epsilon epsilon) {
    Examples own = examples.at(candidates.stream().mapToInt(Candidate::place).toArray());
    double[][] inputs = candidates.stream().map(Candidate::input).toArray(double[][]::new);
    int[] decided = subject.model().predictions(inputs);
    double[][] logits = subject.service().as("verification").logits(inputs);
    Verifier verifier = verifier(threat);
    List<Attempt> attempts = new ArrayList<>();
    float[][] kept = new float[inputs.length][];
    for (int i = 0; i < inputs.length; i++) {
      int label = own.label(i);
      boolean fooled =
          decided[i] >= 0
              && (threat.targetClass().isPresent()
                  ? decided[i] == threat.targetClass().getAsInt()
                  : decided[i] != label);
      attempts.add(
          new Attempt(
              Math.toIntExact(own.id(i)),
              label,
              predicted[candidates.get(i).place()],
              fooled ? Outcome.BROKEN : Outcome.HELD,
              fooled ? verifier.distance(own.row(i), inputs[i]) : null,
              null,
              false,
              1,
              0,
              decided[i],
              Scores.confidence(logits[i], decided[i]),
              Scores.margin(logits[i]),
              false));
      kept[i] = Rows.narrow(inputs[i]);
    }
    Unit unit = new Unit(threat.norm(), epsilon, io.sextant.results.SampleRow.REPLAY, 0, own);
    return new AttackStage.Part(unit, new Unit.Done(attempts, kept));
  }
}
