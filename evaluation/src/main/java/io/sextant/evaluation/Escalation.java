package io.sextant.evaluation;

import io.sextant.attacks.Attack;
import io.sextant.attacks.StageResult;
import io.sextant.results.Cell;
import io.sextant.results.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A further pass over what holds, where an attack's part without gradients broke an example of the
 * sample that it was tried on: others will break so too. Whether any broke is known when all
 * examples are done, so this is no part of the attack. One break at any radius casts doubt on what
 * held at the others, where most was not searched since it held at the largest: the pass goes over
 * all radii of the attack, from the largest inwards. It depends on outcomes alone, not on the order
 * of the work. Where time runs out, what it did not come to is open, as if it had not been
 * attacked.
 */
final class Escalation {
  /** Units of the first wave at a radius; each further one has twice as many. */
  private static final int FIRST_WAVE = 2;

  private final AttackRunner runner;
  private final @Nullable UnitStore store;
  private final BooleanSupplier outOfTime;
  private boolean begun;
  private boolean stopped;

  /**
   * An escalation.
   *
   * @param store where finished units are kept, if anywhere
   * @param outOfTime whether no further unit may begin
   * @param begun whether any unit was run before: if not, some are, however short the time
   */
  Escalation(
      AttackRunner runner, @Nullable UnitStore store, BooleanSupplier outOfTime, boolean begun) {
    this.runner = runner;
    this.store = store;
    this.outOfTime = outOfTime;
    this.begun = begun;
  }

  /** An escalation that takes the time that it needs. */
  Escalation(AttackRunner runner, @Nullable UnitStore store) {
    this(runner, store, () -> false, false);
  }

  /** Whether time ran out. */
  boolean stopped() {
    return stopped;
  }

  /**
   * What came of units of attacks, with what the further pass did to those that held.
   *
   * @param cells the attacks, each at a radius
   * @param parts of any cells
   * @return the parts in order, without what held and is open now
   */
  List<AttackStage.Part> of(List<AttackStage.Planned> cells, List<AttackStage.Part> parts)
      throws IOException {
    List<AttackStage.Part> all = new ArrayList<>(parts);
    for (List<AttackStage.Planned> chain : Sweep.chains(cells)) {
      Attack further = chain.get(0).attack().further().orElse(null);
      if (further != null && chain.stream().anyMatch(cell -> broke(cell, parts))) {
        Inwards larger = new Inwards();
        for (AttackStage.Planned cell : chain) {
          run(cell, further, all, further.nested() ? larger : new Inwards());
        }
      }
    }
    all.removeIf(part -> part.done().attempts().isEmpty());
    return all;
  }

  private void run(
      AttackStage.Planned cell, Attack further, List<AttackStage.Part> all, Inwards larger)
      throws IOException {
    List<Integer> places = new ArrayList<>();
    List<AttackRunner.Task> tasks = new ArrayList<>();
    for (int at = 0; at < all.size(); at++) {
      AttackStage.Part part = all.get(at);
      int[] held = held(part);
      if (part.unit().cell().equals(cell.cell()) && held.length > 0) {
        Unit unit =
            new Unit(
                new Cell(cell.threat().condition(), cell.name() + "+" + further.name()),
                tasks.size(),
                part.unit().examples().at(held));
        places.add(at);
        tasks.add(new AttackRunner.Task(unit, further, cell.threat(), larger.of(unit)));
      }
    }
    List<Unit.Done> done = asTimeAllows(tasks);
    for (int i = 0; i < tasks.size(); i++) {
      int at = places.get(i);
      AttackStage.Part part = all.get(at);
      if (i < done.size()) {
        all.set(at, with(part, further.name(), done.get(i)));
        larger.take(done.get(i));
      } else {
        all.set(at, withoutHeld(part));
      }
    }
  }

  /** What came of the first tasks: more and more at a time, so that a short time is kept to. */
  private List<Unit.Done> asTimeAllows(List<AttackRunner.Task> tasks) throws IOException {
    List<Unit.Done> done = new ArrayList<>();
    AttackRunner.Tracker tracker = runner.tracker(tasks.size());
    for (int wave = FIRST_WAVE; done.size() < tasks.size(); wave *= 2) {
      stopped |= begun && outOfTime.getAsBoolean();
      if (stopped) {
        break;
      }
      int from = done.size();
      int to = Math.min(tasks.size(), from + wave);
      done.addAll(runner.run(tasks.subList(from, to), store, tracker));
      begun |= tracker.hasRun();
    }
    return done;
  }

  private static boolean broke(AttackStage.Planned cell, List<AttackStage.Part> parts) {
    return parts.stream()
        .filter(part -> part.unit().cell().equals(cell.cell()))
        .flatMap(part -> part.done().attempts().stream())
        .filter(attempt -> attempt.outcome() == Outcome.BROKEN)
        .flatMap(attempt -> attempt.stages().stream())
        .anyMatch(stage -> stage.sampled() && stage.breaksBlindly());
  }

  private static int[] held(AttackStage.Part part) {
    List<Attempt> attempts = part.done().attempts();
    return IntStream.range(0, attempts.size())
        .filter(i -> attempts.get(i).outcome() == Outcome.HELD)
        .toArray();
  }

  private static AttackStage.Part withoutHeld(AttackStage.Part part) {
    List<Attempt> attempts = part.done().attempts();
    int[] kept =
        IntStream.range(0, attempts.size())
            .filter(i -> attempts.get(i).outcome() != Outcome.HELD)
            .toArray();
    Unit unit = part.unit();
    return new AttackStage.Part(
        new Unit(unit.cell(), unit.chunk(), unit.examples().at(kept)),
        new Unit.Done(
            Arrays.stream(kept).mapToObj(attempts::get).toList(),
            Arrays.stream(kept)
                .mapToObj(i -> part.done().adversarial()[i])
                .toArray(float[][]::new)));
  }

  private static AttackStage.Part with(AttackStage.Part part, String further, Unit.Done more) {
    List<Attempt> attempts = new ArrayList<>(part.done().attempts());
    float[][] inputs = part.done().adversarial().clone();
    int[] held = held(part);
    for (int i = 0; i < held.length; i++) {
      Attempt own = attempts.get(held[i]);
      Attempt next = more.attempts().get(i);
      boolean changes = next.outcome() == Outcome.BROKEN || next.rejected();
      List<StageResult> stages =
          Stream.concat(
                  own.stages().stream(), next.stages().stream().map(stage -> stage.within(further)))
              .toList();
      attempts.set(held[i], (changes ? next : own).after(own, next, stages));
      inputs[held[i]] = changes ? more.adversarial()[i] : inputs[held[i]];
    }
    return new AttackStage.Part(part.unit(), new Unit.Done(attempts, inputs));
  }
}
