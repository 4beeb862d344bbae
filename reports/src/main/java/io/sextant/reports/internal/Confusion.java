package io.sextant.reports.internal;

import io.sextant.results.AuditResult;
import io.sextant.results.Predictions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apiguardian.api.API;

/**
 * What the model takes examples of each class for: a matrix, or the most frequent mistakes where
 * there are too many classes for one.
 *
 * @param title threat and radius, or that there is no attack
 * @param columns classes that examples are taken for; empty where there is no matrix
 * @param rows of the matrix, one per true class; empty where there is none
 * @param mistakes the most frequent ones, where there is no matrix
 * @param others kinds of mistakes that are not listed
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record Confusion(
    String title, List<String> columns, List<Row> rows, List<Mistake> mistakes, int others) {
  /** With more classes a matrix is too wide to be read. */
  static final int MOST_CLASSES = 20;

  /** Radii of one report; the result has all. */
  public static final int MOST_RADII = 12;

  private static final int LISTED = 20;
  private static final int SHADES = 5;

  /**
   * A true class.
   *
   * @param name of the class
   * @param cells per class that examples are taken for
   */
  @API(status = API.Status.INTERNAL, since = "0.1")
  public record Row(String name, List<Cell> cells) {}

  /**
   * Examples of one class that are taken for another, or rightly for their own.
   *
   * @param count how many
   * @param style class of the style sheet: right or wrong, and how large a share of the row
   */
  @API(status = API.Status.INTERNAL, since = "0.1")
  public record Cell(int count, String style) {}

  /**
   * A kind of mistake.
   *
   * @param label true class
   * @param taken class that the examples are taken for
   * @param count how many
   */
  @API(status = API.Status.INTERNAL, since = "0.1")
  public record Mistake(String label, String taken, int count) {}

  /** Without an attack, and per radius where the result says what becomes of the examples. */
  static List<Confusion> of(AuditResult result) {
    Predictions predictions = result.predictions();
    List<Confusion> all = new ArrayList<>();
    if (!predictions.attacked().isEmpty()) {
      all.add(of("No attack", predictions.labels(), predictions.predicted(), result));
      for (Predictions.Attacked at : Format.most(MOST_RADII, predictions.attacked())) {
        all.add(of(Format.condition(at.condition()), predictions.labels(), at.predicted(), result));
      }
    }
    return List.copyOf(all);
  }

  private static Confusion of(
      String title, List<Integer> labels, List<Integer> taken, AuditResult result) {
    Map<Integer, Map<Integer, Integer>> counts = new TreeMap<>();
    for (int i = 0; i < labels.size(); i++) {
      counts
          .computeIfAbsent(labels.get(i), label -> new TreeMap<>())
          .merge(taken.get(i), 1, Integer::sum);
    }
    TreeSet<Integer> classes = new TreeSet<>(counts.keySet());
    counts.values().forEach(row -> classes.addAll(row.keySet()));
    return classes.size() <= MOST_CLASSES
        ? matrix(title, counts, List.copyOf(classes), result)
        : mistakes(title, counts, result);
  }

  private static Confusion matrix(
      String title,
      Map<Integer, Map<Integer, Integer>> counts,
      List<Integer> classes,
      AuditResult result) {
    List<Row> rows = new ArrayList<>();
    counts.forEach(
        (label, row) -> {
          int n = row.values().stream().mapToInt(Integer::intValue).sum();
          rows.add(
              new Row(
                  name(label, result),
                  classes.stream()
                      .map(c -> cell(row.getOrDefault(c, 0), n, label.equals(c)))
                      .toList()));
        });
    return new Confusion(
        title, classes.stream().map(c -> name(c, result)).toList(), rows, List.of(), 0);
  }

  private static Cell cell(int count, int n, boolean right) {
    int shade = (int) Math.ceil((double) SHADES * count / n);
    return new Cell(count, count == 0 ? "none" : (right ? "right" : "wrong") + " d" + shade);
  }

  private static Confusion mistakes(
      String title, Map<Integer, Map<Integer, Integer>> counts, AuditResult result) {
    List<Mistake> mistakes = new ArrayList<>();
    counts.forEach(
        (label, row) ->
            row.forEach(
                (taken, count) -> {
                  if (!label.equals(taken)) {
                    mistakes.add(new Mistake(name(label, result), name(taken, result), count));
                  }
                }));
    // A stable sort: equally frequent ones stay in the order of the classes.
    mistakes.sort(Comparator.comparing(mistake -> -mistake.count()));
    return new Confusion(
        title,
        List.of(),
        List.of(),
        List.copyOf(Format.most(LISTED, mistakes)),
        Math.max(0, mistakes.size() - LISTED));
  }

  private static String name(int label, AuditResult result) {
    return label < 0 ? "not finite" : result.model().className(label);
  }
}
