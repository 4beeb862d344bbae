package io.sextant.evaluation;

import io.sextant.attacks.Attack;
import io.sextant.attacks.ThreatModel;
import io.sextant.attacks.blackbox.RayS;
import io.sextant.attacks.blackbox.Square;
import io.sextant.attacks.blackbox.UniformNoise;
import io.sextant.attacks.gradient.Pgd;
import io.sextant.attacks.preset.Preset;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.Meter;
import io.sextant.gradients.predictor.PredictorException;
import io.sextant.methods.Access;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.results.Accuracy;
import io.sextant.results.Aggregates;
import io.sextant.results.Cell;
import io.sextant.results.Condition;
import io.sextant.results.Epsilon;
import io.sextant.results.Grid;
import io.sextant.results.Norm;
import io.sextant.results.Outcome;
import io.sextant.results.Proportion;
import io.sextant.results.QueryCount;
import io.sextant.results.SampleRow;
import io.sextant.results.ValidityCheck;
import io.sextant.results.ValidityCheck.Affected;
import io.sextant.spec.AuditSpec;
import io.sextant.spec.ThreatSpec;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Validity checks that attack the model once more, in ways whose outcome is known beforehand. */
final class Probes {
  private static final int EXAMPLES = 100;
  private static final int DRAWS = 10;

  /** Survivors of gradient attacks on which an attack without gradients is to be tried. */
  private static final int SURVIVORS = 40;

  private static final Attack BLACK_BOX = Square.DEFAULT.withQueries(500).withRescale(true);

  private final Run run;
  private final AuditSpec spec;
  private final Examples examples;
  private final CleanStage.Decided decided;
  private final AttackRunner runner;
  private final List<SampleRow> rows;
  private final List<QueryCount> queries = new ArrayList<>();

  Probes(Run run) {
    this.run = run;
    this.spec = run.prepared().spec();
    this.examples = run.prepared().examples();
    this.decided = run.found().of(CleanStage.Decided.class);
    this.runner = decided.runner(run);
    this.rows = run.found().of(CountStage.Counted.class).complete();
  }

  /** All of them. */
  List<ValidityCheck> run() throws IOException {
    GradientService service = run.prepared().subject().service();
    Examples right = examples.at(decided.right());
    boolean gradients = service.access() == Access.GRADIENTS;
    return List.of(
        gradients
            ? StabilityProbe.run(service, right, spec.seed(), queries)
            : withoutGradients(StabilityProbe.ID, StabilityProbe.TITLE, StabilityProbe.EXPLANATION),
        gradients
            ? AgreementProbe.run(service, right, spec.seed(), queries)
            : withoutGradients(AgreementProbe.ID, AgreementProbe.TITLE, AgreementProbe.EXPLANATION),
        convergence(),
        noise(),
        blackBox(),
        hugeEpsilon());
  }

  private static ValidityCheck withoutGradients(String id, String title, String explanation) {
    return ValidityChecks.skipped(id, title, "the model answers without gradients", explanation);
  }

