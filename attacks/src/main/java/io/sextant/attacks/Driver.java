package io.sextant.attacks;

import io.sextant.gradients.Answer;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Objective;
import io.sextant.gradients.RandomKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;

/**
 * Keeps a bounded number of examples under attack, asks the service about all their points at once,
 * and lets new examples in as others are done.
 *
 * <p>The runs of an example follow one another in its row. A run started early, next to one that
 * then turns out to be successful, would be wasted; in this order none is, the result does not
 * depend on what else is in flight, and each query is one that the result rests on.
 */
final class Driver {
  // Both are constants so that the make-up of batches does not depend on the machine: enough rows
  // to fill batches, and at most 8 MiB per array of that many rows.
  private static final int MOST_ROWS = 256;
  private static final int MOST_VALUES = 1 << 20;

  private final GradientService service;
  private final ThreatModel threat;
  private final Schedule schedule;
  private final Trial.Plan plan;
  private final RandomKey key;

  Driver(GradientService service, ThreatModel threat, Schedule schedule, long seed) {
    if (!Ball.NORMS.contains(threat.norm())) {
      throw new IllegalArgumentException(
          "attack %s works in linf, l2 and l1 but the norm was %s"
              .formatted(schedule.attack(), threat.norm().key()));
    }
    this.service = service.as(schedule.attack());
    this.threat = threat;
    this.schedule = schedule;
    this.key = RandomKey.of(seed).with(schedule.attack());
    Objective objective =
        threat.goal() instanceof Goal.Untargeted
            ? schedule.loss().away()
            : schedule.loss().towards();
    this.plan =
        new Trial.Plan(
            schedule,
            Ball.of(threat.norm(), threat.epsilon().value()),
            objective,
            new Coordinates(service.domain()),
            threat.categoryChanges());
  }

  AttackResult run(Examples examples, Listener listener) {
    checkClasses(examples);
    ExampleResult[] results = new ExampleResult[examples.size()];
    int room = Math.max(1, Math.min(MOST_ROWS, MOST_VALUES / service.features()));
    List<Place> active = new ArrayList<>();
    int next = 0;
    while (next < examples.size() || !active.isEmpty()) {
      int settled = next - active.size();
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException(
            "%s was interrupted after %d of %d examples"
                .formatted(schedule.attack(), settled, examples.size()));
      }
      while (active.size() < room && next < examples.size()) {
        active.add(new Place(next, trial(examples, next)));
        next++;
      }
      // Split before either is answered: an answer may start a trial's next run.
      Map<Boolean, List<Trial>> climbing =
          active.stream().map(Place::trial).collect(Collectors.partitioningBy(Trial::climbs));
      climb(climbing.getOrDefault(true, List.of()));
      conclude(climbing.getOrDefault(false, List.of()));
      active.removeIf(place -> place.settled(results));
      if (next - active.size() > settled) {
        listener.advanced(next - active.size(), examples.size());
      }
    }
    return new AttackResult(schedule.attack(), threat, Arrays.asList(results));
  }

  private record Place(int index, Trial trial) {
    boolean settled(ExampleResult[] results) {
      trial.result().ifPresent(result -> results[index] = result);
      return trial.result().isPresent();
    }
  }

  private Trial trial(Examples examples, int index) {
    double[] clean = examples.row(index);
    long id = examples.id(index);
    String violation = service.domain().violation(clean);
    if (!violation.isEmpty()) {
      throw new IllegalArgumentException(
          "example %d is outside the domain: %s".formatted(id, violation));
    }
    return new Trial(plan, clean, id, examples.label(index), threat.goal().target(id), key);
  }

  private void climb(List<Trial> trials) {
    if (!trials.isEmpty()) {
      int[] subjects = trials.stream().mapToInt(Trial::subject).toArray();
      Answer answer = service.query(points(trials), subjects, plan.objective());
      for (int i = 0; i < trials.size(); i++) {
        trials.get(i).climb(answer.logits()[i], answer.values()[i], answer.gradients()[i]);
      }
    }
  }

  private void conclude(List<Trial> trials) {
    if (!trials.isEmpty()) {
      double[][] logits = service.logits(points(trials));
      for (int i = 0; i < trials.size(); i++) {
        trials.get(i).conclude(logits[i]);
      }
    }
  }

  private static double[][] points(List<Trial> trials) {
    return trials.stream().map(Trial::point).toArray(double[][]::new);
  }

  private void checkClasses(Examples examples) {
    for (int i = 0; i < examples.size(); i++) {
      requireClass("label", examples.label(i), examples.id(i));
      OptionalInt target = threat.goal().target(examples.id(i));
      if (target.isPresent()) {
        requireClass("target", target.getAsInt(), examples.id(i));
      }
    }
  }

  private void requireClass(String what, int value, long id) {
    if (value < 0 || value >= service.classes()) {
      throw new IllegalArgumentException(
          "%s of example %d must be in 0..%d but was %d"
              .formatted(what, id, service.classes() - 1, value));
    }
  }
}
