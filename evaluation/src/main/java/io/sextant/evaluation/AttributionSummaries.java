package io.sextant.evaluation;

import io.sextant.evaluation.data.DataSet;
import io.sextant.explainers.Explanations;
import io.sextant.results.ExplanationQuality.Feature;
import io.sextant.results.ExplanationQuality.Summary;
import io.sextant.results.Floats;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** What is kept of the explanations of many rows of a table: a bounded summary per class. */
final class AttributionSummaries {
  private final List<float[]> values = new ArrayList<>();
  private final List<float[]> attributions = new ArrayList<>();

  private AttributionSummaries() {}

  /**
   * Summaries of the first explanations, the class with the most rows first. Attributions of
   * different classes do not compare, so each class has one; a class with a single row has none.
   *
   * @param explainer its id in the audit
   * @param slopes whether attributions are slopes
   * @param found one explanation per place
   * @param data a table
   * @param places of the rows in the data
   * @return empty where numbers are not those of single features or groups of the input
   */
  static List<Summary> of(
      String explainer, boolean slopes, Explanations found, DataSet data, int[] places) {
    TableView view = new TableView(data.domain(), found);
    if (!view.ofInput()) {
      return List.of();
    }
    TreeMap<Integer, AttributionSummaries> byClass = new TreeMap<>();
    found
        .byTarget()
        .forEach(
            (target, own) -> {
              AttributionSummaries summaries = new AttributionSummaries();
              own.stream()
                  .filter(i -> i < Summary.MOST_EXAMPLES)
                  .forEach(
                      i ->
                          summaries.add(
                              Rows.narrow(view.numbers(data.row(places[i]))),
                              Rows.narrow(view.of(i))));
              byClass.put(target, summaries);
            });
    return byClass.entrySet().stream()
        .filter(entry -> entry.getValue().values.size() > 1)
        .sorted(Comparator.comparingInt(entry -> -entry.getValue().values.size()))
        .map(
            entry ->
                new Summary(
                    explainer,
                    entry.getKey(),
                    found.certificates().get(0).output().text(),
                    slopes,
                    entry.getValue().values.size(),
                    view.names().size(),
                    entry.getValue().listed(view.names())))
        .toList();
  }

  private void add(float[] row, float[] attribution) {
    // What is beyond floats cannot be drawn either.
    if (isFinite(row) && isFinite(attribution)) {
      values.add(row);
      attributions.add(attribution);
    }
  }

  private static boolean isFinite(float[] numbers) {
    for (float number : numbers) {
      if (!Float.isFinite(number)) {
        return false;
      }
    }
    return true;
  }

  private List<Feature> listed(List<String> names) {
    return IntStream.range(0, names.size())
        .mapToObj(f -> new Feature(names.get(f), column(values, f), column(attributions, f)))
        .sorted(Comparator.comparingDouble(feature -> -feature.mean()))
        .limit(Summary.MOST_FEATURES)
        .toList();
  }

  private static Floats column(List<float[]> rows, int feature) {
    return Floats.of(Rows.narrow(rows.stream().mapToDouble(row -> row[feature]).toArray()));
  }
}
