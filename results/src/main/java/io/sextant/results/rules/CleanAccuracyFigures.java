package io.sextant.results.rules;

import io.sextant.results.ClassAccuracy;
import io.sextant.results.Rule;
import io.sextant.results.SampleTable;
import io.sextant.results.Scope;
import io.sextant.results.Score;
import java.util.ArrayList;
import java.util.List;

/** Share of examples that are right without an attack. */
final class CleanAccuracyFigures {
  private CleanAccuracyFigures() {}

  static List<Figure> figures(Rule rule, Measurements measured) {
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
