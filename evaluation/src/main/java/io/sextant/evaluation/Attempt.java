package io.sextant.evaluation;

import io.sextant.attacks.Sign;
import io.sextant.attacks.StageResult;
import io.sextant.results.Cell;
import io.sextant.results.Outcome;
import io.sextant.results.Reverification;
import io.sextant.results.SampleRow;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one attack at one radius did to one example, after verification; the form in which a unit of
 * work is kept for resuming.
 *
 * @param sample row of the data, from 0
 * @param label true class
 * @param predicted clean prediction by the network itself
 * @param outcome after verification
 * @param distance verified distance, present when broken
 * @param reason why it is inconclusive, present when it is
 * @param rejected true when the attack counted it as broken but verification did not
 * @param forwards examples run forward
 * @param backwards cotangents pulled back
 * @param prediction the network's own decision on the adversarial input
 * @param confidence the probability of that decision
 * @param margin the lead of the first over the second logit there
 * @param signs that the search failed for reasons other than robustness
 * @param stages what each part did, for attacks that try others in turn
 */
record Attempt(
    int sample,
    int label,
    int predicted,
    Outcome outcome,
    @Nullable Double distance,
    @Nullable String reason,
    boolean rejected,
    long forwards,
    long backwards,
    int prediction,
    double confidence,
    double margin,
    Set<Sign> signs,
    List<StageResult> stages) {
  Attempt {
    signs = Set.copyOf(signs);
    stages = List.copyOf(stages);
  }

  /** The same at the cost of two passes, one after the other. */
  Attempt after(Attempt first, Attempt second, List<StageResult> allStages) {
    return new Attempt(
        sample,
        label,
        predicted,
        outcome,
        distance,
        reason,
        rejected,
        first.forwards + second.forwards,
        first.backwards + second.backwards,
        prediction,
        confidence,
        margin,
        signs,
        allStages);
  }

  SampleRow row(Cell cell) {
    return new SampleRow(
        sample,
        label,
        predicted,
        cell,
        outcome,
        distance == null ? OptionalDouble.empty() : OptionalDouble.of(distance),
        forwards,
        backwards);
  }

  /** A row for each part that was tried, as {@code attack/part}, in their order. */
  Stream<SampleRow> parts(Cell cell) {
    return stages.stream()
        .map(
            stage -> {
              boolean held = outcome == Outcome.BROKEN && !stage.broken();
              return new SampleRow(
                  sample,
                  label,
                  predicted,
                  new Cell(cell.condition(), cell.method() + "/" + stage.stage()),
                  held ? Outcome.HELD : outcome,
                  held || distance == null ? OptionalDouble.empty() : OptionalDouble.of(distance),
                  stage.forwards(),
                  stage.backwards());
            });
  }

  Optional<Reverification.Rejection> rejection(Cell cell) {
    return rejected && reason != null
        ? Optional.of(new Reverification.Rejection(sample, cell, reason))
        : Optional.empty();
  }
}
