package io.sextant.evaluation;

import io.sextant.evaluation.data.NumberArray;
import io.sextant.gradients.Examples;
import io.sextant.gradients.Judge;
import io.sextant.gradients.graph.Shape;
import io.sextant.results.Aggregates;
import io.sextant.results.AuditResult;
import io.sextant.results.Condition;
import io.sextant.results.CorruptionResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Corrupts the clean inputs of the evidence again, and asks the network about them again. */
final class Recorruption {
  private Recorruption() {}

  /**
   * Compares decisions with the recorded ones.
   *
   * @param evidence folder with the clean inputs
   * @param manifest of the evidence
   * @param result whose corruptions are looked at
   * @param judge decides
   * @return one line for each kind and severity where decisions differ
   */
  static List<String> differences(Path evidence, Manifest manifest, AuditResult result, Judge judge)
      throws IOException {
    CorruptionResult recorded = result.corruptions().orElseThrow();
    Shape shape =
        Shape.of(result.data().inputShape().stream().mapToInt(Integer::intValue).toArray());
    DataCorrupter corrupter =
        DataCorrupter.of(
            shape,
            Domains.domain(manifest.domain(), shape.elements()),
            recorded,
            manifest.plan().seed());
    Examples clean = clean(evidence);
    List<String> differences = new ArrayList<>();
    for (CorruptionResult.Corrupted cell : recorded.cells()) {
      Condition.Corrupted condition = (Condition.Corrupted) cell.condition();
      int[] now = judge.decisions(corrupter.corrupt(condition, clean));
      int other = 0;
      for (int i = 0; i < now.length; i++) {
        other += i >= cell.predicted().size() || now[i] != cell.predicted().get(i) ? 1 : 0;
      }
      if (other > 0 || cell.predicted().size() != now.length) {
        differences.add(
            "result.json, corruptions, %s: %d of %d decisions are not the recorded ones"
                .formatted(condition.text(), other, now.length));
      }
    }
    return differences;
  }

  /** The clean inputs of the evidence, with labels and ids. */
  static Examples clean(Path evidence) throws IOException {
    List<Aggregates.CleanPrediction> known = Evidence.examples(evidence);
    return Examples.of(
        NumberArray.read(evidence.resolve(Evidence.CLEAN)).rows(),
        known.stream().mapToInt(Aggregates.CleanPrediction::label).toArray(),
        known.stream().mapToLong(Aggregates.CleanPrediction::sample).toArray());
  }
}
