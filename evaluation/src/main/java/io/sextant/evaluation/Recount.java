package io.sextant.evaluation;

import io.sextant.results.Accuracy;
import io.sextant.results.Aggregates;
import io.sextant.results.AttackInfo;
import io.sextant.results.AuditResult;
import io.sextant.results.Condition;
import io.sextant.results.CorruptionResult;
import io.sextant.results.Grid;
import io.sextant.results.Outcome;
import io.sextant.results.Plan;
import io.sextant.results.Predictions;
import io.sextant.results.Proportion;
import io.sextant.results.QueryCount;
import io.sextant.results.Reverification;
import io.sextant.results.Rule;
import io.sextant.results.SampleRow;
import io.sextant.results.SampleTable;
import io.sextant.results.Slice;
import io.sextant.results.curtail.Curtailment;
import io.sextant.results.curtail.Unrun;
import io.sextant.results.rules.Measurements;
import io.sextant.results.rules.RuleJudge;
import io.sextant.spec.SpecReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/** What an audit must say, counted again from what is known of each example. */
final class Recount {
  private final List<Aggregates.CleanPrediction> clean;
  private final List<SampleRow> attacked;
  private final List<SampleRow> rows;
  private final List<Reverification.Rejection> rejected;
  private final Plan plan;
  private final List<Rule> rules;
  private final List<String> classes;
  private final SampleTable table;
  private final Predictions predictions;
  private final Accuracy accuracy;

  /**
   * Counts.
   *
   * @param clean decisions on clean inputs
   * @param attacked rows of attacks, without worst cases
   * @param rejected claims of attacks that did not verify
   * @param plan what was asked for
   * @param rules what must hold
   * @param slices parts of the examples that rules may name
   * @param classes class names
   * @param taken the class for which the model takes the input of a worst case
   * @throws IllegalArgumentException when these do not fit each other
   */
  Recount(
      List<Aggregates.CleanPrediction> clean,
      List<SampleRow> attacked,
      List<Reverification.Rejection> rejected,
      Plan plan,
      List<Rule> rules,
      List<Slice> slices,
      List<String> classes,
      ToIntFunction<SampleRow> taken) {
    this.clean = List.copyOf(clean);
    this.attacked = List.copyOf(attacked);
    this.rejected = List.copyOf(rejected);
    this.plan = plan;
    this.rules = List.copyOf(rules);
    this.classes = List.copyOf(classes);
    Grid grid = plan.grid();
    this.rows = Aggregates.withWorstCase(attacked, grid);
    this.table = new SampleTable(clean, attacked, grid, slices);
    this.predictions = Predictions.of(this.clean, rows, grid.conditions(), taken);
    this.accuracy = Aggregates.of(attacked, clean, rejected, grid, classes.size());
  }

  /** The slices of a result's own spec; none where that is no file's text. */
  static List<Slice> slices(AuditResult result) {
    try {
      return SpecReader.parse(result.plan().spec(), Path.of("")).slices();
    } catch (IllegalArgumentException notASpec) {
      return List.of();
    }
  }

  /** The rows of {@code samples.csv}, in its order. */
  List<SampleRow> rows() {
    return rows;
  }

  int accuracies() {
    return 1
        + accuracy.robust().stream().mapToInt(cell -> 1 + cell.attacks().size()).sum()
        + accuracy.classes().size();
  }

  int verdicts() {
    return rules.size();
  }

  /** What was left out by the audit, and so counts as held. */
  List<String> unrun() {
    return Curtailment.unrun(table).stream().map(Unrun::describe).toList();
  }

