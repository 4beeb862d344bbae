package io.sextant.evaluation;

import io.sextant.attacks.Attack;
import io.sextant.attacks.Beginning;
import io.sextant.attacks.ExampleResult;
import io.sextant.attacks.Listener;
import io.sextant.attacks.ThreatModel;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Judge;
import io.sextant.gradients.graph.Shape;
import io.sextant.results.Cell;
import io.sextant.results.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Runs units of work, verifies what they claim, and keeps what is done. */
final class AttackRunner {
  /** Why an example without a verdict has none when only the last digits were in dispute. */
  static final String DISAGREEMENT =
      "the gradient engine and the network disagree on the clean input";

  private static final int UNKNOWN = Integer.MIN_VALUE;

  private final Judge judge;
  private final GradientService service;
  private final long seed;
  private final Progress progress;
  private final Map<Long, Integer> predicted;
  private final @Nullable Executor executor;

  /** A runner that asks the network for its decisions on clean inputs. */
  AttackRunner(Subject subject, long seed, Progress progress) {
    this(subject, Map.of(), seed, progress);
  }

  /**
   * A runner.
   *
   * @param predicted the network's decisions on clean inputs, by example
   */
  AttackRunner(Subject subject, Map<Long, Integer> predicted, long seed, Progress progress) {
    this(subject.judge(), subject.service(), predicted, seed, progress);
  }

  /**
   * A runner of attacks on a model.
   *
   * @param judge decides whether an example broke
   * @param service gradients of the same model
   * @param predicted the judge's decisions on clean inputs, by example
   */
  AttackRunner(
      Judge judge,
      GradientService service,
      Map<Long, Integer> predicted,
      long seed,
      Progress progress) {
    this(judge, service, predicted, seed, progress, null);
  }

  private AttackRunner(
      Judge judge,
      GradientService service,
      Map<Long, Integer> predicted,
      long seed,
      Progress progress,
      @Nullable Executor elsewhere) {
    this.judge = judge;
    this.service = service;
    this.predicted = Map.copyOf(predicted);
    this.seed = seed;
    this.progress = progress;
    this.executor = elsewhere;
  }

  /** The same with units done elsewhere. */
  AttackRunner on(Executor elsewhere) {
    return new AttackRunner(judge, service, predicted, seed, progress, elsewhere);
  }

  /**
   * A unit with what it takes to run it.
   *
   * @param unit the unit
   * @param attack configured
   * @param threat at the unit's radius
   * @param beginnings by example, what a larger radius left; or none
   */
  record Task(Unit unit, Attack attack, ThreatModel threat, List<Beginning> beginnings) {
    Task {
      beginnings = List.copyOf(beginnings);
    }

    Task(Unit unit, Attack attack, ThreatModel threat) {
      this(unit, attack, threat, List.of());
    }

    /** The same after the same examples at a larger radius. */
    Task after(Unit.Done larger) {
      return new Task(unit, attack, threat, larger.beginnings());
    }
  }

  /** Cuts examples into units of work for one attack at one threat and radius. */
  static List<Task> tasks(ThreatModel threat, Attack attack, String name, Examples examples) {
    List<Task> tasks = new ArrayList<>();
    Cell cell = new Cell(threat.condition(), name);
    for (int from = 0, chunk = 0; from < examples.size(); from += Unit.CHUNK, chunk++) {
      Examples part = examples.slice(from, Math.min(examples.size(), from + Unit.CHUNK));
      tasks.add(new Task(new Unit(cell, chunk, part), attack, threat));
    }
    return tasks;
  }

  /**
   * Does all tasks, or finds them done.
   *
   * @param store where finished units are kept, if anywhere
   * @return what came of each, in the order of the tasks whatever the order of work
   */
  List<Unit.Done> run(List<Task> tasks, @Nullable UnitStore store) throws IOException {
    return run(tasks, store, tracker(tasks.size()));
  }

  /** Counts units of work, for tasks that come in several parts. */
  Tracker tracker(int total) {
    return new Tracker(total);
  }

  /** Does tasks as a part of more work. */
  List<Unit.Done> run(List<Task> tasks, @Nullable UnitStore store, Tracker tracker)
      throws IOException {
    return chains(tasks.stream().map(List::of).toList(), store, tracker).stream()
        .map(chain -> chain.get(0))
        .toList();
  }

  /**
   * Does tasks one after another in each chain, each after what came of the one before it.
   *
   * @return what came of each
   */
  List<List<Unit.Done>> chains(List<List<Task>> chains, @Nullable UnitStore store)
      throws IOException {
    return chains(chains, store, tracker(chains.stream().mapToInt(List::size).sum()));
  }

