package io.sextant.evaluation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sextant.attacks.Attacks;
import io.sextant.attacks.Beginning;
import io.sextant.attacks.Goal;
import io.sextant.attacks.ThreatModel;
import io.sextant.gradients.Examples;
import io.sextant.results.Cell;
import io.sextant.results.Condition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A unit of work as data: all that it takes to do it where the model and the examples are at hand,
 * in this process or another. Doing it there gives the same bits.
 *
 * @param cell condition, and the name under which the attack is listed
 * @param attack its name in the catalogue
 * @param settings every setting of the attack
 * @param target class that is aimed at, or nothing for any wrong one
 * @param categoryChanges how many categories may differ
 * @param budget the most that all changes may cost, or nothing where they may cost anything
 * @param chunk number of the chunk
 * @param examples ids of the examples, in order
 * @param beginnings by example, what a larger radius left; or none
 * @param seed of the run
 */
record UnitData(
    Cell cell,
    String attack,
    Map<String, String> settings,
    @Nullable Integer target,
    int categoryChanges,
    @Nullable Double budget,
    int chunk,
    List<Long> examples,
    List<Beginning> beginnings,
    long seed) {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          // Questions that a cell answers are no part of it.
          .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
          .build();

  UnitData {
    settings = Map.copyOf(settings);
    examples = List.copyOf(examples);
    beginnings = List.copyOf(beginnings);
  }

  /**
   * The data of a task.
   *
   * @throws IllegalArgumentException if each example has a target of its own
   */
  static UnitData of(AttackRunner.Task task, long seed) {
    Goal goal = task.threat().goal();
    if (goal instanceof Goal.TargetedEach) {
      throw new IllegalArgumentException(
          "a unit of work must aim at one class or at any wrong one, but each example has a target"
              + " of its own");
    }
    return new UnitData(
        task.unit().cell(),
        task.attack().name(),
        task.attack().configuration(),
        goal instanceof Goal.Targeted targeted ? targeted.target() : null,
        task.threat().categoryChanges(),
        Double.isInfinite(task.threat().budget()) ? null : task.threat().budget(),
        task.unit().chunk(),
        LongStream.of(task.unit().examples().ids()).boxed().toList(),
        task.beginnings(),
        seed);
  }

  /**
   * The task that this is the data of.
   *
   * @param all examples, those of the unit among them
   * @throws IllegalArgumentException if an example is missing, or the attack is not in the
   *     catalogue
   */
  AttackRunner.Task task(Examples all) {
    Map<Long, Integer> places = new HashMap<>();
    IntStream.range(0, all.size()).forEach(place -> places.put(all.id(place), place));
    int[] own =
        examples.stream()
            .mapToInt(
                id -> {
                  Integer place = places.get(id);
                  if (place == null) {
                    throw new IllegalArgumentException(
                        "unit %d of %s needs example %d, which is not in the data"
                            .formatted(chunk, cell.method(), id));
                  }
                  return place;
                })
            .toArray();
    if (!(cell.condition() instanceof Condition.Perturbed condition)) {
      throw new IllegalArgumentException(
          "a unit of work must be about inputs near the clean ones but was about "
              + cell.condition().text());
    }
    return new AttackRunner.Task(
        new Unit(cell, chunk, all.at(own)),
        Attacks.of(attack, settings),
        new ThreatModel(
            condition,
            target == null ? Goal.UNTARGETED : new Goal.Targeted(target),
            categoryChanges,
            budget == null ? Double.POSITIVE_INFINITY : budget),
        beginnings);
  }

  /** As JSON, on one line. */
  String json() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Reads {@link #json}.
   *
   * @throws IllegalArgumentException if the text is not that of a unit
   */
  static UnitData parse(String json) {
    try {
      return JSON.readValue(json, UnitData.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "a unit of work cannot be read: " + e.getOriginalMessage(), e);
    }
  }
}