  /** Compares the rows of a file with what they must be, in any order and then in theirs. */
  List<String> compare(List<SampleRow> found) {
    List<String> differences = new ArrayList<>();
    Map<SampleRow.Key, SampleRow> expected = new LinkedHashMap<>();
    rows.forEach(row -> expected.put(row.key(), row));
    Map<SampleRow.Key, SampleRow> seen = new LinkedHashMap<>();
    for (SampleRow row : found) {
      SampleRow.Key key = row.key();
      SampleRow must = expected.get(key);
      if (seen.put(key, row) != null) {
        differences.add("samples.csv, %s: occurs twice".formatted(key));
      } else if (must == null) {
        differences.add("samples.csv, %s: no such row was measured".formatted(key));
      } else if (!must.equals(row)) {
        differences.add(
            "samples.csv, %s: is %s, recomputed %s".formatted(key, text(row), text(must)));
      }
    }
    Set<String> missing = new TreeSet<>();
    expected.keySet().stream()
        .filter(key -> !seen.containsKey(key))
        .forEach(key -> missing.add("samples.csv, %s: the row is missing".formatted(key)));
    differences.addAll(missing);
    for (int i = 0; differences.isEmpty() && i < found.size(); i++) {
      if (!found.get(i).equals(rows.get(i))) {
        differences.add(
            "samples.csv, record %d: %s stands where %s belongs"
                .formatted(i + 1, found.get(i).key(), rows.get(i).key()));
      }
    }
    return differences;
  }

  private static String text(SampleRow row) {
    return "label %d, predicted %d, %s%s, %d forwards, %d backwards"
        .formatted(
            row.label(),
            row.predicted(),
            row.outcome().key(),
            row.distance().isPresent() ? " at distance " + row.distance().getAsDouble() : "",
            row.forwards(),
            row.backwards());
  }

  /**
   * Compares what a result says with what it must say.
   *
   * @param result as it was read; what cannot be counted again is taken from it
   * @param text the same as it stands in the file
   * @param pinned the digests of its parts when the evidence was written, where there are
   */
  List<String> compare(AuditResult result, ResultText text, Optional<Map<String, String>> pinned) {
    List<String> differences = new ArrayList<>();
    differences.addAll(text.differences("accuracy", accuracy));
    differences.addAll(text.differences("predictions", expected(text)));
    differences.addAll(text.differences("model.classes", classes));
    differences.addAll(text.differences("data.n", clean.size()));
    differences.addAll(text.differences("data.classCounts", classCounts()));
    differences.addAll(text.differences("data.sampleIdsSha256", sampleIds()));
    differences.addAll(text.differences("plan", plan));
    differences.addAll(text.differences("queries", queries(result.queries())));
    int verified =
        Math.toIntExact(attacked.stream().filter(row -> row.outcome() == Outcome.BROKEN).count());
    differences.addAll(
        text.differences(
            "reverification",
            new Reverification(
                verified + rejected.size(),
                verified,
                result.reverification().smallMargins(),
                inOrderOf(result.reverification().rejected()))));
    differences.addAll(
        text.differences(
            "gate",
            RuleJudge.judge(
                rules,
                new Measurements(
                    classes,
                    accuracy,
                    result.explanations(),
                    result.validity(),
                    result.attributions(),
                    result.drift(),
                    Optional.of(table)))));
    differences.addAll(corruptions(result, text));
    pinned.ifPresent(digests -> altered(digests, text.digests(), differences));
    return differences;
  }

  /** Shares and means follow from the recorded decisions. */
  private List<String> corruptions(AuditResult result, ResultText text) {
    if (result.corruptions().isEmpty()) {
      return List.of();
    }
    CorruptionResult recorded = result.corruptions().get();
    List<Integer> labels = clean.stream().map(Aggregates.CleanPrediction::label).toList();
    List<CorruptionResult.Corrupted> cells =
        recorded.cells().stream()
            .map(cell -> CorruptionResult.Corrupted.of(cell.condition(), labels, cell.predicted()))
            .toList();
    int right = Math.toIntExact(clean.stream().filter(own -> own.correct()).count());
    List<CorruptionResult.Shifted> shifts =
        recorded.shifts().stream()
            .map(
                shift ->
                    new CorruptionResult.Shifted(
                        shift.name(), counted(shift.rest()), counted(shift.shifted())))
            .toList();
    return text.differences(
        "corruptions",
        new CorruptionResult(
            recorded.parameters(),
            recorded.bytes(),
            new Proportion(right, clean.size()),
            cells,
            recorded.columns(),
            shifts,
            recorded.pictures()));
  }