  /** What the probes cost at most. */
  static List<AuditPlan.Cost> plan(
      Preparation prepared, List<AttackStage.Planned> attacked, int right) {
    Access granted = prepared.subject().service().access();
    List<AuditPlan.Cost> cells = new ArrayList<>();
    Map<Norm, Condition.Within> largest = new LinkedHashMap<>();
    for (AttackStage.Planned cell : attacked) {
      if (cell.threat().condition() instanceof Condition.Within within) {
        largest.merge(within.norm(), within, BinaryOperator.maxBy(Comparator.naturalOrder()));
      }
      cell.attack()
          .longer()
          .ifPresent(
              longer ->
                  cells.add(
                      new AuditPlan.Cost(
                          new Cell(cell.threat().condition(), ValidityChecks.CONVERGENCE),
                          prepared
                              .passes(longer)
                              .times(Math.min(ValidityChecks.SURVIVORS, right)))));
    }
    for (AttackStage.Planned cell : attacked) {
      if (cell.attack().nested()
          && cell.threat().condition() instanceof Condition.Within within
          && !within.equals(largest.get(within.norm()))) {
        cells.add(
            new AuditPlan.Cost(
                new Cell(within, ValidityChecks.MONOTONE),
                prepared.passes(cell.attack()).times(Math.min(ValidityChecks.SEARCHED, right))));
      }
    }
    largest.forEach(
        (norm, within) -> {
          if (granted.allows(noiseAttack().declaration().access())
              && noiseAttack().norms().contains(norm)) {
            cells.add(
                new AuditPlan.Cost(
                    new Cell(within, ValidityChecks.NOISE),
                    prepared.passes(noiseAttack()).times(right)));
          }
          if (granted.allows(BLACK_BOX.declaration().access())
              && BLACK_BOX.norms().contains(norm)
              && prepared.attacks().values().stream()
                  .noneMatch(attack -> triesSurvivors(attack, norm))) {
            cells.add(
                new AuditPlan.Cost(
                    new Cell(within, BlackBoxEvidence.ID),
                    prepared.passes(BLACK_BOX).times(Math.min(SURVIVORS, right))));
          }
        });
    if (granted == Access.GRADIENTS) {
      cells.add(
          new AuditPlan.Cost(
              new Cell(new Condition.Clean(), StabilityProbe.ID),
              new Passes(StabilityProbe.forwards(right), 0)));
      long points = AgreementProbe.points(right);
      cells.add(
          new AuditPlan.Cost(
              new Cell(new Condition.Clean(), AgreementProbe.ID), new Passes(points, points)));
    }
    cells.add(
        new AuditPlan.Cost(
            new Cell(span(prepared.data().domain().unconstrained()), ValidityChecks.HUGE_EPSILON),
            prepared.passes(unbounded(granted)).times(Math.min(EXAMPLES, right))));
    return cells;
  }

  /**
   * Whether it searches without gradients around all that hold against the others; of a sample, no
   * survivor may be.
   */
  private static boolean triesSurvivors(Attack attack, Norm norm) {
    return attack.norms().contains(norm)
        && (attack instanceof Preset preset
            ? preset.plan(norm).stream()
                .anyMatch(part -> part.chosen() == 1 && asksNoGradients(part.attack()))
            : asksNoGradients(attack));
  }

  private static boolean asksNoGradients(Attack attack) {
    return attack.declaration().access().isBlackBox() && !(attack instanceof UniformNoise);
  }

  /** The radius that reaches from any input to any other. */
  private static Condition.Within span(InputDomain open) {
    double widest =
        open.features().stream()
            .mapToDouble(f -> (f.maximum() - f.minimum()) / f.scale())
            .max()
            .orElse(1);
    return Norm.LINF.within(Epsilon.parse(decimal(widest)));
  }

  /** Whether the model gives what an attack asks for. */
  private boolean asks(Attack attack) {
    return run.prepared().subject().service().access().allows(attack.declaration().access());
  }

