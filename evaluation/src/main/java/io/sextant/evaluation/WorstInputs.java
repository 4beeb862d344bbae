package io.sextant.evaluation;

import io.sextant.gradients.Examples;
import io.sextant.results.Cell;
import io.sextant.results.Condition;
import io.sextant.results.Outcome;
import io.sextant.results.SampleRow;
import io.sextant.spec.ThreatSpec;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The worst input that was found for each example.
 *
 * @param made by attacks with each radius
 * @param carried at each radius, those of smaller radii among them, as in the worst case; radii
 *     where nothing was run are left out
 */
record WorstInputs(List<Evidence.Worst> made, List<Evidence.Worst> carried) {
  static WorstInputs of(List<AttackStage.Part> parts, List<ThreatSpec> threats, Examples examples) {
    List<Evidence.Worst> made = made(parts, threats, examples);
    return new WorstInputs(made, carried(made));
  }

  private static List<Evidence.Worst> made(
      List<AttackStage.Part> parts, List<ThreatSpec> threats, Examples examples) {
    Map<Long, Integer> places = new HashMap<>();
    for (int place = 0; place < examples.size(); place++) {
      places.put(examples.id(place), place);
    }
    Map<Condition, Evidence.Worst> cells = new LinkedHashMap<>();
    for (ThreatSpec threat : threats) {
      threat
          .conditions()
          .forEach(within -> cells.put(within, new Evidence.Worst(within, new TreeMap<>())));
    }
    for (AttackStage.Part part : parts) {
      // One run for all radii keeps its inputs under a condition of its own.
      if (part.unit().cell().condition() instanceof Condition.Nearest nearest) {
        cells.computeIfAbsent(nearest, at -> new Evidence.Worst(at, new TreeMap<>()));
      }
    }
    for (AttackStage.Part part : parts) {
      Unit unit = part.unit();
      Evidence.Worst cell = cells.get(unit.cell().condition());
      for (int j = 0; cell != null && j < part.done().attempts().size(); j++) {
        Evidence.Entry entry =
            new Evidence.Entry(
                unit.cell().method(), part.done().attempts().get(j), part.done().adversarial()[j]);
        cell.entries()
            .merge(
                places.getOrDefault(unit.examples().id(j), 0),
                entry,
                (known, found) -> found.worseThan(known) ? found : known);
      }
    }
    return List.copyOf(cells.values());
  }

  private static List<Evidence.Worst> carried(List<Evidence.Worst> made) {
    List<Evidence.Worst> list =
        made.stream()
            .map(cell -> new Evidence.Worst(cell.condition(), new TreeMap<>(cell.entries())))
            .toList();
    for (Evidence.Worst nearest : list) {
      if (nearest.condition() instanceof Condition.Nearest) {
        list.forEach(within -> takeOver(nearest, within));
      }
    }
    for (int c = 1; c < list.size(); c++) {
      Evidence.Worst smaller = list.get(c - 1);
      Evidence.Worst larger = list.get(c);
      if (smaller.condition().breaksUnder(larger.condition(), 0)) {
        // What breaks an example at a smaller radius breaks it here too, as in the worst case.
        smaller
            .entries()
            .forEach(
                (place, entry) -> {
                  Evidence.Entry known = larger.entries().get(place);
                  if (known == null
                      ? entry.attempt().outcome() == Outcome.BROKEN
                      : entry.worseThan(known)) {
                    larger.entries().put(place, entry);
                  }
                });
      }
    }
    return list.stream().filter(cell -> !cell.entries().isEmpty()).toList();
  }

  /** At a radius, the nearest inputs are among the worst as far as they lie within it. */
  private static void takeOver(Evidence.Worst nearest, Evidence.Worst within) {
    if (within.condition() instanceof Condition.Nearest) {
      return;
    }
    nearest
        .entries()
        .forEach(
            (place, entry) -> {
              Double distance = entry.attempt().distance();
              if (distance != null
                  && nearest.condition().breaksUnder(within.condition(), distance)) {
                within
                    .entries()
                    .merge(place, entry, (known, found) -> found.worseThan(known) ? found : known);
              }
            });
  }

  /** The class for which the model takes each worst input. */
  Map<SampleRow.Key, Integer> taken() {
    Map<SampleRow.Key, Integer> taken = new HashMap<>();
    for (Evidence.Worst cell : carried) {
      for (Evidence.Entry entry : cell.entries().values()) {
        taken.put(
            new SampleRow.Key(entry.attempt().sample(), Cell.worstCase(cell.condition())),
            entry.attempt().prediction());
      }
    }
    return taken;
  }
}
