package io.sextant.attacks;

import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Step;
import io.sextant.gradients.graph.Shape;
import io.sextant.methods.Method;
import io.sextant.results.Epsilon;
import io.sextant.results.Norm;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.apiguardian.api.API;

/**
 * A search for inputs near the clean ones on which a model decides otherwise: an immutable,
 * validated configuration that can be run any number of times, from any number of threads.
 *
 * <pre>{@code
 * AttackResult result =
 *     Pgd.DEFAULT.run(service, examples, ThreatModel.of(Norm.LINF, "8/255"), 42);
 * }</pre>
 *
 * <p>A result depends only on the model, the example (its row, label and id), the threat, the
 * configuration and the seed: not on the other examples, their order, or the number of threads. At
 * one of several radii it also depends on the larger ones of the list, from which a {@link #nested}
 * attack comes; at the largest it is the result of that radius alone.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface Attack extends Method {
  /** The norms in which it can search. */
  default Set<Norm> norms() {
    return declaration().norms();
  }

  /**
   * How far one run can go at a radius, as a share of the way that it may have to go: across the
   * ball from a random start, out of its middle from the clean input. Below 1 there are
   * perturbations that no run can reach. Empty for attacks that do not search step by step.
   */
  default OptionalDouble reach(double epsilon) {
    return OptionalDouble.empty();
  }

  /**
   * The same search, started the same way, with twice the steps: what it still breaks tells whether
   * this one had converged. Empty for attacks that do not search step by step.
   */
  default Optional<Attack> longer() {
    return Optional.empty();
  }

  /**
   * Whether an example that holds at a radius need not be searched at smaller ones: so it is of
   * attacks that search. One step of the whole radius finds other points at each.
   */
  default boolean nested() {
    return longer().isPresent();
  }

  /**
   * What to try on all examples that still hold, where a part that was tried on a sample of them
   * breaks any without gradients. Only who knows all examples can say that, so it is no part of the
   * search. Empty for attacks that sample nothing.
   */
  default Optional<Attack> further() {
    return Optional.empty();
  }

  /**
   * The only part of an input that it changes, where that is a rectangle; empty where it may change
   * any part. What it returns is held to this by code that does not know the attack.
   *
   * @param shape of an input
   * @param radius of the threat
   * @throws IllegalArgumentException when the radius leaves no room for one
   */
  default Optional<Footprint> footprint(Shape shape, double radius) {
    return Optional.empty();
  }

  /**
   * Whether a run ends at its first adversarial iterate; when not, the adversarial iterate of
   * largest margin is returned, as adversarial training wants it.
   */
  default boolean untilBroken() {
    return true;
  }

  /**
   * Searches around one example. Called once for each, maybe for several at a time; what follows
   * runs when the model has replied.
   *
   * @param trial the example: where the search may go, what the model says there, and its judge
   * @return the first step; the last one is {@link Trial#over}
   */
  Step<Trial> search(Trial trial);

  /**
   * Attacks each example that the model decides rightly.
   *
   * @param service the model, with the domain that says what exists and may be changed; its meter
   *     counts the work for a consumer of this attack's {@link #name()}
   * @param examples rows in the domain; not modified
   * @param threat what the attacker may do and wants
   * @param seed names the random numbers, with the attack's name and each example's id
   * @return one result per example, in the same order
   * @throws java.util.concurrent.CancellationException when this thread is interrupted
   * @throws IllegalArgumentException when the norm is not among {@link #norms()}, a row is outside
   *     the domain, or a label or target names no class of the model
   */
  default AttackResult run(
      GradientService service, Examples examples, ThreatModel threat, long seed) {
    return run(service, examples, threat, seed, Listener.NONE);
  }

  /**
   * Does the same and reports progress.
   *
   * @param listener is called in this thread
   * @throws java.util.concurrent.CancellationException when this thread is interrupted; it is still
   *     marked as interrupted then
   */
  default AttackResult run(
      GradientService service,
      Examples examples,
      ThreatModel threat,
      long seed,
      Listener listener) {
    int[] unknown = new int[examples.size()];
    Arrays.fill(unknown, Trial.UNKNOWN);
    return run(service, examples, unknown, List.of(), threat, seed, listener);
  }

  /**
   * Does the same where the decisions on the clean inputs are known, and does not ask for them
   * again.
   *
   * @param predicted by place in the examples; -1 where the model's output is not finite
   */
  default AttackResult run(
      GradientService service, Examples examples, int[] predicted, ThreatModel threat, long seed) {
    return run(service, examples, predicted, List.of(), threat, seed, Listener.NONE);
  }

  /**
   * Does the same where the examples were attacked at a larger radius before.
   *
   * @param beginnings by place in the examples, what that left; or none
   * @param listener is called in this thread
   */
  default AttackResult run(
      GradientService service,
      Examples examples,
      int[] predicted,
      List<Beginning> beginnings,
      ThreatModel threat,
      long seed,
      Listener listener) {
    return new Trials(this, service.inputShape(), service.domain(), threat, seed)
        .run(service, examples, predicted, beginnings, listener);
  }

  /**
   * Attacks each example at several radii, which cost little more than one: radii go from the
   * largest inwards, what holds at one is not searched at the smaller ones, and what breaks is
   * first looked for where the larger radius found it. Attacks that are not {@link #nested} run at
   * each radius alone. The result at a radius thus depends on the larger radii of the list, and may
   * differ from that of a run at this radius alone. It depends neither on the smaller ones nor on
   * the order of the list.
   *
   * @param threat what the attacker may do and wants; its own radius does not count
   * @param radii each once
   * @return one result for each radius, in the order given
   */
  default List<AttackResult> run(
      GradientService service,
      Examples examples,
      ThreatModel threat,
      List<Epsilon> radii,
      long seed) {
    Map<Epsilon, AttackResult> results = new HashMap<>();
    AttackResult larger = null;
    for (Epsilon radius : radii.stream().sorted(Comparator.reverseOrder()).toList()) {
      ThreatModel here = threat.withEpsilon(radius);
      AttackResult result =
          larger == null
              ? run(service, examples, here, seed)
              : run(
                  service,
                  examples,
                  larger.examples().stream().mapToInt(ExampleResult::predicted).toArray(),
                  nested() ? Beginning.after(larger) : List.of(),
                  here,
                  seed,
                  Listener.NONE);
      results.put(radius, result);
      larger = result;
    }
    return radii.stream().map(results::get).toList();
  }
}
