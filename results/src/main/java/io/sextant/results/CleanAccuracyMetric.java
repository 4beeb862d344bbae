package io.sextant.results;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Share of examples that are right without an attack. */
final class CleanAccuracyMetric implements Metric {
  @Override
  public String key() {
    return "clean-accuracy";
  }

  @Override
  public Set<Selector> selectors() {
    return EnumSet.of(Selector.CLASS, Selector.SLICE);
  }

  @Override
  public boolean isShare() {
    return true;
  }

  @Override
  public boolean isUpperBound() {
    return false;
  }

  @Override
  public List<Figure> figures(Rule rule, Measurements measured) {
    List<Figure> figures = new ArrayList<>();
    if (rule.slice().isPresent()) {
      String name = rule.slice().get();
      ShareFigures.ofSlice(name, measured, SampleTable::cleanScores)
          .ifPresent(tally -> figures.add(new Figure(Scope.ALL.ofSlice(name), tally)));
    } else if (rule.className().isPresent()) {
      for (String name : measured.classes(rule.className().get())) {
        measured
            .ofClass(name)
            .map(ClassAccuracy::clean)
            .flatMap(share -> ShareFigures.counted(share, scores(measured, name)))
            .ifPresent(tally -> figures.add(new Figure(Scope.ALL.ofClass(name), tally)));
      }
    } else {
      List<Score> scores = measured.samples().map(t -> t.cleanScores(c -> true)).orElse(List.of());
      ShareFigures.counted(measured.accuracy().clean(), scores)
          .ifPresent(tally -> figures.add(new Figure(Scope.ALL, tally)));
    }
    return figures;
  }

  private static List<Score> scores(Measurements measured, String name) {
    int label = measured.classes().indexOf(name);
    return measured.samples().map(t -> t.cleanScores(c -> c.label() == label)).orElse(List.of());
  }
}
