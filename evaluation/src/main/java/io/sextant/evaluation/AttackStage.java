package io.sextant.evaluation;

import io.sextant.attacks.Attack;
import io.sextant.attacks.Goal;
import io.sextant.attacks.ThreatModel;
import io.sextant.attacks.blackbox.UniformNoise;
import io.sextant.gradients.Examples;
import io.sextant.gradients.RandomKey;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.results.Aggregates;
import io.sextant.results.AttackInfo;
import io.sextant.results.Cell;
import io.sextant.results.Certainty;
import io.sextant.results.Condition;
import io.sextant.results.Grid;
import io.sextant.results.Norm;
import io.sextant.results.Outcome;
import io.sextant.results.QueryCount;
import io.sextant.results.Reverification;
import io.sextant.results.Rule;
import io.sextant.results.SampleRow;
import io.sextant.results.SampleTable;
import io.sextant.results.StageCounts;
import io.sextant.results.Threat;
import io.sextant.results.curtail.Curtail;
import io.sextant.results.curtail.Curtailment;
import io.sextant.spec.AuditSpec;
import io.sextant.spec.ThreatSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Runs the attacks of an audit: all of them, or as many as the verdicts need.
 *
 * <p>In the second case the work is done in waves: inputs of the last build first, then the attacks
 * from the cheapest to the most expensive, in each the examples that look weakest first. After each
 * wave it is counted what is still open. The composition of the waves depends on the outcomes
 * alone, never on workers or time, so that equal runs end in equal rows.
 */
final class AttackStage implements Stage {
  /** Examples of the first wave of an attack at a radius; each further one has twice as many. */
  private static final int FIRST_WAVE = 64;

  /** Examples of a unit in a wave, so that even the first wave keeps several workers busy. */
  private static final int PART = 32;

  /** What follows the name of a universal attack where the work of its learning is counted. */
  private static final String LEARNING = "-learning";

  @Override
  public String name() {
    return "attacks";
  }

  @Override
  public String phase() {
    return "attacking";
  }

  /** A unit of work and what came of it. */
  record Part(Unit unit, Unit.Done done) {
    List<SampleRow> rows() {
      return done.attempts().stream().map(attempt -> attempt.row(unit.cell())).toList();
    }

    /** What was found but did not verify. */
    List<Reverification.Rejection> rejections() {
      return done.attempts().stream()
          .flatMap(attempt -> attempt.rejection(unit.cell()).stream())
          .toList();
    }
  }

  /**
   * What came of the stage.
   *
   * @param parts in a fixed order
   * @param infos the attacks that were planned, and the inputs of the last build where there were
   * @param worst the worst input of each example
   * @param measured what the planned attacks are about; how far they were run, the rows say
   * @param failed whether the gate fails for certain, and the rest was left out for that
   * @param outOfTime whether something was left out because time ran out
   * @param doubtful whether a verdict may rest on the strength of the attacks
   * @param learning work of universal attacks before they were run
   */
  record Attacked(
      List<Part> parts,
      List<AttackInfo> infos,
      WorstInputs worst,
      Set<Topic> measured,
      boolean failed,
      boolean outOfTime,
      boolean doubtful,
      List<QueryCount> learning)
      implements Finding {
    @Override
    public List<SampleRow> rows() {
      return parts.stream().flatMap(part -> part.rows().stream()).toList();
    }

    /** What each attack did to each example. */
    List<Attempt> attempts() {
      return parts.stream().flatMap(part -> part.done().attempts().stream()).toList();
    }

    /** What attacks claimed and verification did not find. */
    List<Reverification.Rejection> rejected() {
      return parts.stream().flatMap(part -> part.rejections().stream()).toList();
    }

    /** What each part of the attacks added, cell by cell in the order of the work. */
    List<StageCounts> stages() {
      return PartCounts.of(parts);
    }

    /** From the rows rather than the meter, so that resumed runs say the same. */
    @Override
    public List<QueryCount> queries() {
      Map<String, Passes> spent = new LinkedHashMap<>();
      rows()
          .forEach(
              row ->
                  spent.merge(
                      row.attack(), new Passes(row.forwards(), row.backwards()), Passes::plus));
      return Stream.concat(
              spent.entrySet().stream()
                  .map(
                      own ->
                          new QueryCount(
                              own.getKey(), own.getValue().forwards(), own.getValue().backwards())),
              learning.stream())
          .toList();
    }
  }

  /** One attack at one radius, or at all of them. */
  record Planned(ThreatModel threat, String name, Attack attack) {
    Cell cell() {
      return new Cell(threat.condition(), name);
    }

    /** What all radii of an attack that searches have in common. */
    String chain() {
      return threat.norm().key() + " " + name;
    }

