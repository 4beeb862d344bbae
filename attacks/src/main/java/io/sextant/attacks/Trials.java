package io.sextant.attacks;

import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.Scheduler;
import io.sextant.gradients.graph.Shape;
import io.sextant.methods.Kind;
import io.sextant.results.Norm;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;

/** One attack on many examples, each a trial of its own. */
final class Trials {
  private final Attack attack;
  private final Shape shape;
  private final ThreatModel threat;
  private final Coordinates coordinates;
  private final RandomKey key;

  /**
   * An attack under a threat.
   *
   * @param shape of an input
   * @param domain the inputs that exist
   * @throws IllegalArgumentException when they do not fit
   */
  Trials(Attack attack, Shape shape, InputDomain domain, ThreatModel threat, long seed) {
    if (!attack.norms().contains(threat.norm())) {
      throw new IllegalArgumentException(
          "%s does not work in %s; it works in %s"
              .formatted(
                  attack.name(),
                  threat.norm().key(),
                  attack.norms().stream()
                      .sorted()
                      .map(Norm::key)
                      .collect(Collectors.joining(", "))));
    }
    boolean nearest = attack.declaration().kind() == Kind.MINIMUM_NORM;
    if (nearest != Double.isInfinite(threat.radius())) {
      throw new IllegalArgumentException(
          nearest
              ? "%s looks for the nearest input, so the threat must have no radius but was %s; use ThreatModel.nearest"
                  .formatted(attack.name(), threat.condition().describe())
              : "%s needs a radius but the threat was %s"
                  .formatted(attack.name(), threat.condition().describe()));
    }
    this.attack = attack;
    this.shape = shape;
    this.threat = threat;
    this.coordinates = new Coordinates(domain);
    this.key = RandomKey.of(seed).with(attack.name());
  }

  /**
   * Runs the attack.
   *
   * @param service the model, of inputs of the shape and the domain
   * @param predicted the decisions on the clean inputs, by place; {@link Trial#UNKNOWN} where
   *     nobody has asked
   * @param beginnings by place, what another radius left; or none
   */
  AttackResult run(
      GradientService service,
      Examples examples,
      int[] predicted,
      List<Beginning> beginnings,
      Listener listener) {
    attack.declaration().requireGranted(service.access(), Attacks::catalogue);
    int size = examples.size();
    if (predicted.length != size) {
      throw new IllegalArgumentException(
          "there must be one clean decision per example but there were %d for %d"
              .formatted(predicted.length, size));
    }
    if (!beginnings.isEmpty() && beginnings.size() != size) {
      throw new IllegalArgumentException(
          "there must be one beginning per example or none but there were %d for %d"
              .formatted(beginnings.size(), size));
    }
    for (int i = 0; i < size; i++) {
      requireClass(service, "label", examples.label(i), examples.id(i));
      OptionalInt target = threat.goal().target(examples.id(i));
      if (target.isPresent()) {
        requireClass(service, "target", target.getAsInt(), examples.id(i));
      }
    }
    ExampleResult[] results = new ExampleResult[size];
    int[] done = new int[1];
    try {
      new Scheduler(service.as(attack.name()))
          .run(
              size,
              size + 1,
              i ->
                  trial(examples, i, predicted[i])
                      .remembered(listener, service.classes())
                      .begin(beginnings.isEmpty() ? null : beginnings.get(i)),
              (int i, ExampleResult result) -> {
                results[i] = result;
                listener.finished(result);
                listener.advanced(++done[0], size);
              });
    } catch (CancellationException e) {
      throw new CancellationException(
          "%s was interrupted after %d of %d examples".formatted(attack.name(), done[0], size));
    }
    return new AttackResult(attack.name(), threat, Arrays.asList(results));
  }

  /**
   * The trial of one example.
   *
   * @param predicted the decision on the clean input; {@link Trial#UNKNOWN} where nobody has asked
   * @throws IllegalArgumentException when the clean input is outside the domain
   */
  Trial trial(Examples examples, int index, int predicted) {
    double[] clean = examples.row(index);
    long id = examples.id(index);
    String violation = coordinates.domain().violation(clean);
    if (!violation.isEmpty()) {
      throw new IllegalArgumentException(
          "example %d is outside the domain: %s".formatted(id, violation));
    }
    return new Trial(
        attack,
        threat,
        shape,
        coordinates.reach(clean),
        id,
        examples.label(index),
        predicted,
        key,
        0);
  }

  private static void requireClass(GradientService service, String what, int value, long id) {
    if (value < 0 || value >= service.classes()) {
      throw new IllegalArgumentException(
          "%s of example %d must be in 0..%d but was %d"
              .formatted(what, id, service.classes() - 1, value));
    }
  }
}