  /**
   * What attacks without gradients do to the survivors. Where they were tried on few, as a sample
   * of a preset can be, or on none, Square is tried on more: how many survive, no attack knows.
   */
  private ValidityCheck blackBox() throws IOException {
    List<AttackStage.Part> parts = run.found().of(AttackStage.Attacked.class).parts();
    Map<String, Attack> attacks = run.prepared().attacks();
    Map<Integer, Integer> places = places();
    List<BlackBoxEvidence> all = new ArrayList<>();
    List<SampleRow> made = new ArrayList<>();
    for (ThreatSpec threat : spec.threats()) {
      List<BlackBoxEvidence> own =
          threat.conditions().stream()
              .sorted()
              .map(within -> BlackBoxEvidence.of(within, parts, attacks, examples.size()))
              .toList();
      // The largest radius at which anything holds.
      List<BlackBoxEvidence> holding = own.stream().filter(e -> !e.survivors().isEmpty()).toList();
      if (!asks(BLACK_BOX)
          || !BLACK_BOX.norms().contains(threat.norm())
          || holding.isEmpty()
          || holding.get(holding.size() - 1).missing(SURVIVORS) == 0) {
        all.addAll(own);
        continue;
      }
      BlackBoxEvidence last = holding.get(holding.size() - 1);
      int[] drawn =
          last.survivors().stream()
              .filter(sample -> !last.tried().contains(sample))
              .sorted(AttackStage.shuffled(spec.seed(), BlackBoxEvidence.ID))
              .limit(last.missing(SURVIVORS))
              .sorted()
              .mapToInt(sample -> places.getOrDefault(sample, 0))
              .toArray();
      Set<Integer> tried = new HashSet<>();
      Set<Integer> broken = new HashSet<>();
      for (Unit.Done done :
          runner.run(
              AttackRunner.tasks(
                  AttackStage.model(threat, last.condition()),
                  BLACK_BOX,
                  BlackBoxEvidence.ID,
                  examples.at(drawn)),
              null)) {
        for (Attempt attempt : done.attempts()) {
          made.add(attempt.row(new Cell(last.condition(), BlackBoxEvidence.ID)));
          tried.add(attempt.sample());
          if (attempt.outcome() == Outcome.BROKEN) {
            broken.add(attempt.sample());
          }
        }
      }
      own.stream().filter(e -> !e.equals(last)).forEach(all::add);
      all.add(last.with(tried, broken));
    }
    spent(BlackBoxEvidence.ID, made.stream());
    return BlackBoxEvidence.check(all);
  }

  private Map<Integer, Integer> places() {
    Map<Integer, Integer> places = new HashMap<>();
    for (int place = 0; place < examples.size(); place++) {
      places.put(Math.toIntExact(examples.id(place)), place);
    }
    return places;
  }

  private static Attack noiseAttack() {
    return UniformNoise.DEFAULT.withDraws(DRAWS);
  }

  /** Attacks with twice the steps on some of the examples that held. */
  private ValidityCheck convergence() throws IOException {
    Again again = new Again(ValidityChecks.CONVERGENCE, ValidityChecks.SURVIVORS);
    for (AttackStage.Planned cell : AttackStage.cells(run.prepared())) {
      Optional<Attack> longer = cell.attack().longer();
      if (longer.isPresent()) {
        again.run(cell, longer.get(), held(cell));
      }
    }
    spent(ValidityChecks.CONVERGENCE, again.made.stream());
    return ValidityChecks.convergence(again.doubled, List.copyOf(again.broken));
  }

  /**
   * Searches some of the examples that were not searched at a radius, since they held at a larger
   * one.
   *
   * @param compared what the rows themselves say, where there are no such examples
   */
  ValidityCheck monotone(ValidityCheck compared) throws IOException {
    if (compared.status() == ValidityCheck.Status.FAIL) {
      return compared;
    }
    Again again = new Again(ValidityChecks.MONOTONE, ValidityChecks.SEARCHED);
    for (Map.Entry<AttackStage.Planned, List<SampleRow>> own : unsearched().entrySet()) {
      again.run(own.getKey(), own.getKey().attack(), own.getValue());
    }
    spent(ValidityChecks.MONOTONE, again.made.stream());
    return again.doubled.isEmpty()
        ? compared
        : ValidityChecks.inwards(again.doubled, List.copyOf(again.broken));
  }

  /** Examples that were not searched at a radius, by attack and radius. */
  Map<AttackStage.Planned, List<SampleRow>> unsearched() {
    return Unsearched.of(AttackStage.cells(run.prepared()), rows);
  }

  private List<SampleRow> held(AttackStage.Planned cell) {
    return rows.stream().filter(cell::made).filter(row -> row.outcome() == Outcome.HELD).toList();
  }

  /** Attacks run once more, on examples that held. */
  private final class Again {
    private final String name;
    private final int most;
    private final Map<Integer, Integer> places = places();
    private final List<ValidityChecks.Doubled> doubled = new ArrayList<>();
    private final Set<Integer> broken = new TreeSet<>();
    private final List<SampleRow> made = new ArrayList<>();