    /** Whether a row is of this attack at this radius. */
    boolean made(SampleRow row) {
      return row.cell().equals(cell());
    }
  }

  /** The threat model at a radius. */
  static ThreatModel model(ThreatSpec spec, Condition.Perturbed condition) {
    OptionalInt target = spec.targetClass();
    return new ThreatModel(
        condition,
        target.isPresent() ? new Goal.Targeted(target.getAsInt()) : Goal.UNTARGETED,
        spec.categoryChanges(),
        spec.budget().orElse(Double.POSITIVE_INFINITY));
  }

  @Override
  public Attacked run(Run run) throws IOException {
    run.last()
        .filter(inputs -> inputs.size() > 0)
        .ifPresent(
            inputs ->
                run.progress().phase("with %s inputs of the last build".formatted(inputs.size())));
    Preparation prepared = run.prepared();
    CleanStage.Decided decided = run.found().of(CleanStage.Decided.class);
    AttackRunner runner = decided.runner(run);
    UnitStore store = new UnitStore(run.folder().units());
    if (!run.effort().full()) {
      return new Waves(run, decided, runner, store).run();
    }
    List<Part> parts = Sweep.run(cells(prepared), prepared.examples(), runner, store);
    return attacked(
        prepared,
        new Escalation(runner, store).of(cells(prepared), parts),
        false,
        false,
        false,
        true);
  }

  @Override
  public List<AuditPlan.Cost> plan(Preparation prepared, Effort effort, int right) {
    return asked(prepared, effort).stream()
        .flatMap(
            cell ->
                Stream.concat(
                    Stream.of(
                        new AuditPlan.Cost(
                            cell.cell(),
                            prepared.passes(cell.attack()).times(prepared.examples().size()))),
                    learning(prepared, cell).stream()))
        .toList();
  }

  private static Optional<AuditPlan.Cost> learning(Preparation prepared, Planned cell) {
    return cell.attack() instanceof LearntFromData universal
        ? Optional.of(
            new AuditPlan.Cost(
                new Cell(cell.threat().condition(), cell.name() + LEARNING),
                universal.most(prepared.subject().service())))
        : Optional.empty();
  }

  /** A random order, the same for all attacks and radii. */
  static Comparator<Integer> shuffled(long seed, String purpose) {
    RandomKey key = RandomKey.of(seed).with(purpose);
    return Comparator.comparingLong((Integer sample) -> key.with(sample).random().nextLong())
        .thenComparingInt(sample -> sample);
  }

  /** Those of all attacks at all radii that the rules rest on, where nothing else is asked for. */
  static List<Planned> asked(Preparation prepared, Effort effort) {
    List<Rule> rules = prepared.spec().rules();
    List<Planned> planned = cells(prepared);
    List<Condition.Perturbed> conditions =
        planned.stream().map(p -> p.threat().condition()).toList();
    return planned.stream()
        .filter(p -> effort.attacks(rules, p.threat().condition(), conditions))
        .toList();
  }

  /**
   * As listed: threat by threat, radius by radius, attack by attack. A minimum-norm attack runs
   * once for all radii of a threat.
   */
  static List<Planned> cells(Preparation prepared) {
    List<Planned> cells = new ArrayList<>();
    for (ThreatSpec threat : prepared.spec().threats()) {
      for (Condition.Within within : threat.conditions()) {
        prepared
            .attacks()
            .forEach(
                (name, attack) -> {
                  if (attack.norms().contains(threat.norm()) && !isMinimumNorm(attack)) {
                    cells.add(new Planned(model(threat, within), name, attack));
                  }
                });
      }
      prepared
          .attacks()
          .forEach(
              (name, attack) -> {
                if (attack.norms().contains(threat.norm()) && isMinimumNorm(attack)) {
                  Condition.Nearest nearest = new Condition.Nearest(threat.norm());
                  cells.add(new Planned(model(threat, nearest), name, attack));
                }
              });
    }
    return cells;
  }

  private static boolean isMinimumNorm(Attack attack) {
    return attack.declaration().kind() == Kind.MINIMUM_NORM;
  }

  private static Attacked attacked(
      Preparation prepared,
      List<Part> parts,
      boolean replayed,
      boolean failed,
      boolean outOfTime,
      boolean doubtful) {
    List<ThreatSpec> threats = prepared.spec().threats();
    return new Attacked(
        parts,
        infos(prepared, replayed),
        WorstInputs.of(parts, threats, prepared.examples()),
        measured(prepared),
        failed,
        outOfTime,
        doubtful,
        learnt(prepared, parts));
  }

