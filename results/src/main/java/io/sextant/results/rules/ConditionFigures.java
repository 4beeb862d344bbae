package io.sextant.results.rules;

import io.sextant.results.AttackCounts;
import io.sextant.results.Cell;
import io.sextant.results.ClassAccuracy;
import io.sextant.results.Condition;
import io.sextant.results.RobustAccuracy;
import io.sextant.results.Rule;
import io.sextant.results.SampleRow;
import io.sextant.results.SampleTable;
import io.sextant.results.Scope;
import io.sextant.results.Score;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Share of examples that are right under a condition: near the clean inputs, where it is an upper
 * bound, as every attack may be too weak, or corrupted.
 */
final class ConditionFigures {
  private ConditionFigures() {}

  static List<Figure> figures(Rule rule, Measurements measured) {
    return measured
        .samples()
        .map(table -> fromRows(rule, measured, table))
        .orElseGet(() -> fromCounts(rule, measured));
  }

  private static List<Figure> fromRows(Rule rule, Measurements measured, SampleTable table) {
    List<Condition> conditions = new ArrayList<>(table.conditions());
    // A minimum-norm attack has figures at radii that nobody planned.
    rule.condition()
        .filter(Condition.class::isInstance)
        .map(Condition.class::cast)
        .filter(asked -> !conditions.contains(asked))
        .ifPresent(conditions::add);
    return conditions.stream()
        .filter(rule::asksFor)
        .map(rule::cell)
        .filter(cell -> !table.needed(cell).isEmpty())
        .flatMap(cell -> cell(rule, measured, table, cell).stream())
        .toList();
  }

  private static List<Figure> cell(Rule rule, Measurements measured, SampleTable table, Cell cell) {
    Scope scope = Scope.at(cell);
    List<Figure> figures = new ArrayList<>();
    if (rule.slice().isPresent()) {
      String name = rule.slice().get();
      ShareFigures.ofSlice(name, measured, (t, part) -> t.scores(cell, part))
          .ifPresent(tally -> figures.add(new Figure(scope.ofSlice(name), tally)));
    } else if (rule.className().isPresent()) {
      for (String name : measured.classes(rule.className().get())) {
        int label = measured.classes().indexOf(name);
        int n = measured.ofClass(name).map(ClassAccuracy::n).orElse(0);
        if (n > 0) {
          List<Score> scores = table.scores(cell, c -> c.label() == label);
          figures.add(new Figure(scope.ofClass(name), Tally.of(scores, n)));
        }
      }
    } else if (measured.accuracy().clean().n() > 0) {
      List<Score> scores = table.scores(cell, c -> true);
      figures.add(new Figure(scope, Tally.of(scores, measured.accuracy().clean().n())));
    }
    return figures;
  }

  private static List<Figure> fromCounts(Rule rule, Measurements measured) {
    List<Figure> figures = new ArrayList<>();
    for (RobustAccuracy cell : measured.accuracy().robust()) {
      if (rule.asksFor(cell.condition())) {
        Scope scope = Scope.at(rule.cell(cell.condition()));
        if (rule.className().isPresent()) {
          for (String name : measured.classes(rule.className().get())) {
            ofClass(name, measured, cell)
                .ifPresent(tally -> figures.add(new Figure(scope.ofClass(name), tally)));
          }
        } else if (rule.slice().isEmpty()) {
          cell.of(rule.attack().orElse(SampleRow.WORST_CASE))
              .flatMap(counts -> ofCounts(counts, measured, covers(rule, cell, measured)))
              .ifPresent(tally -> figures.add(new Figure(scope, tally)));
        }
      }
    }
    return figures;
  }

  /** Whether the attacks that count were run on every example. */
  private static boolean covers(Rule rule, RobustAccuracy cell, Measurements measured) {
    int n = measured.accuracy().clean().n();
    AttackCounts counts =
        cell.of(rule.attack().orElse(SampleRow.WORST_CASE)).orElse(cell.worstCase());
    return counts.n() == n && counts.notRun() == 0;
  }

  private static Optional<Tally> ofCounts(
      AttackCounts counts, Measurements measured, boolean complete) {
    int n = measured.accuracy().clean().n();
    if (n == 0) {
      return Optional.empty();
    }
    int high = n - counts.broken() - counts.alreadyWrong();
    return Optional.of(new Tally(complete ? high : 0, high, n, List.of()));
  }

  private static Optional<Tally> ofClass(String name, Measurements measured, RobustAccuracy cell) {
    return measured
        .ofClass(name)
        .filter(own -> own.n() > 0)
        .flatMap(
            own ->
                own.robust(cell.condition())
                    .map(
                        share -> {
                          int n = measured.accuracy().clean().n();
                          boolean complete =
                              cell.worstCase().n() == n && cell.worstCase().notRun() == 0;
                          return complete
                              ? Tally.of(share)
                              : new Tally(0, share.count(), share.n(), List.of());
                        }));
  }
}
