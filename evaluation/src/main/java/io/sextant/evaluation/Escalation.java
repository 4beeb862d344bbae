package io.sextant.evaluation;

import io.sextant.attacks.Attack;
import io.sextant.attacks.StageResult;
import io.sextant.results.Cell;
import io.sextant.results.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A further pass over what holds, where an attack's part without gradients broke an example of the
 * sample that it was tried on: others will break so too. Whether any broke is known when all
 * examples are done, so this is no part of the attack. One break at any radius casts doubt on what
 * held at the others, where most was not searched since it held at the largest: the pass goes over
 * all radii of the attack, from the largest inwards. It depends on outcomes alone, not on the order
 * of the work.
 */
final class Escalation {
  private final AttackRunner runner;
  private final @Nullable UnitStore store;

  /**
   * An escalation.
   *
   * @param store where finished units are kept, if anywhere
   */
  Escalation(AttackRunner runner, @Nullable UnitStore store) {
    this.runner = runner;
    this.store = store;
  }

  /**
   * What came of units of attacks, with what the further pass did to those that held.
   *
   * @param cells the attacks, each at a radius
   * @param parts of any cells
   * @return one for each part, in order
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
    List<Unit.Done> done = runner.run(tasks, store);
    for (int i = 0; i < done.size(); i++) {
      int at = places.get(i);
      all.set(at, with(all.get(at), further.name(), done.get(i)));
      larger.take(done.get(i));
    }
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
