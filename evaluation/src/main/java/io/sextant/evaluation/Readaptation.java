package io.sextant.evaluation;

import io.sextant.corruptions.ParameterSet;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Logits;
import io.sextant.gradients.graph.Shape;
import io.sextant.results.AdaptationResult;
import io.sextant.results.AuditResult;
import io.sextant.results.Condition;
import io.sextant.spec.StreamSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Counts the figures of adaptation again from the evidence. What adapted models decided is taken as
 * recorded; what the trained model decides on the same corrupted examples is found out anew.
 */
final class Readaptation {
  private static final String CLEAN = "clean";

  private final AdaptationResult result;
  private final List<RightDecisions> counted;
  private final List<String> differences = new ArrayList<>();

  private Readaptation(AdaptationResult result, List<RightDecisions> counted) {
    this.result = result;
    this.counted = counted;
  }

  /**
   * What differs, a line each.
   *
   * @param evidence folder that has the counts
   * @param manifest of the evidence
   * @param audit whose adaptation is looked at
   * @param service of the trained model; empty where there is no model
   */
  static List<String> differences(
      Path evidence, Manifest manifest, AuditResult audit, Optional<GradientService> service)
      throws IOException {
    Readaptation again =
        new Readaptation(audit.adaptation().orElseThrow(), AdaptationEvidence.read(evidence));
    again.count();
    if (service.isPresent()) {
      again.decide(Recorruption.clean(evidence), manifest, service.get());
    }
    return again.differences;
  }

  private Optional<RightDecisions> of(AdaptationResult.Cell cell) {
    return counted.stream()
        .filter(
            one ->
                one.method().equals(cell.method())
                    && one.stream().equals(cell.stream())
                    && one.corruption().equals(cell.corruption())
                    && one.batchSize() == cell.batchSize())
        .findFirst();
  }

  private static String name(AdaptationResult.Cell cell) {
    return "result.json, adaptation, %s on %s%s, batches of %d"
        .formatted(
            cell.method(),
            cell.stream(),
            cell.corruption().map(" of "::concat).orElse(""),
            cell.batchSize());
  }

  /** Errors, differences and intervals follow from the counts. */
  private void count() {
    if (counted.size() != result.cells().size()) {
      differences.add(
          "result.json, adaptation: has %d cells but the evidence has %d"
              .formatted(result.cells().size(), counted.size()));
    }
    for (AdaptationResult.Cell cell : result.cells()) {
      Optional<RightDecisions> right = of(cell);
      if (right.isEmpty() || right.get().examples() != result.examples()) {
        differences.add(name(cell) + ": the evidence has no such counts");
        continue;
      }
      RightDecisions own = right.get();
      same(cell, "n", cell.n(), own.n());
      same(cell, "sourceWrong", cell.sourceWrong(), own.sourceWrong());
      same(cell, "adaptedWrong", cell.adaptedWrong(), own.adaptedWrong());
      same(cell, "change", cell.change(), own.change());
      same(cell, "low", cell.low(), own.change() - own.half());
      same(cell, "high", cell.high(), own.change() + own.half());
      if (cell.corruption().isEmpty() && cell.stream().equals(StreamSpec.SINGLE)) {
        sums(cell, own);
      }
    }
  }

  private void same(AdaptationResult.Cell cell, String what, double recorded, double now) {
    if (Math.abs(recorded - now) > 1e-12) {
      differences.add("%s: %s is %s, recomputed %s".formatted(name(cell), what, recorded, now));
    }
  }

  /** The streams of one corruption each, together. */
  private void sums(AdaptationResult.Cell cell, RightDecisions whole) {
    int[] source = new int[whole.examples()];
    int[] adapted = new int[whole.examples()];
    int shown = 0;
    for (RightDecisions one : counted) {
      if (one.corruption().isPresent()
          && one.method().equals(whole.method())
          && one.stream().equals(whole.stream())
          && one.batchSize() == whole.batchSize()
          && one.examples() == whole.examples()) {
        shown += one.shown();
        for (int i = 0; i < source.length; i++) {
          source[i] += one.source()[i];
          adapted[i] += one.adapted()[i];
        }
      }
    }
    if (shown != whole.shown()
        || !Arrays.equals(source, whole.source())
        || !Arrays.equals(adapted, whole.adapted())) {
      differences.add(name(cell) + ": is not the sum of the streams of one corruption each");
    }
  }