    /**
     * Runs for a check.
     *
     * @param most examples of an attack at a radius
     */
    Again(String name, int most) {
      this.name = name;
      this.most = most;
    }

    void run(AttackStage.Planned cell, Attack attack, List<SampleRow> held) throws IOException {
      if (held.isEmpty()) {
        return;
      }
      int[] drawn =
          held.stream()
              .map(SampleRow::sample)
              .sorted(AttackStage.shuffled(spec.seed(), name))
              .limit(most)
              .sorted()
              .mapToInt(sample -> places.getOrDefault(sample, 0))
              .toArray();
      int more = 0;
      for (Unit.Done done :
          runner.run(AttackRunner.tasks(cell.threat(), attack, name, examples.at(drawn)), null)) {
        for (Attempt attempt : done.attempts()) {
          made.add(attempt.row(new Cell(cell.threat().condition(), name)));
          if (attempt.outcome() == Outcome.BROKEN) {
            more++;
            broken.add(attempt.sample());
          }
        }
      }
      int all = Math.toIntExact(rows.stream().filter(cell::made).count());
      doubled.add(
          new ValidityChecks.Doubled(
              Affected.by(cell.cell()),
              new Proportion(more, drawn.length),
              new Proportion(held.size(), all)));
    }
  }

  /**
   * Random noise of the same size must not beat the attacks, on the examples that all of them
   * attacked.
   */
  private ValidityCheck noise() throws IOException {
    CountStage.Counted counted = run.found().of(CountStage.Counted.class);
    Grid grid = counted.table().grid();
    Attack noise = noiseAttack();
    if (!asks(noise)) {
      return ValidityChecks.skipped(
          ValidityChecks.NOISE,
          ValidityChecks.NOISE_TITLE,
          "the model gives decisions alone",
          ValidityChecks.NOISE_EXPLANATION);
    }
    List<SampleRow> both = new ArrayList<>();
    for (ThreatSpec threat : spec.threats()) {
      if (!noise.norms().contains(threat.norm())) {
        continue;
      }
      // The largest radius, unless more examples saw all attacks at a smaller one.
      Map<Condition.Within, Set<Integer>> attackedAt = new LinkedHashMap<>();
      threat
          .conditions()
          .forEach(within -> attackedAt.put(within, attackedByAll(rows, within, grid)));
      Condition.Within within =
          attackedAt.entrySet().stream()
              .max(
                  Comparator.comparingInt(
                          (Map.Entry<Condition.Within, Set<Integer>> at) -> at.getValue().size())
                      .thenComparing(Map.Entry.comparingByKey()))
              .orElseThrow()
              .getKey();
      Set<Integer> attacked = attackedAt.getOrDefault(within, Set.of());
      int[] places =
          IntStream.range(0, examples.size())
              .filter(i -> attacked.contains(Math.toIntExact(examples.id(i))))
              .toArray();
      List<AttackRunner.Task> tasks =
          AttackRunner.tasks(
              AttackStage.model(threat, within), noise, "noise", examples.at(places));
      for (Unit.Done done : runner.run(tasks, null)) {
        done.attempts().forEach(a -> both.add(a.row(new Cell(within, "noise"))));
      }
      rows.stream()
          .filter(row -> row.cell().equals(Cell.worstCase(within)))
          .filter(row -> attacked.contains(row.sample()))
          .map(Probes::asAttack)
          .forEach(both::add);
    }
    spent(ValidityChecks.NOISE, both.stream().filter(row -> row.attack().equals("noise")));
    Grid compared =
        new Grid(
            grid.conditions().stream()
                .filter(at -> at.sharedNorm().filter(noise.norms()::contains).isPresent())
                .flatMap(
                    at ->
                        Stream.of(new Cell(at, ValidityChecks.ALL_ATTACKS), new Cell(at, "noise")))
                .toList());
    Accuracy cells =
        Aggregates.of(both, List.of(), List.of(), compared, run.prepared().data().classes().size());
    return new ValidityChecks(
            both, new Accuracy(counted.accuracy().clean(), cells.robust(), List.of()))
        .atLeastAsStrong(
            ValidityChecks.NOISE,
            ValidityChecks.NOISE_TITLE,
            ValidityChecks.ALL_ATTACKS,
            "noise",
            ValidityChecks.NOISE_EXPLANATION);
  }