  /** What learning took, whether it was done in this run or in one that was interrupted. */
  private static List<QueryCount> learnt(Preparation prepared, List<Part> parts) {
    List<QueryCount> all = new ArrayList<>();
    prepared
        .attacks()
        .forEach(
            (name, attack) -> {
              long radii =
                  parts.stream()
                      .filter(part -> part.unit().cell().method().equals(name))
                      .map(part -> part.unit().cell().condition())
                      .distinct()
                      .count();
              if (attack instanceof LearntFromData universal && radii > 0) {
                Passes each = universal.learning(prepared.subject().service().as("learning"));
                all.add(
                    new QueryCount(
                        name + LEARNING, radii * each.forwards(), radii * each.backwards()));
              }
            });
    return all;
  }

  private static List<AttackInfo> infos(Preparation prepared, boolean replayed) {
    List<Norm> used = prepared.spec().threats().stream().map(ThreatSpec::norm).toList();
    List<AttackInfo> infos = new ArrayList<>();
    prepared
        .attacks()
        .forEach(
            (name, attack) ->
                infos.add(
                    new AttackInfo(
                        name,
                        attack.name(),
                        used.stream().filter(attack.norms()::contains).toList(),
                        attack.configuration())));
    if (replayed) {
      infos.add(new AttackInfo(SampleRow.REPLAY, SampleRow.REPLAY, used, Map.of()));
    }
    return infos;
  }

  private static Set<Topic> measured(Preparation prepared) {
    Set<Topic> measured = new HashSet<>();
    for (Planned cell : cells(prepared)) {
      measured.add(Topic.bounded(cell.threat().norm()));
      if (cell.threat().categoryChanges() > 0) {
        measured.add(Topic.CATEGORIES);
      }
      // Noise answers to nothing that the model says: it is no search.
      if (cell.attack().declaration().access().isBlackBox()
          && !(cell.attack() instanceof UniformNoise)) {
        measured.add(Topic.BLACK_BOX);
      }
    }
    return measured;
  }

  /** The work wave by wave. */
  private static final class Waves {
    private final Preparation prepared;
    private final AuditSpec spec;
    private final Effort effort;
    private final Subject subject;
    private final Examples examples;
    private final int[] predicted;
    private final List<Aggregates.CleanPrediction> clean;
    private final List<Threat> threats;
    private final AttackRunner runner;
    private final UnitStore store;
    private final Optional<LastEvidence> last;
    private final BooleanSupplier outOfTime;
    private final Map<Integer, Integer> places = new HashMap<>();
    private final double[][] logits;
    private final List<Part> parts = new ArrayList<>();
    private final List<SampleRow> rows = new ArrayList<>();
    // By attack and norm.
    private final Map<String, Inwards> inwards = new HashMap<>();
    private boolean replayed;

    Waves(Run run, CleanStage.Decided decided, AttackRunner runner, UnitStore store) {
      this.prepared = run.prepared();
      this.spec = prepared.spec();
      this.effort = run.effort();
      this.subject = prepared.subject();
      this.examples = prepared.examples();
      this.predicted = decided.predicted();
      this.clean = decided.clean();
      this.threats = prepared.threats();
      this.runner = runner;
      this.store = store;
      this.last = run.last();
      this.outOfTime = run.outOfTime();
      for (int place = 0; place < examples.size(); place++) {
        places.put(Math.toIntExact(examples.id(place)), place);
      }
      this.logits = subject.service().as("order").logits(examples);
    }

    Attacked run() throws IOException {
      last.ifPresent(
          inputs -> inputs.replay(subject, examples, predicted, spec.threats()).forEach(this::add));
      replayed = !parts.isEmpty();
      List<Planned> cells = new ArrayList<>(asked(prepared, effort));
      cells.sort(
          Comparator.comparingLong((Planned cell) -> prepared.passes(cell.attack()).backwards())
              .thenComparingDouble(cell -> cell.attack().nested() ? -cell.threat().radius() : 0));
      boolean stopped = false;
      AttackRunner.Tracker tracker =
          runner.tracker(cells.size() * ((examples.size() + PART - 1) / PART));
      for (Planned cell : cells) {
        stopped |= !run(cell, tracker);
      }
      if (!curtailment().fails()) {
        Escalation escalation = new Escalation(runner, store, outOfTime, tracker.hasRun());
        List<Part> further = escalation.of(cells, parts);
        stopped |= escalation.stopped();
        parts.clear();
        rows.clear();
        further.forEach(this::add);
      }
      for (Planned cell : cells(prepared)) {
        alreadyWrong(cell.cell()).ifPresent(this::add);
      }
      Curtailment now = curtailment();
      boolean failed = effort.curtail() != Curtail.NONE && now.fails();
      boolean passes =
          now.decisions().stream()
              .filter(decision -> decision.rule().restsOnAttacks())
              .anyMatch(decision -> decision.certainty() == Certainty.HOLDS);
      return attacked(
          prepared,
          List.copyOf(parts),
          replayed,
          failed,
          stopped,
          effort.probes(spec.rules()) && (passes || !(failed || stopped)));
    }

