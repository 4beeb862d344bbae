package io.sextant.evaluation;

import io.sextant.gradients.Examples;
import io.sextant.results.Aggregates;
import io.sextant.results.SampleRow;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Asks the network for its decisions on the clean examples, once for all stages. */
final class CleanStage implements Stage {
  /**
   * The decisions.
   *
   * @param examples of the audit
   * @param predicted class by place of the example; {@link SampleRow#NO_CLASS} where the output is
   *     not finite
   */
  record Decided(Examples examples, int[] predicted) implements Finding {
    /** As results tell them. */
    List<Aggregates.CleanPrediction> clean() {
      return IntStream.range(0, predicted.length)
          .mapToObj(
              i ->
                  new Aggregates.CleanPrediction(
                      Math.toIntExact(examples.id(i)), examples.label(i), predicted[i]))
          .toList();
    }

    /** Places of the examples that are decided rightly. */
    int[] right() {
      return IntStream.range(0, predicted.length)
          .filter(i -> predicted[i] == examples.label(i))
          .toArray();
    }

    /** Runs attacks that take these decisions as given. */
    AttackRunner runner(Run run) {
      Map<Long, Integer> decided = new HashMap<>();
      for (int i = 0; i < predicted.length; i++) {
        decided.put(examples.id(i), predicted[i]);
      }
      return new AttackRunner(
          run.prepared().subject(), decided, run.prepared().spec().seed(), run.progress());
    }
  }

  @Override
  public String name() {
    return "clean";
  }

  @Override
  public String phase() {
    return "deciding on the clean examples";
  }

  @Override
  public Decided run(Run run) {
    return of(run.prepared());
  }

  static Decided of(Preparation prepared) {
    return new Decided(
        prepared.examples(), prepared.subject().judge().decisions(prepared.examples()));
  }
}