  /**
   * Examples that every attack was run on; what is broken by one alone would flatter the others.
   */
  private static Set<Integer> attackedByAll(List<SampleRow> rows, Condition condition, Grid grid) {
    Map<Integer, Set<String>> by = new TreeMap<>();
    for (SampleRow row : rows) {
      if (row.condition().countsUnder(condition) && row.outcome() != Outcome.ALREADY_WRONG) {
        by.computeIfAbsent(row.sample(), sample -> new HashSet<>()).add(row.attack());
      }
    }
    Set<String> all = grid.needed(condition).stream().map(Cell::method).collect(Collectors.toSet());
    by.values().removeIf(own -> !own.containsAll(all));
    return by.keySet();
  }

  private static SampleRow asAttack(SampleRow row) {
    return new SampleRow(
        row.sample(),
        row.label(),
        row.predicted(),
        new Cell(row.condition(), ValidityChecks.ALL_ATTACKS),
        row.outcome(),
        row.distance(),
        row.forwards(),
        row.backwards());
  }

  /** A search with everything at its disposal, on the unconstrained box. */
  private ValidityCheck hugeEpsilon() throws IOException {
    Subject subject = run.prepared().subject();
    Examples probe = examples.at(Arrays.stream(decided.right()).limit(EXAMPLES).toArray());
    InputDomain open = run.prepared().data().domain().unconstrained();
    Attack search = unbounded(subject.service().access());
    ThreatModel threat =
        search.declaration().kind() == Kind.MINIMUM_NORM
            ? ThreatModel.nearest(Norm.LINF)
            : ThreatModel.of(span(open));
    int held;
    try (Subject free =
        new Subject(
            subject.file(),
            subject.model(),
            run.options().service(subject.model().graph(), open))) {
      Meter own = subject.service().meter();
      Meter other = free.service().meter();
      // A service of its own counts by itself; whoever waits must see that it makes progress.
      run.progress().computing(() -> own.total() + other.total());
      AttackRunner unheard = new AttackRunner(free, spec.seed(), Progress.SILENT);
      List<SampleRow> made = new ArrayList<>();
      for (Unit.Done done :
          unheard.run(AttackRunner.tasks(threat, search, search.name(), probe), null)) {
        done.attempts().forEach(a -> made.add(a.row(new Cell(threat.condition(), search.name()))));
      }
      held = Math.toIntExact(made.stream().filter(r -> r.outcome() != Outcome.BROKEN).count());
      spent(ValidityChecks.HUGE_EPSILON, made.stream());
    } catch (PredictorException e) {
      // What the schema forbids, no predictor needs to answer.
      return ValidityChecks.skipped(
          ValidityChecks.HUGE_EPSILON,
          ValidityChecks.HUGE_EPSILON_TITLE,
          "on rows that the schema forbids, " + e.getMessage(),
          ValidityChecks.hugeEpsilonExplanation(search.name(), probe.size(), span(open)));
    }
    return ValidityChecks.hugeEpsilon(
        search.name(), held, probe.size(), subject.model().classes(), span(open));
  }

  /** What searches the whole box: the strongest that the model answers to. */
  private static Attack unbounded(Access granted) {
    return granted == Access.GRADIENTS
        ? Pgd.DEFAULT
        : granted == Access.LOGITS ? BLACK_BOX : RayS.DEFAULT;
  }

  /** Work of the probes so far. */
  List<QueryCount> queries() {
    return List.copyOf(queries);
  }

  private void spent(String probe, Stream<SampleRow> rows) {
    long[] passes = new long[2];
    rows.forEach(
        row -> {
          passes[0] += row.forwards();
          passes[1] += row.backwards();
        });
    queries.add(new QueryCount(probe, passes[0], passes[1]));
  }

  /** The shortest decimal that stands for a number. */
  private static String decimal(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }
}
