package io.sextant.evaluation;

import io.sextant.attacks.StageResult;
import io.sextant.results.Cell;
import io.sextant.results.Condition;
import io.sextant.results.Outcome;
import io.sextant.results.StageCounts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What each part of the attacks that are made of others added. */
final class PartCounts {
  /** What a part that was tried on a sample claimed to break. */
  private record Claim(Cell cell, String stage, boolean verified) {
    /**
     * Whether the sample does not speak for others: what did not verify is open, and what held at a
     * larger radius, where one of the sample broke, was not searched again.
     */
    boolean castsDoubtOn(StageCounts counts) {
      return stage.equals(counts.stage())
          && cell.method().equals(counts.cell().method())
          && (cell.equals(counts.cell())
              ? !verified
              : cell.condition() instanceof Condition.Within larger
                  && counts.cell().condition() instanceof Condition.Within own
                  && larger.norm() == own.norm()
                  && larger.compareTo(own) > 0);
    }
  }

  private PartCounts() {}

  /** Cell by cell, in the order of the work. */
  static List<StageCounts> of(List<AttackStage.Part> parts) {
    Map<Cell, Map<String, StageCounts>> all = new LinkedHashMap<>();
    List<Claim> claims = new ArrayList<>();
    for (AttackStage.Part part : parts) {
      Cell cell = part.unit().cell();
      for (Attempt attempt : part.done().attempts()) {
        for (StageResult own : attempt.stages()) {
          boolean verified = attempt.outcome() == Outcome.BROKEN;
          if (own.sampled() && own.broken()) {
            claims.add(new Claim(cell, own.stage(), verified));
          }
          all.computeIfAbsent(cell, key -> new LinkedHashMap<>())
              .merge(
                  own.stage(),
                  new StageCounts(
                      cell,
                      own.stage(),
                      1,
                      own.broken() && verified ? 1 : 0,
                      own.forwards(),
                      own.backwards(),
                      own.sampled()),
                  StageCounts::plus);
        }
      }
    }
    return all.values().stream()
        .flatMap(cell -> cell.values().stream())
        .map(
            counts ->
                claims.stream().anyMatch(claim -> claim.castsDoubtOn(counts))
                    ? counts.unsampled()
                    : counts)
        .toList();
  }
}
