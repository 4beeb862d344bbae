package io.sextant.results;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * Accuracies as pure functions of per-example rows, so that shards and resumed runs merge: the same
 * rows in any order give the same figures.
 *
 * <p>The mean is taken last. First each example gets its worst case over the attacks, then the
 * examples are counted; a mean of per-attack accuracies would be too kind.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Aggregates {
  private Aggregates() {}

  /**
   * The rows in the order of {@code samples.csv}, with a worst case after the attacks of each
   * example and condition.
   *
   * <p>An example is broken in the worst case if any planned attack broke it at this radius or a
   * smaller one of the same norm, by the smallest such distance; it is inconclusive if nothing
   * broke it and an attack at this radius was inconclusive. Its passes are the sum over the attacks
   * at this radius. Worst cases among the given rows are computed again. Rows of minimum-norm
   * attacks follow the radii of their norm. An example that is neither broken nor already wrong and
   * lacks a row of an attack that was planned under the condition has no worst case: nobody knows
   * it.
   *
   * @param rows of attacks, in any order
   * @param grid what was planned, in the order wanted
   * @throws IllegalArgumentException if rows disagree about an example, occur twice, or were not
   *     planned
   */
  public static List<SampleRow> withWorstCase(List<SampleRow> rows, Grid grid) {
    List<Condition> conditions = grid.conditions();
    Map<Integer, List<SampleRow>> bySample = new TreeMap<>();
    for (SampleRow row : rows) {
      if (!row.isWorstCase()) {
        requireListed(row, grid);
        bySample.computeIfAbsent(row.sample(), key -> new ArrayList<>()).add(row);
      }
    }
    List<SampleRow> ordered = new ArrayList<>();
    for (List<SampleRow> sample : bySample.values()) {
      requireConsistent(sample);
      for (int i = 0; i < conditions.size(); i++) {
        Condition condition = conditions.get(i);
        List<Condition> later = conditions.subList(i + 1, conditions.size());
        List<String> methods = grid.methods(condition);
        List<SampleRow> counted =
            sample.stream()
                .filter(row -> row.condition().countsUnder(condition))
                .sorted(Comparator.comparingInt(row -> methods.indexOf(row.attack())))
                .toList();
        List<SampleRow> here =
            counted.stream().filter(row -> row.condition().equals(condition)).toList();
        ordered.addAll(here);
        if (!counted.isEmpty()) {
          SampleRow worst = worstCase(condition, here, counted, sample);
          if (worst.outcome() == Outcome.BROKEN
              || worst.outcome() == Outcome.ALREADY_WRONG
              || covers(grid.needed(condition), counted)) {
            ordered.add(worst);
          }
        }
        counted.stream()
            .filter(row -> !row.condition().equals(condition))
            .filter(row -> later.stream().noneMatch(row.condition()::countsUnder))
            .forEach(ordered::add);
      }
    }
    return List.copyOf(ordered);
  }

  /**
   * Every accuracy of an audit.
   *
   * @param rows of attacks, in any order; worst cases are computed again
   * @param clean one entry per example of the audit, attacked or not
   * @param rejected adversarial examples that did not verify; their rows are inconclusive
   * @param grid what was planned, in the order wanted
   * @param classes number of classes
   * @throws IllegalArgumentException if the rows do not fit each other or the arguments
   */
  public static Accuracy of(
      List<SampleRow> rows,
      List<CleanPrediction> clean,
      List<Reverification.Rejection> rejected,
      Grid grid,
      int classes) {
    List<SampleRow> complete = withWorstCase(rows, grid);
    int n = Math.max(clean.size(), Math.toIntExact(samples(rows)));
    Set<SampleRow.Key> unverified =
        rejected.stream().map(Reverification.Rejection::key).collect(Collectors.toSet());
    List<RobustAccuracy> robust = new ArrayList<>();
    for (Condition condition : grid.conditions()) {
      List<SampleRow> here =
          complete.stream().filter(row -> row.condition().countsUnder(condition)).toList();
      List<AttackCounts> counts = new ArrayList<>();
      for (String method : grid.methods(condition)) {
        counts.add(count(new Cell(condition, method), here, unverified, n));
      }
      robust.add(
          new RobustAccuracy(
              condition, count(Cell.worstCase(condition), here, unverified, n), counts));
    }
    return new Accuracy(cleanAccuracy(clean), robust, perClass(complete, clean, robust, classes));
  }

  /**
   * What the model says about an unchanged example.
   *
   * @param sample 0-based row of the data
   * @param label true class
   * @param predicted predicted class
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record CleanPrediction(int sample, int label, int predicted) {
    /** Whether the prediction is right. */
    public boolean correct() {
      return label == predicted;
    }
  }

  private static void requireListed(SampleRow row, Grid grid) {
    if (!grid.has(row.cell())) {
      throw new IllegalArgumentException(
          "%s is not among the listed attacks and threats".formatted(row.key()));
    }
  }

  private static void requireConsistent(List<SampleRow> sample) {
    SampleRow first = sample.get(0);
    Set<Cell> seen = new HashSet<>();
    for (SampleRow row : sample) {
      if (row.label() != first.label() || row.predicted() != first.predicted()) {
        throw new IllegalArgumentException(
            "sample %d: rows must agree on label and prediction but %s and %s do not"
                .formatted(row.sample(), first.attack(), row.attack()));
      }
      if (!seen.add(row.cell())) {
        throw new IllegalArgumentException(
            "%s must occur once but occurs twice".formatted(row.key()));
      }
    }
  }

  private static long samples(List<SampleRow> rows) {
    return rows.stream().mapToInt(SampleRow::sample).distinct().count();
  }

  /** Whether every needed attack has a row. */
  private static boolean covers(List<Cell> needed, List<SampleRow> counted) {
    Set<String> run = counted.stream().map(SampleRow::attack).collect(Collectors.toSet());
    return needed.stream().map(Cell::method).allMatch(run::contains);
  }

  /**
   * The worst case of an example.
   *
   * @param here rows of the condition itself, whose passes count
   * @param counted those that count under it, minimum-norm attacks among them
   * @param all rows of the example
   */
  private static SampleRow worstCase(
      Condition condition, List<SampleRow> here, List<SampleRow> counted, List<SampleRow> all) {
    SampleRow any = all.get(0);
    List<SampleRow> broken = all.stream().filter(row -> row.breaksUnder(condition)).toList();
    Outcome outcome;
    if (!broken.isEmpty()) {
      outcome = Outcome.BROKEN;
    } else if (counted.stream().anyMatch(row -> row.outcome() == Outcome.INCONCLUSIVE)) {
      outcome = Outcome.INCONCLUSIVE;
    } else if (counted.stream().allMatch(row -> row.outcome() == Outcome.ALREADY_WRONG)) {
      outcome = Outcome.ALREADY_WRONG;
    } else {
      outcome = Outcome.HELD;
    }
    return new SampleRow(
        any.sample(),
        any.label(),
        any.predicted(),
        Cell.worstCase(condition),
        outcome,
        broken.stream().flatMapToDouble(row -> row.distance().stream()).min(),
        here.stream().mapToLong(SampleRow::forwards).sum(),
        here.stream().mapToLong(SampleRow::backwards).sum());
  }

  private static AttackCounts count(
      Cell cell, List<SampleRow> here, Set<SampleRow.Key> rejected, int n) {
    List<SampleRow> rows = here.stream().filter(row -> row.attack().equals(cell.method())).toList();
    int broken = 0;
    int held = 0;
    int alreadyWrong = 0;
    int inconclusive = 0;
    int unverified = 0;
    for (SampleRow row : rows) {
      switch (row.outcome()) {
        case ALREADY_WRONG -> alreadyWrong++;
        case HELD -> held++;
        case BROKEN -> {
          // A minimum-norm attack breaks an example only within its distance.
          if (row.breaksUnder(cell.condition())) {
            broken++;
          } else {
            held++;
          }
        }
        case INCONCLUSIVE -> {
          if (rejected.contains(row.key())) {
            unverified++;
          } else {
            inconclusive++;
          }
        }
      }
    }
    return new AttackCounts(
        cell.method(),
        n,
        broken,
        held,
        alreadyWrong,
        inconclusive,
        unverified,
        n - rows.size(),
        rows.stream().mapToLong(SampleRow::forwards).sum(),
        rows.stream().mapToLong(SampleRow::backwards).sum());
  }

  private static Proportion cleanAccuracy(List<CleanPrediction> clean) {
    return new Proportion(
        Math.toIntExact(clean.stream().filter(CleanPrediction::correct).count()), clean.size());
  }

  private static List<ClassAccuracy> perClass(
      List<SampleRow> rows, List<CleanPrediction> clean, List<RobustAccuracy> robust, int classes) {
    List<ClassAccuracy> result = new ArrayList<>();
    for (int label = 0; label < classes; label++) {
      int own = label;
      Proportion share = cleanAccuracy(clean.stream().filter(c -> c.label() == own).toList());
      List<ClassAccuracy.Held> held = new ArrayList<>();
      for (RobustAccuracy cell : robust) {
        // What was not run to the end counts as held, as everywhere.
        long lost =
            rows.stream()
                .filter(row -> row.label() == own && row.isWorstCase())
                .filter(row -> row.condition().equals(cell.condition()))
                .filter(
                    row ->
                        row.outcome() == Outcome.BROKEN || row.outcome() == Outcome.ALREADY_WRONG)
                .count();
        held.add(new ClassAccuracy.Held(cell.condition(), Math.toIntExact(share.n() - lost)));
      }
      result.add(new ClassAccuracy(label, share.n(), share.count(), held));
    }
    return result;
  }
}
