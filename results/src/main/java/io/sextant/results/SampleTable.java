package io.sextant.results;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apiguardian.api.API;

/**
 * What is known about each single example: the rows of {@code samples.csv}, and what was planned.
 *
 * <p>Rows may be missing. An example without the row of a planned attack is open there, unless it
 * is known to be wrong or broken already; so attacks need not be run on what is broken.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class SampleTable {
  private final List<Aggregates.CleanPrediction> clean;
  private final Map<Integer, List<SampleRow>> rows;
  private final Grid grid;
  private final List<Slice> slices;

  /**
   * A table.
   *
   * @param clean predictions, each example at most once
   * @param rows of attacks, in any order; worst cases are passed over and computed again
   * @param grid what was planned
   * @param slices parts of the examples that rules may name, perhaps none
   * @throws IllegalArgumentException if an example or a slice occurs twice, or a row's example has
   *     no clean prediction
   */
  public SampleTable(
      List<Aggregates.CleanPrediction> clean, List<SampleRow> rows, Grid grid, List<Slice> slices) {
    this.clean =
        clean.stream().sorted(Comparator.comparingInt(Aggregates.CleanPrediction::sample)).toList();
    this.rows =
        rows.stream()
            .filter(row -> !row.isWorstCase())
            .collect(Collectors.groupingBy(SampleRow::sample, TreeMap::new, Collectors.toList()));
    this.grid = grid;
    this.slices = List.copyOf(slices);
    Set<Integer> known = new HashSet<>();
    for (Aggregates.CleanPrediction prediction : this.clean) {
      if (!known.add(prediction.sample())) {
        throw new IllegalArgumentException(
            "sample %d must have one clean prediction but has two".formatted(prediction.sample()));
      }
    }
    for (Integer sample : this.rows.keySet()) {
      if (!known.contains(sample)) {
        throw new IllegalArgumentException(
            "sample %d has rows of attacks but no clean prediction".formatted(sample));
      }
    }
    Set<String> names = new HashSet<>();
    for (Slice slice : this.slices) {
      if (!names.add(slice.name())) {
        throw new IllegalArgumentException("slice %s is given twice".formatted(slice.name()));
      }
    }
  }

  /**
   * The table of a finished audit.
   *
   * @param result read from {@code result.json}
   * @param rows read from {@code samples.csv}
   * @param slices that rules may name
   * @throws IllegalArgumentException if the rows are not of this result, or a slice occurs twice
   */
  public static SampleTable of(AuditResult result, List<SampleRow> rows, List<Slice> slices) {
    List<Aggregates.CleanPrediction> clean = result.predictions().clean();
    Set<Aggregates.CleanPrediction> known = Set.copyOf(clean);
    for (SampleRow row : rows) {
      if (!known.contains(
          new Aggregates.CleanPrediction(row.sample(), row.label(), row.predicted()))) {
        throw new IllegalArgumentException(
            "samples.csv must belong to result.json, but sample %s has another label or prediction there; measure again"
                .formatted(row.sample()));
      }
    }
    List<SampleRow> all = new ArrayList<>(rows);
    result.corruptions().ifPresent(corruptions -> all.addAll(corruptions.rows(clean)));
    return new SampleTable(clean, all, result.plan().grid(), slices);
  }

  /** The same without inputs of earlier builds, which not every build has. */
  public SampleTable planned() {
    return new SampleTable(
        clean,
        rows().stream().filter(row -> !row.attack().equals(SampleRow.REPLAY)).toList(),
        grid,
        slices);
  }

  /** Clean predictions, ascending by example. */
  public List<Aggregates.CleanPrediction> clean() {
    return clean;
  }

  /** The rows of attacks, ascending by example, without worst cases. */
  public List<SampleRow> rows() {
    return rows.values().stream().flatMap(List::stream).toList();
  }

  /** What was planned. */
  public Grid grid() {
    return grid;
  }

  /** The conditions that were planned, then the corruptions that were run, each once. */
  public List<Condition> conditions() {
    return Stream.concat(
            grid.conditions().stream(),
            rows.values().stream()
                .flatMap(List::stream)
                .map(SampleRow::condition)
                .filter(Condition.Corrupted.class::isInstance)
                .sorted())
        .distinct()
        .toList();
  }

  /** Named parts of the examples. */
  public List<Slice> slices() {
    return slices;
  }

  /** The slice with a name. */
  public Optional<Slice> slice(String name) {
    return slices.stream().filter(slice -> slice.name().equals(name)).findFirst();
  }

  /**
   * The methods without whose rows a cell is not known; none where it was not measured. At a radius
   * that was not planned, they are the minimum-norm attacks.
   */
  public Set<String> needed(Cell asked) {
    Stream<String> methods =
        grid.conditions().contains(asked.condition())
            ? grid.needed(asked.condition()).stream().map(Cell::method)
            : rows.values().stream()
                .flatMap(List::stream)
                .filter(row -> row.condition().countsUnder(asked.condition()))
                .map(SampleRow::attack);
    return methods
        .filter(method -> asked.isWorstCase() || method.equals(asked.method()))
        .collect(Collectors.toSet());
  }

  /** How examples stand without an attack. */
  public List<Score> cleanScores(Predicate<Aggregates.CleanPrediction> part) {
    return clean.stream()
        .filter(part)
        .map(c -> Score.of(c.sample(), c.correct() ? Score.Standing.GOOD : Score.Standing.WRONG))
        .toList();
  }

  /**
   * How examples stand in a cell: under one attack, or in the worst case over all planned ones.
   *
   * @param part the examples asked for
   */
  public List<Score> scores(Cell cell, Predicate<Aggregates.CleanPrediction> part) {
    Set<String> needed = needed(cell);
    return clean.stream().filter(part).map(own -> score(own, cell, needed)).toList();
  }

  private Score score(Aggregates.CleanPrediction prediction, Cell cell, Set<String> needed) {
    int sample = prediction.sample();
    // An output that is not finite is inconclusive, and held, until its rows say otherwise.
    if (cell.condition().includesClean()
        && !prediction.correct()
        && prediction.predicted() != SampleRow.NO_CLASS) {
      return Score.of(sample, Score.Standing.WRONG);
    }
    List<SampleRow> own =
        rows.getOrDefault(sample, List.of()).stream()
            .filter(row -> cell.isWorstCase() || row.attack().equals(cell.method()))
            .toList();
    List<SampleRow> here =
        own.stream().filter(row -> row.condition().countsUnder(cell.condition())).toList();
    // What breaks an example at a smaller radius breaks it here: in the worst case, not for one
    // attack, whose figures are its own at each radius.
    List<SampleRow> broken =
        (cell.isWorstCase() ? own : here)
            .stream().filter(row -> row.breaksUnder(cell.condition())).toList();
    if (!broken.isEmpty()) {
      return new Score(
          sample,
          Score.Standing.BROKEN,
          broken.stream().flatMapToDouble(row -> row.distance().stream()).min());
    }
    Set<String> run = here.stream().map(SampleRow::attack).collect(Collectors.toSet());
    if (needed.isEmpty() || !run.containsAll(needed)) {
      return Score.of(sample, Score.Standing.OPEN);
    }
    boolean wrong = here.stream().allMatch(row -> row.outcome() == Outcome.ALREADY_WRONG);
    return Score.of(sample, wrong ? Score.Standing.WRONG : Score.Standing.GOOD);
  }
}
