package io.sextant.evaluation;

import io.sextant.evaluation.data.DataSet;
import io.sextant.evaluation.data.Draw;
import io.sextant.gradients.Examples;
import io.sextant.gradients.Judge;
import io.sextant.gradients.graph.Shape;
import io.sextant.methods.Passes;
import io.sextant.results.Aggregates;
import io.sextant.results.Cell;
import io.sextant.results.Condition;
import io.sextant.results.CorruptionResult;
import io.sextant.results.Metric;
import io.sextant.results.Proportion;
import io.sextant.results.QueryCount;
import io.sextant.results.Rule;
import io.sextant.results.SampleRow;
import io.sextant.spec.CorruptionSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;

/** Asks the network about corrupted examples, and about both sides of splits of the data. */
final class CorruptionStage implements Stage {
  private static final String CONSUMER = "corruptions";

  /**
   * What was found.
   *
   * @param result the accuracies; empty where nothing was asked for or run
   * @param standings how each example stands under each corruption
   * @param decisions of the network that it took
   * @param leftOut what was asked for and not run
   * @param outOfTime whether more time would run it
   */
  record Corrupted(
      Optional<CorruptionResult> result,
      List<SampleRow> standings,
      long decisions,
      List<String> leftOut,
      boolean outOfTime)
      implements Finding {
    @Override
    public List<QueryCount> queries() {
      return decisions == 0 ? List.of() : List.of(new QueryCount(CONSUMER, decisions, 0));
    }

    @Override
    public Set<Topic> measured() {
      return result.isPresent() ? Set.of(Topic.CORRUPTIONS) : Set.of();
    }
  }

  @Override
  public String name() {
    return CONSUMER;
  }

  @Override
  public String phase() {
    return "corrupting";
  }

  @Override
  public List<AuditPlan.Cost> plan(Preparation prepared, Effort effort, int right) {
    if (prepared.corrupting().isEmpty() || !isWanted(effort, prepared.spec().rules())) {
      return List.of();
    }
    long each = prepared.examples().size();
    return prepared.corrupting().get().conditions().stream()
        .map(
            condition ->
                new AuditPlan.Cost(
                    new Cell(condition, CorruptionResult.METHOD), new Passes(each, 0)))
        .toList();
  }

  /** Rules alone may be asked for. */
  private static boolean isWanted(Effort effort, List<Rule> rules) {
    return !effort.rulesOnly() || asksForCorruptions(rules);
  }

  private static boolean asksForCorruptions(List<Rule> rules) {
    return rules.stream().anyMatch(rule -> rule.metric() == Metric.CORRUPTED_ACCURACY);
  }

  @Override
  public Corrupted run(Run run) throws IOException {
    Preparation prepared = run.prepared();
    if (prepared.corrupting().isEmpty()) {
      return nothing(List.of());
    }
    List<Rule> rules = prepared.spec().rules();
    if (!isWanted(run.effort(), rules)) {
      return nothing(List.of("corruptions: no rule that was asked for is about them"));
    }
    if (run.found().of(AttackStage.Attacked.class).failed() && !asksForCorruptions(rules)) {
      return nothing(List.of("corruptions: the gate failed before they were needed"));
    }
    return new Work(run, prepared.corrupting().get()).run();
  }

  private static Corrupted nothing(List<String> leftOut) {
    return new Corrupted(Optional.empty(), List.of(), 0, leftOut, false);
  }

  /**
   * What is asked for, held against the data.
   *
   * @param spec as written
   * @param corrupter of the data
   * @param kinds those that can change it
   */
  record Corrupting(CorruptionSpec spec, DataCorrupter corrupter, DataCorrupter.Kinds kinds) {
    /** Each kind at each severity. */
    List<Condition.Corrupted> conditions() {
      return spec.conditions().stream()
          .filter(condition -> kinds.able().contains(condition.kind()))
          .toList();
    }
  }

  /** The work under way. */
  private static final class Work {
    private final Run run;
    private final Preparation prepared;
    private final Corrupting asked;
    private final Judge judge;
    private final Examples examples;
    private long decisions;

    Work(Run run, Corrupting asked) {
      this.run = run;
      this.prepared = run.prepared();
      this.asked = asked;
      this.judge = prepared.subject().judge();
      this.examples = prepared.examples();
    }

    Corrupted run() throws IOException {
      List<String> leftOut = new ArrayList<>(asked.kinds().needless());
      List<Condition.Corrupted> conditions = asked.conditions();
      List<CorruptionResult.Corrupted> cells = cells(conditions);
      if (cells.size() < conditions.size()) {
        leftOut.add(
            "corruptions: %s of %s kinds at severities, because the time was used up"
                .formatted(conditions.size() - cells.size(), conditions.size()));
      }
      List<Aggregates.CleanPrediction> clean = run.found().of(CleanStage.Decided.class).clean();
      int right =
          Math.toIntExact(clean.stream().filter(Aggregates.CleanPrediction::correct).count());
      CorruptionResult result =
          new CorruptionResult(
              asked.spec().parameters(),
              asked.corrupter().bytes(),
              new Proportion(right, clean.size()),
              cells,
              asked.corrupter().columns(),
              shifts(),
              pictures(conditions));
      return new Corrupted(
          Optional.of(result),
          result.rows(clean),
          decisions,
          leftOut,
          cells.size() < conditions.size());
    }

