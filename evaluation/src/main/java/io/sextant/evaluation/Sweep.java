package io.sextant.evaluation;

import io.sextant.gradients.Examples;
import io.sextant.results.Cell;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Attacks at several radii, from the largest inwards: what holds at one is not searched at the
 * smaller ones, and what breaks is first looked for where the larger radius found it. A unit of
 * work begins with the stored result of the same examples at the next larger radius.
 */
final class Sweep {
  private Sweep() {}

  /**
   * Runs attacks.
   *
   * @param cells attacks, each at a radius
   * @param store where finished units are kept, if anywhere
   * @return what came of it, cell by cell as listed, each in the order of the examples
   */
  static List<AttackStage.Part> run(
      List<AttackStage.Planned> cells,
      Examples examples,
      AttackRunner runner,
      @Nullable UnitStore store)
      throws IOException {
    List<List<AttackRunner.Task>> chains = new ArrayList<>();
    for (List<AttackStage.Planned> chain : chains(cells)) {
      List<List<AttackRunner.Task>> radii =
          chain.stream()
              .map(c -> AttackRunner.tasks(c.threat(), c.attack(), c.name(), examples))
              .toList();
      for (int chunk = 0; chunk < radii.get(0).size(); chunk++) {
        int own = chunk;
        chains.add(radii.stream().map(tasks -> tasks.get(own)).toList());
      }
    }
    List<List<Unit.Done>> done = runner.chains(chains, store);
    Map<Cell, List<AttackStage.Part>> parts = new HashMap<>();
    for (int i = 0; i < chains.size(); i++) {
      for (int k = 0; k < chains.get(i).size(); k++) {
        Unit unit = chains.get(i).get(k).unit();
        parts
            .computeIfAbsent(unit.cell(), cell -> new ArrayList<>())
            .add(new AttackStage.Part(unit, done.get(i).get(k)));
      }
    }
    return cells.stream().flatMap(c -> parts.getOrDefault(c.cell(), List.of()).stream()).toList();
  }

  /** The cells of each attack that searches, from the largest radius; others alone. */
  static List<List<AttackStage.Planned>> chains(List<AttackStage.Planned> cells) {
    Map<String, List<AttackStage.Planned>> chains = new LinkedHashMap<>();
    for (AttackStage.Planned cell : cells) {
      String key = cell.attack().nested() ? cell.chain() : cell.cell().toString();
      chains.computeIfAbsent(key, k -> new ArrayList<>()).add(cell);
    }
    chains.values().forEach(chain -> chain.sort(LARGEST_FIRST));
    return List.copyOf(chains.values());
  }

  private static final Comparator<AttackStage.Planned> LARGEST_FIRST =
      Comparator.comparingDouble((AttackStage.Planned cell) -> cell.threat().radius()).reversed();
}
