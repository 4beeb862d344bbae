package io.sextant.evaluation;

import io.sextant.results.Outcome;
import io.sextant.results.SampleRow;
import io.sextant.results.ValidityCheck;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What held at a radius and was not searched there, since it held at a larger one: such rows cannot
 * contradict each other.
 */
final class Unsearched {
  private Unsearched() {}

  /** The rows of each attack at each radius, from the largest inwards; of others none. */
  static Map<AttackStage.Planned, List<SampleRow>> of(
      List<AttackStage.Planned> cells, List<SampleRow> rows) {
    Map<AttackStage.Planned, List<SampleRow>> all = new LinkedHashMap<>();
    Map<String, Set<Integer>> held = new HashMap<>();
    List<AttackStage.Planned> inwards =
        cells.stream()
            .filter(cell -> cell.attack().nested())
            .sorted(Comparator.comparing(cell -> -cell.threat().radius()))
            .toList();
    for (AttackStage.Planned cell : inwards) {
      Set<Integer> larger = held.computeIfAbsent(cell.chain(), chain -> new HashSet<>());
      List<SampleRow> here =
          rows.stream().filter(cell::made).filter(row -> row.outcome() == Outcome.HELD).toList();
      List<SampleRow> own = here.stream().filter(row -> larger.contains(row.sample())).toList();
      if (!own.isEmpty()) {
        all.put(cell, own);
      }
      here.forEach(row -> larger.add(row.sample()));
    }
    return all;
  }

  /**
   * The check of radii where none of them is searched after all.
   *
   * @param compared what the rows themselves say
   * @param reason why not
   */
  static ValidityCheck leftOut(
      ValidityCheck compared, Map<AttackStage.Planned, List<SampleRow>> unsearched, String reason) {
    return compared.status() == ValidityCheck.Status.FAIL || unsearched.isEmpty()
        ? compared
        : ValidityChecks.leftOut(
            ValidityChecks.MONOTONE, ValidityChecks.MONOTONE_TITLE, reason, compared.explanation());
  }
}