    /** Those that there was time for, in order. */
    private List<CorruptionResult.Corrupted> cells(List<Condition.Corrupted> conditions)
        throws IOException {
      DecisionStore store = new DecisionStore(run.folder().units());
      List<CorruptionResult.Corrupted> cells = new ArrayList<>();
      List<Integer> labels = boxed(examples.labels());
      for (Condition.Corrupted condition : conditions) {
        Optional<int[]> predicted = decide(condition, store);
        if (predicted.isEmpty()) {
          break;
        }
        cells.add(CorruptionResult.Corrupted.of(condition, labels, boxed(predicted.get())));
        decisions += examples.size();
        run.progress()
            .advanced(condition.describe(), cells.size(), conditions.size(), Optional.empty());
      }
      return cells;
    }

    /** The decisions on all examples, chunk by chunk; empty when there is no time for them. */
    private Optional<int[]> decide(Condition.Corrupted condition, DecisionStore store)
        throws IOException {
      int chunks = (examples.size() + Unit.CHUNK - 1) / Unit.CHUNK;
      int[] predicted = new int[examples.size()];
      boolean[] done = new boolean[chunks];
      try {
        prepared
            .subject()
            .service()
            .sideBySide(
                chunks,
                chunk -> {
                  int from = chunk * Unit.CHUNK;
                  Examples part =
                      examples.slice(from, Math.min(examples.size(), from + Unit.CHUNK));
                  String key =
                      "corrupted-%s-%d-%05d"
                          .formatted(condition.kind(), condition.severity(), chunk);
                  try {
                    Optional<int[]> kept = store.find(key, part);
                    if (kept.isEmpty() && run.outOfTime().getAsBoolean()) {
                      return;
                    }
                    int[] own =
                        kept.isPresent()
                            ? kept.get()
                            : judge.decisions(asked.corrupter().corrupt(condition, part));
                    if (kept.isEmpty()) {
                      store.keep(key, part, own);
                    }
                    System.arraycopy(own, 0, predicted, from, own.length);
                    done[chunk] = true;
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                });
      } catch (UncheckedIOException e) {
        throw new IOException(e.getMessage(), e);
      } catch (CancellationException e) {
        throw new IllegalStateException(
            "interrupted; the same command goes on from the last finished unit", e);
      }
      boolean all = IntStream.range(0, chunks).allMatch(chunk -> done[chunk]);
      return all ? Optional.of(predicted) : Optional.empty();
    }

    private List<CorruptionResult.Shifted> shifts() {
      List<CorruptionResult.Shifted> shifted = new ArrayList<>();
      for (CorruptionSpec.Shift shift : asked.spec().shifts()) {
        DataShift split = DataShift.of(shift, prepared.labelled(), prepared.spec().seed());
        shifted.add(
            new CorruptionResult.Shifted(shift.name(), side(split.rest()), side(split.shifted())));
      }
      return shifted;
    }

    /** As many rows as the audit takes, drawn as it draws them. */
    private CorruptionResult.Side side(DataSet all) {
      DataSet drawn =
          Draw.of(
              prepared.spec().data().sampling(),
              all,
              prepared.spec().data().samples(),
              prepared.spec().seed());
      int[] predicted = judge.decisions(drawn.examples());
      decisions += drawn.size();
      int right =
          (int)
              IntStream.range(0, predicted.length)
                  .filter(i -> predicted[i] == drawn.label(i))
                  .count();
      return new CorruptionResult.Side(
          new Proportion(right, drawn.size()),
          Arrays.stream(drawn.ids()).mapToObj(Math::toIntExact).toList(),
          boxed(drawn.labels()),
          boxed(predicted));
    }

    /** The first example that is decided rightly, under each kind at the middle severity. */
    private List<CorruptionResult.Picture> pictures(List<Condition.Corrupted> conditions) {
      Shape shape = prepared.data().shape();
      int[] right = run.found().of(CleanStage.Decided.class).right();
      if (!prepared.spec().reportExamples()
          || right.length == 0
          || shape.rank() != 3
          || shape.channels() != 1 && shape.channels() != 3) {
        return List.of();
      }
      List<Integer> severities = asked.spec().severities().stream().sorted().toList();
      int middle = severities.get((severities.size() - 1) / 2);
      Examples one = examples.at(right[0]);
      List<CorruptionResult.Picture> pictures = new ArrayList<>();
      pictures.add(picture(new Condition.Clean(), one, shape));
      for (Condition.Corrupted condition : conditions) {
        if (condition.severity() == middle) {
          pictures.add(picture(condition, asked.corrupter().corrupt(condition, one), shape));
        }
      }
      return pictures;
    }

    private CorruptionResult.Picture picture(Condition condition, Examples one, Shape shape) {
      return new CorruptionResult.Picture(
          condition,
          Math.toIntExact(one.id(0)),
          one.label(0),
          judge.decisions(one)[0],
          new InputPicture(prepared.data().domain(), shape).of(one.row(0)));
    }

    private static List<Integer> boxed(int[] values) {
      return Arrays.stream(values).boxed().toList();
    }
  }
}