  /**
   * The trained model's decisions.
   *
   * @param right whether each is right
   * @param close whether each may come out otherwise on another engine
   */
  private record Decided(boolean[] right, boolean[] close) {
    static Decided of(double[][] logits, int[] labels) {
      boolean[] right = new boolean[logits.length];
      boolean[] close = new boolean[logits.length];
      for (int i = 0; i < right.length; i++) {
        double[] sorted = logits[i].clone();
        Arrays.sort(sorted);
        right[i] = Logits.decision(logits[i]) == labels[i];
        double lead = sorted[sorted.length - 1] - sorted[sorted.length - 2];
        close[i] = !(lead >= AuditRecord.SMALL_MARGIN);
      }
      return new Decided(right, close);
    }
  }

  private void decide(Examples clean, Manifest manifest, GradientService service) {
    DataCorrupter corrupter =
        DataCorrupter.of(
            Shape.of(manifest.inputShape().stream().mapToInt(Integer::intValue).toArray()),
            Domains.domain(manifest.domain(), service.features()),
            result.bytes(),
            ParameterSet.of(result.parameters()),
            manifest.plan().seed());
    if (clean.size() != result.examples()) {
      differences.add(
          "result.json, adaptation: has %d examples but %s has %d, so the trained model was not asked"
              .formatted(result.examples(), Evidence.CLEAN, clean.size()));
      return;
    }
    Map<String, Decided> decided = new HashMap<>();
    decided.put(CLEAN, decide(service, clean));
    for (String kind : result.corruptions()) {
      Condition.Corrupted condition = new Condition.Corrupted(kind, result.severity());
      decided.put(kind, decide(service, corrupter.corrupt(condition, clean)));
    }
    for (AdaptationResult.Cell cell : result.cells()) {
      Decided untouched = decided.get(CLEAN);
      long wrong = 0;
      long close = 0;
      for (int i = 0; i < untouched.right().length; i++) {
        wrong += untouched.right()[i] ? 0 : 1;
        close += untouched.close()[i] ? 1 : 0;
      }
      if (Math.abs(cell.cleanBefore() * untouched.right().length - wrong) > close + 1e-6) {
        differences.add(
            "%s: cleanBefore is %s, recomputed %s"
                .formatted(
                    name(cell), cell.cleanBefore(), (double) wrong / untouched.right().length));
      }
      of(cell).ifPresent(own -> source(cell, own, decided));
    }
  }

  private static Decided decide(GradientService service, Examples examples) {
    return Decided.of(Rows.logits(service, examples.size(), examples::row), examples.labels());
  }

  /** What is the sum of other cells was compared with these. */
  private void source(
      AdaptationResult.Cell cell, RightDecisions own, Map<String, Decided> decided) {
    List<String> kinds =
        cell.corruption().isPresent()
            ? List.of(cell.corruption().get())
            : cell.stream().equals(CLEAN) || result.corruptions().isEmpty()
                ? List.of(CLEAN)
                : result.corruptions();
    boolean sum = cell.corruption().isEmpty() && cell.stream().equals(StreamSpec.SINGLE);
    int examples = own.examples();
    if (sum || examples != result.examples()) {
      return; // counted as the cells that it is the sum of, or told above
    }
    int other = 0;
    for (int i = 0; i < examples; i++) {
      int right = 0;
      boolean close = false;
      for (String kind : kinds) {
        Decided one = decided.get(kind);
        if (one == null) {
          differences.add(
              "%s: %s is none of the corruptions of result.json, so the trained model was not asked"
                  .formatted(name(cell), kind));
          return;
        }
        right += one.right()[i] ? result.orders() : 0;
        close |= one.close()[i];
      }
      other += !close && right != own.source()[i] ? 1 : 0;
    }
    if (other > 0 || own.shown() != kinds.size() * result.orders()) {
      differences.add(
          "%s: the trained model decides otherwise than recorded on %d of %d examples"
              .formatted(name(cell), other, examples));
    }
  }
}
