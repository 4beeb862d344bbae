package io.sextant.results;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Largest relative completeness gap of an explanation. */
final class CompletenessGapMetric implements Metric {
  @Override
  public String key() {
    return "completeness-gap";
  }

  @Override
  public Set<Selector> selectors() {
    return EnumSet.noneOf(Selector.class);
  }

  @Override
  public boolean isShare() {
    return false;
  }

  @Override
  public boolean isUpperBound() {
    return false;
  }

  @Override
  public List<Figure> figures(Rule rule, Measurements measured) {
    List<Figure> figures = new ArrayList<>();
    for (ExplainerResult result : measured.explanations()) {
      List<Certificate> promised =
          result.certificates().stream().filter(c -> c.gap().isPresent()).toList();
      if (!promised.isEmpty()) {
        // A gap that cannot be put into proportion proves nothing.
        boolean complete = promised.stream().allMatch(c -> c.relativeGap().isPresent());
        double largest = result.maximumRelativeGap().orElse(0);
        figures.add(new Figure(Scope.ALL, new Gap(largest, complete, worst(result))));
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
