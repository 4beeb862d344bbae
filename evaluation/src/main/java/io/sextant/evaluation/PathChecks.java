package io.sextant.evaluation;

import io.sextant.attacks.Sign;
import io.sextant.results.Cell;
import io.sextant.results.Outcome;
import io.sextant.results.SampleRow;
import io.sextant.results.ValidityCheck;
import io.sextant.results.ValidityCheck.Affected;
import io.sextant.results.ValidityCheck.Status;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What the searches' own paths say: the third and fourth indicator of attack failure (Pintor et
 * al., NeurIPS 2022, arXiv:2106.09947).
 */
final class PathChecks {
  /** So many points of robust accuracy that rest on unfinished searches are worth a look. */
  static final double MANY = 0.1;

  private PathChecks() {}

  /** An adversarial input that was asked about must not be lost. */
  static ValidityCheck silentSuccess(List<AttackStage.Part> parts) {
    String id = "silent-success";
    String title = "What was found is returned";
    String explanation =
        "Share of held examples on which an adversarial input within the threat was asked about on"
            + " the way and not returned. Whoever finds and loses it overstates robustness.";
    int held = 0;
    TreeSet<Integer> samples = new TreeSet<>();
    int lost = 0;
    List<Affected> affected = new ArrayList<>();
    for (AttackStage.Part part : parts) {
      boolean here = false;
      for (Attempt attempt : part.done().attempts()) {
        held += attempt.outcome() == Outcome.HELD ? 1 : 0;
        if (attempt.signs().contains(Sign.SILENT_SUCCESS)) {
          lost++;
          here = true;
          samples.add(attempt.sample());
        }
      }
      Affected where = Affected.by(part.unit().cell());
      if (here && !affected.contains(where)) {
        affected.add(where);
      }
    }
    if (held == 0) {
      return ValidityChecks.skipped(id, title, "no example holds", explanation);
    }
    return ValidityChecks.check(
        id,
        title,
        lost > 0 ? Status.FAIL : Status.PASS,
        lost / (double) held,
        0,
        explanation,
        ValidityChecks.ON_ATTACKS,
        affected,
        List.copyOf(samples));
  }

  private record Count(int attacked, int held, int unfinished) {
    double share() {
      return unfinished / (double) attacked;
    }
  }

  /**
   * Searches that end while they still gain leave the rest of the way untried. What was not
   * searched at a radius, since it held at a larger one, says nothing there.
   *
   * @param cells the attacks, each at a radius
   */
  static ValidityCheck incomplete(List<AttackStage.Part> parts, List<AttackStage.Planned> cells) {
    String id = "incomplete-optimisation";
    String title = "Searches end where they gain no more";
    String explanation =
        "Share of the examples that an attack searched which held while the last ten iterates still brought more than"
            + " a twentieth of the margin's whole way; attacks without steps are left out. A search"
            + " that is cut short leaves the rest of the way untried; whether that costs anything,"
            + " the check of twice the steps says.";
    Set<Cell> stepwise =
        cells.stream()
            .filter(cell -> cell.attack().longer().isPresent())
            .map(AttackStage.Planned::cell)
            .collect(Collectors.toSet());
    Set<SampleRow> unsearched =
        Unsearched.of(cells, parts.stream().flatMap(part -> part.rows().stream()).toList())
            .values()
            .stream()
            .flatMap(List::stream)
            .collect(Collectors.toSet());
    Map<Cell, Count> counts = new LinkedHashMap<>();
    TreeSet<Integer> samples = new TreeSet<>();
    for (AttackStage.Part part : parts) {
      if (!stepwise.contains(part.unit().cell())) {
        continue;
      }
      for (Attempt attempt : part.done().attempts()) {
        if (attempt.outcome() != Outcome.ALREADY_WRONG
            && !unsearched.contains(attempt.row(part.unit().cell()))) {
          boolean held = attempt.outcome() == Outcome.HELD;
          boolean unfinished = attempt.signs().contains(Sign.UNFINISHED);
          counts.merge(
              part.unit().cell(),
              new Count(1, held ? 1 : 0, unfinished ? 1 : 0),
              (a, b) ->
                  new Count(
                      a.attacked() + b.attacked(),
                      a.held() + b.held(),
                      a.unfinished() + b.unfinished()));
          if (unfinished) {
            samples.add(attempt.sample());
          }
        }
      }
    }
    if (counts.values().stream().allMatch(count -> count.held() == 0)) {
      return ValidityChecks.skipped(
          id, title, "no example holds against an attack with steps", explanation);
    }
    List<Affected> affected =
        counts.entrySet().stream()
            .filter(cell -> cell.getValue().share() > MANY)
            .map(cell -> Affected.by(cell.getKey()))
            .toList();
    return ValidityChecks.check(
        id,
        title,
        affected.isEmpty() ? Status.PASS : Status.WARN,
        counts.values().stream().mapToDouble(Count::share).max().orElseThrow(),
        MANY,
        explanation,
        ValidityChecks.ON_ATTACKS,
        affected,
        List.copyOf(samples));
  }
}
