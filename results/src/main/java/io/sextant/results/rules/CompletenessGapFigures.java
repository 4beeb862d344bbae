package io.sextant.results.rules;

import io.sextant.results.Certificate;
import io.sextant.results.ExplainerResult;
import io.sextant.results.Rule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Largest relative completeness gap of an explanation. */
final class CompletenessGapFigures {
  private CompletenessGapFigures() {}

  static List<Figure> figures(Rule rule, Measurements measured) {
    List<Figure> figures = new ArrayList<>();
    for (ExplainerResult result : measured.explanations()) {
      List<Certificate> promised =
          result.certificates().stream().filter(c -> c.gap().isPresent()).toList();
      boolean asked = rule.explainer().map(result.name()::equals).orElse(true);
      if (asked && !promised.isEmpty()) {
        // A gap that cannot be put into proportion proves nothing.
        boolean complete = promised.stream().allMatch(c -> c.relativeGap().isPresent());
        double largest = result.maximumRelativeGap().orElse(0);
        figures.add(new Figure(rule.scope(), new Gap(largest, complete, worst(result))));
      }
    }
    return figures;
  }

  private static List<Integer> worst(ExplainerResult result) {
    return result.certificates().stream()
        .filter(c -> c.relativeGap().orElse(0) > 0)
        .sorted(
            Comparator.comparingDouble((Certificate c) -> -c.relativeGap().orElse(0))
                .thenComparingInt(Certificate::sample))
        .map(Certificate::sample)
        .toList();
  }
}