  private static CorruptionResult.Side counted(CorruptionResult.Side side) {
    CorruptionResult.Corrupted again =
        CorruptionResult.Corrupted.of(
            new Condition.Corrupted("shift", 1), side.labels(), side.predicted());
    return new CorruptionResult.Side(
        again.accuracy(), side.samples(), side.labels(), side.predicted());
  }

  /** Compares what a result says of the model and the data with what the evidence says. */
  List<String> compare(ResultText text, Manifest manifest) {
    List<String> differences = new ArrayList<>();
    differences.addAll(text.differences("model.sha256", manifest.modelSha256()));
    differences.addAll(text.differences("model.inputShape", manifest.inputShape()));
    differences.addAll(text.differences("data.files", manifest.data()));
    differences.addAll(text.differences("data.domain", manifest.domain()));
    return differences;
  }

  /** Parts that differ, unless a figure in them was named already. */
  private static void altered(
      Map<String, String> pinned, Map<String, String> found, List<String> differences) {
    Set<String> parts = new TreeSet<>(pinned.keySet());
    parts.addAll(found.keySet());
    for (String part : parts) {
      String digest = found.getOrDefault(part, "none");
      boolean named = differences.stream().anyMatch(d -> d.startsWith("result.json, " + part));
      if (!named && !digest.equals(pinned.getOrDefault(part, "none"))) {
        differences.add(
            "result.json, %s: altered; its digest is not the one that the evidence records"
                .formatted(part));
      }
    }
  }

  /**
   * Results of earlier versions do not say what becomes of broken examples. Where that was taken
   * out later, the digest of the evidence tells.
   */
  private Object expected(ResultText text) {
    Map<String, Object> expected = new LinkedHashMap<>();
    expected.put("samples", predictions.samples());
    expected.put("labels", predictions.labels());
    expected.put("predicted", predictions.predicted());
    if (text.has("predictions.attacked")) {
      expected.put("attacked", predictions.attacked());
    }
    return expected;
  }

  private List<Integer> classCounts() {
    int[] counts = new int[classes.size()];
    for (Aggregates.CleanPrediction own : clean) {
      if (own.label() < 0 || own.label() >= counts.length) {
        throw new IllegalArgumentException(
            "sample %d has label %d but there are %d classes"
                .formatted(own.sample(), own.label(), counts.length));
      }
      counts[own.label()]++;
    }
    return Arrays.stream(counts).boxed().toList();
  }

  private String sampleIds() {
    return Sha256.of(
        clean.stream().map(own -> String.valueOf(own.sample())).collect(Collectors.joining(",")));
  }

  /** The recorded counts with those of the attacks counted again. */
  private List<QueryCount> queries(List<QueryCount> recorded) {
    List<QueryCount> counts = new ArrayList<>();
    Set<String> attacks = plan.attacks().stream().map(AttackInfo::name).collect(Collectors.toSet());
    for (QueryCount count : recorded) {
      List<SampleRow> own =
          attacked.stream().filter(row -> row.attack().equals(count.consumer())).toList();
      counts.add(
          attacks.contains(count.consumer())
              ? new QueryCount(
                  count.consumer(),
                  own.stream().mapToLong(SampleRow::forwards).sum(),
                  own.stream().mapToLong(SampleRow::backwards).sum())
              : count);
    }
    return counts;
  }

  /** Rejections have no order of their own; equal ones are listed in the recorded one. */
  private List<Reverification.Rejection> inOrderOf(List<Reverification.Rejection> recorded) {
    return Set.copyOf(recorded).equals(Set.copyOf(rejected)) ? recorded : rejected;
  }
}
