package io.sextant.results;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Share of examples that are right and held: an upper bound, as every attack may be too weak. */
final class RobustAccuracyMetric implements Metric {
  @Override
  public String key() {
    return "robust-accuracy";
  }

  @Override
  public Set<Selector> selectors() {
    return EnumSet.allOf(Selector.class);
  }

  @Override
  public boolean isShare() {
    return true;
  }

  @Override
  public boolean isUpperBound() {
    return true;
  }

  @Override
  public List<Figure> figures(Rule rule, Measurements measured) {
    return measured
        .samples()
        .map(table -> fromRows(rule, measured, table))
        .orElseGet(() -> fromCounts(rule, measured));
  }

  private static boolean selects(Rule rule, Norm norm, Epsilon epsilon) {
    return rule.norm().map(n -> n == norm).orElse(true)
        && rule.epsilon().map(epsilon::equals).orElse(true);
  }

  private static List<Figure> fromRows(Rule rule, Measurements measured, SampleTable table) {
    List<Figure> figures = new ArrayList<>();
    for (Threat threat : table.threats()) {
      for (Epsilon epsilon : threat.epsilons()) {
        if (selects(rule, threat.norm(), epsilon)
            && table.isPlanned(threat.norm(), rule.attack())) {
          figures.addAll(cell(rule, measured, table, threat.norm(), epsilon));
        }
      }
    }
    return figures;
  }

  private static List<Figure> cell(
      Rule rule, Measurements measured, SampleTable table, Norm norm, Epsilon epsilon) {
    Scope scope = Scope.at(norm, epsilon, rule.attack());
    List<Figure> figures = new ArrayList<>();
    if (rule.slice().isPresent()) {
      String name = rule.slice().get();
      ShareFigures.ofSlice(
              name, measured, (t, part) -> t.scores(norm, epsilon, rule.attack(), part))
          .ifPresent(tally -> figures.add(new Figure(scope.ofSlice(name), tally)));
    } else if (rule.className().isPresent()) {
      for (String name : measured.classes(rule.className().get())) {
        int label = measured.classes().indexOf(name);
        int n = measured.ofClass(name).map(ClassAccuracy::n).orElse(0);
        if (n > 0) {
          List<Score> scores = table.scores(norm, epsilon, rule.attack(), c -> c.label() == label);
          figures.add(new Figure(scope.ofClass(name), Tally.of(scores, n)));
        }
      }
    } else if (measured.accuracy().clean().n() > 0) {
      List<Score> scores = table.scores(norm, epsilon, rule.attack(), c -> true);
      figures.add(new Figure(scope, Tally.of(scores, measured.accuracy().clean().n())));
    }
    return figures;
  }

  private static List<Figure> fromCounts(Rule rule, Measurements measured) {
    List<Figure> figures = new ArrayList<>();
    for (RobustAccuracy cell : measured.accuracy().robust()) {
      if (selects(rule, cell.norm(), cell.epsilon())) {
        Scope scope = Scope.at(cell.norm(), cell.epsilon(), rule.attack());
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
                own.robust(cell.norm(), cell.epsilon())
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