    private void add(Part part) {
      parts.add(part);
      rows.addAll(part.rows());
    }

    private Curtailment curtailment() {
      return Curtailment.of(
          effort.curtail(),
          spec.rules(),
          effort.compared(),
          effort.waived(),
          prepared.data().classes(),
          new SampleTable(clean, rows, Grid.of(threats, infos(prepared, replayed)), spec.slices()));
    }

    /** Runs one attack at one radius as far as it is needed; false when time ran out. */
    private boolean run(Planned cell, AttackRunner.Tracker tracker) throws IOException {
      int begun = 0;
      int wave = FIRST_WAVE;
      Inwards larger =
          cell.attack().nested()
              ? inwards.computeIfAbsent(cell.chain(), chain -> new Inwards())
              : new Inwards();
      while (true) {
        List<Integer> open = ordered(cell);
        if (open.isEmpty()) {
          tracker.skip((examples.size() + PART - 1) / PART - begun);
          return true;
        }
        // Each run gets a little further, however short its time.
        if (tracker.hasRun() && outOfTime.getAsBoolean()) {
          return false;
        }
        List<Integer> now = open.subList(0, Math.min(wave, open.size()));
        List<AttackRunner.Task> tasks = new ArrayList<>();
        for (int from = 0; from < now.size(); from += PART) {
          int[] own =
              now.subList(from, Math.min(now.size(), from + PART)).stream()
                  .mapToInt(Integer::intValue)
                  .toArray();
          Unit unit = new Unit(cell.cell(), begun++, examples.at(own));
          tasks.add(new AttackRunner.Task(unit, cell.attack(), cell.threat(), larger.of(unit)));
        }
        List<Unit.Done> done = runner.run(tasks, store, tracker);
        for (int i = 0; i < done.size(); i++) {
          add(new Part(tasks.get(i).unit(), done.get(i)));
          larger.take(done.get(i));
        }
        wave *= 2;
      }
    }

    /**
     * Places of the open examples. For an early failure those that are not broken yet come first,
     * and of these the weakest. Where passing may end the work too, what was run must be a fair
     * sample of the rest, so that attacks can be compared on it.
     */
    private List<Integer> ordered(Planned planned) {
      Curtailment now = curtailment();
      return fills(planned)
          .flatMap(cell -> now.open(cell).stream())
          .distinct()
          .sorted(
              effort.curtail() == Curtail.BOTH
                  ? shuffled(spec.seed(), "order")
                  : weakest(planned.cell()))
          .map(this::place)
          .toList();
    }

    /** The cells of the plan that a run fills: one for each radius where it has none of its own. */
    private Stream<Cell> fills(Planned planned) {
      return spec.threats().stream()
          .flatMap(threat -> threat.conditions().stream())
          .filter(within -> planned.threat().condition().countsUnder(within))
          .map(within -> new Cell(within, planned.name()));
    }

    private Comparator<Integer> weakest(Cell cell) {
      Set<Integer> broken = new HashSet<>();
      for (SampleRow row : rows) {
        if (row.breaksUnder(cell.condition())) {
          broken.add(row.sample());
        }
      }
      return Comparator.comparing((Integer sample) -> broken.contains(sample))
          .thenComparingDouble(sample -> Scores.margin(logits[place(sample)]))
          .thenComparingInt(sample -> sample);
    }

    private int place(int sample) {
      return places.getOrDefault(sample, 0);
    }

    /** What is wrong without an attack needs none. */
    private Optional<Part> alreadyWrong(Cell cell) {
      int[] wrong =
          IntStream.range(0, predicted.length)
              .filter(i -> predicted[i] != examples.label(i) && predicted[i] != SampleRow.NO_CLASS)
              .toArray();
      if (wrong.length == 0) {
        return Optional.empty();
      }
      Examples own = examples.at(wrong);
      List<Attempt> attempts = new ArrayList<>();
      for (int place : wrong) {
        attempts.add(
            new Attempt(
                Math.toIntExact(examples.id(place)),
                examples.label(place),
                predicted[place],
                Outcome.ALREADY_WRONG,
                null,
                null,
                false,
                0,
                0,
                predicted[place],
                Scores.confidence(logits[place], predicted[place]),
                Scores.margin(logits[place]),
                Set.of(),
                List.of()));
      }
      float[][] inputs = Arrays.stream(own.rows()).map(Rows::narrow).toArray(float[][]::new);
      return Optional.of(new Part(new Unit(cell, 0, own), new Unit.Done(attempts, inputs)));
    }
  }
}