  private List<List<Unit.Done>> chains(
      List<List<Task>> chains, @Nullable UnitStore store, Tracker tracker) throws IOException {
    List<List<Unit.Done>> all = new ArrayList<>();
    chains.forEach(chain -> all.add(new ArrayList<>()));
    try {
      // On the service's own threads: each unit's questions are answered by whoever does the unit.
      service.sideBySide(
          chains.size(),
          i -> {
            List<Unit.Done> done = all.get(i);
            try {
              for (Task task : chains.get(i)) {
                Task next = done.isEmpty() ? task : task.after(done.get(done.size() - 1));
                done.add(once(next, store, tracker));
              }
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (UncheckedIOException e) {
      throw Objects.requireNonNull(e.getCause());
    } catch (CancellationException e) {
      if (store == null) {
        throw e;
      }
      throw new IllegalStateException("interrupted; the same command goes on where it was", e);
    }
    return all;
  }

  private Unit.Done once(Task task, @Nullable UnitStore store, Tracker tracker) throws IOException {
    Optional<Unit.Done> earlier =
        store == null ? Optional.empty() : store.find(task.unit(), tracker::note);
    if (earlier.isPresent()) {
      tracker.found(task.unit());
      return earlier.get();
    }
    Unit.Done done;
    if (store == null) {
      done = executor == null ? attack(task) : executor.run(task);
    } else if (executor == null) {
      try (Journal journal = store.journal(task.unit())) {
        done = attack(task, journal, tracker);
        store.keep(task.unit(), done);
        journal.delete();
      }
    } else {
      done = executor.run(task);
      store.keep(task.unit(), done);
    }
    tracker.did(task.unit());
    return done;
  }

  /**
   * Runs one unit and judges what it found by the network itself. Of a unit of large inputs, a part
   * is done after the other: results are kept as floats.
   */
  Unit.Done attack(Task task) {
    return attack(task, null);
  }

  /** Does the same, and takes over what the journal says was done before. */
  private Unit.Done attack(Task task, Journal journal, Tracker tracker) throws IOException {
    if (!journal.isEmpty() && !BatchInvariance.holds(service, task.unit().examples())) {
      journal.clear();
      tracker.note(
          "%s is done again: on this engine a row's output depends on the rows beside it"
              .formatted(task.unit().describe()));
    }
    return attack(task, journal);
  }

  private Unit.Done attack(Task task, @Nullable Journal journal) {
    List<Attempt> attempts = new ArrayList<>();
    List<float[]> inputs = new ArrayList<>();
    int from = 0;
    for (Examples part : task.unit().examples().parts()) {
      int to = from + part.size();
      List<Beginning> own =
          task.beginnings().isEmpty() ? List.of() : task.beginnings().subList(from, to);
      attack(task, part, own, journal, attempts, inputs);
      from = to;
    }
    return new Unit.Done(attempts, inputs.toArray(float[][]::new));
  }

  /** What the attack does to each example, but for those that the journal knows. */
  private List<ExampleResult> search(
      Task task,
      Examples examples,
      int[] predicted,
      List<Beginning> beginnings,
      @Nullable Journal journal) {
    ExampleResult[] all = new ExampleResult[examples.size()];
    if (journal != null) {
      for (int i = 0; i < all.length; i++) {
        all[i] = journal.find(examples.id(i)).orElse(null);
      }
    }
    int[] open = IntStream.range(0, all.length).filter(i -> all[i] == null).toArray();
    if (open.length == 0) {
      return Arrays.asList(all);
    }
    List<ExampleResult> found =
        task.attack()
            .run(
                service.as(task.unit().cell().method()),
                examples.at(open),
                Arrays.stream(open).map(i -> predicted[i]).toArray(),
                beginnings.isEmpty()
                    ? List.of()
                    : Arrays.stream(open).mapToObj(beginnings::get).toList(),
                task.threat(),
                seed,
                journal == null ? Listener.NONE : journal)
            .examples();
    for (int i = 0; i < open.length; i++) {
      all[open[i]] = found.get(i);
    }
    return Arrays.asList(all);
  }

  private void attack(
      Task task,
      Examples examples,
      List<Beginning> beginnings,
      @Nullable Journal journal,
      List<Attempt> attempts,
      List<float[]> inputs) {
    int[] predicted = predicted(examples);
    List<ExampleResult> results = search(task, examples, predicted, beginnings, journal);
    double[][] adversarial = results.stream().map(ExampleResult::input).toArray(double[][]::new);
    int[] prediction = judged(examples, predicted, adversarial);
    double[][] logits = service.as("verification").logits(adversarial);
    Verifier verifier =
        new Verifier(
            service.domain(),
            task.threat().norm(),
            task.threat().categoryChanges(),
            task.threat().budget());
    for (int i = 0; i < adversarial.length; i++) {
      attempts.add(
          attempt(
              task,
              service.inputShape(),
              examples.label(i),
              results.get(i),
              verifier,
              examples.row(i),
              adversarial[i],
              predicted[i],
              prediction[i],
              logits[i]));
      inputs.add(Rows.narrow(adversarial[i]));
    }
  }

  /** The network's decisions on what an attack returned; it is not asked about an input twice. */
  private int[] judged(Examples examples, int[] predicted, double[][] adversarial) {
    int[] changed =
        IntStream.range(0, adversarial.length)
            .filter(i -> !Arrays.equals(adversarial[i], examples.row(i)))
            .toArray();
    int[] decided =
        judge.decisions(
            Arrays.stream(changed).mapToObj(i -> adversarial[i]).toArray(double[][]::new));
    int[] judged = predicted.clone();
    for (int i = 0; i < changed.length; i++) {
      judged[changed[i]] = decided[i];
    }
    return judged;
  }

  /**
   * The network's decisions on clean inputs. They are made once for all attacks: in another batch
   * an example near the boundary may be decided otherwise.
   */
  private int[] predicted(Examples examples) {
    int[] known =
        IntStream.range(0, examples.size())
            .map(i -> predicted.getOrDefault(examples.id(i), UNKNOWN))
            .toArray();
    return Arrays.stream(known).anyMatch(p -> p == UNKNOWN) ? judge.decisions(examples) : known;
  }

  private static Attempt attempt(
      Task task,
      Shape shape,
      int label,
      ExampleResult result,
      Verifier verifier,
      double[] clean,
      double[] adversarial,
      int predicted,
      int prediction,
      double[] logits) {
    io.sextant.attacks.Outcome found = result.outcome();
    Outcome outcome;
    Double distance = null;
    String reason = null;
    boolean rejected = false;
    if (predicted < 0) {
      outcome = Outcome.INCONCLUSIVE;
      reason = "the network's output on the clean input is not finite";
    } else if (predicted != label) {
      outcome = Outcome.ALREADY_WRONG;
    } else if (found instanceof io.sextant.attacks.Outcome.Broken) {
      Optional<String> violation =
          verifier
              .violation(clean, adversarial, task.threat().radius())
              .or(
                  () ->
                      task.attack()
                          .footprint(shape, task.threat().radius())
                          .flatMap(f -> Footprints.violation(f, shape, clean, adversarial)));
      OptionalInt target = task.threat().goal().target(result.id());
      if (violation.isPresent() || !Verifier.fooled(target, label, prediction)) {
        outcome = Outcome.INCONCLUSIVE;
        rejected = true;
        reason =
            violation.orElse(
                prediction < 0
                    ? "the network's output on it is not finite"
                    : "the network itself decides for class %d on it".formatted(prediction));
      } else {
        outcome = Outcome.BROKEN;
        distance = verifier.distance(clean, adversarial);
      }
    } else if (found instanceof io.sextant.attacks.Outcome.Inconclusive inconclusive) {
      outcome = Outcome.INCONCLUSIVE;
      reason = inconclusive.reason();
    } else if (found instanceof io.sextant.attacks.Outcome.AlreadyWrong) {
      // The service decided otherwise than the network: a margin of the last digits.
      outcome = Outcome.INCONCLUSIVE;
      reason = DISAGREEMENT;
    } else {
      outcome = Outcome.HELD;
    }
    return new Attempt(
        Math.toIntExact(result.id()),
        label,
        predicted,
        outcome,
        distance,
        reason,
        rejected,
        result.forwards(),
        result.backwards(),
        prediction,
        Scores.confidence(logits, prediction),
        Scores.margin(logits),
        result.signs(),
        result.stages());
  }

  /** Counts units and estimates what is left from those that were really run. */
  final class Tracker {
    private final int total;
    private final long start = System.nanoTime();
    private int done;
    private int ran;

    Tracker(int total) {
      this.total = total;
    }

    /** Whether any unit was run, and not merely found. */
    synchronized boolean hasRun() {
      return ran > 0;
    }

    /** Some units turned out not to be needed. */
    synchronized void skip(int count) {
      done += count;
    }

    synchronized void note(String what) {
      progress.note(what);
    }

    synchronized void found(Unit unit) {
      done++;
      progress.advanced(unit.describe(), done, total, Optional.empty());
    }

    synchronized void did(Unit unit) {
      done++;
      ran++;
      long perUnit = (System.nanoTime() - start) / ran;
      progress.advanced(
          unit.describe(), done, total, Optional.of(Duration.ofNanos(perUnit * (total - done))));
    }
  }
}
