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
 * examples are done, so this is no part of the attack. It depends on outcomes alone, not on the
 * order of the work.
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
    List<Integer> places = new ArrayList<>();
    List<AttackRunner.Task> tasks = new ArrayList<>();
    for (AttackStage.Planned cell : cells) {
      Attack further = cell.attack().further().orElse(null);
      if (further == null || !broke(cell, parts)) {
        continue;
      }
      for (int at = 0, number = 0; at < parts.size(); at++) {
        AttackStage.Part part = parts.get(at);
        int[] held = held(part);
        if (part.unit().cell().equals(cell.cell()) && held.length > 0) {
          Unit unit =
              new Unit(
                  new Cell(cell.threat().condition(), cell.name() + "+" + further.name()),
                  number++,
                  part.unit().examples().at(held));
          places.add(at);
          tasks.add(new AttackRunner.Task(unit, further, cell.threat()));
        }
      }
    }
    List<Unit.Done> done = runner.run(tasks, store);
    for (int i = 0; i < done.size(); i++) {
      int at = places.get(i);
      all.set(at, with(parts.get(at), tasks.get(i).attack().name(), done.get(i)));
    }
    return all;
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
