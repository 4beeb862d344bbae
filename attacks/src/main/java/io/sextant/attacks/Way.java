package io.sextant.attacks;

import io.sextant.gradients.Examples;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.Step;
import io.sextant.gradients.graph.Shape;
import java.util.List;
import org.apiguardian.api.API;

/**
 * What a search came to around one example, and the way that it went there.
 *
 * <p>The way begins at the clean input and ends at the one that stands for the example. Between
 * them are the iterates that were judged, in order, of the run that found it, each other than the
 * one before; what other runs went through, and what came after, is left out.
 *
 * @param points {@code [points][features]}, at least one, not to be modified; the clean input alone
 *     where nothing else stands for the example
 * @param result what came of it
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Way(List<double[]> points, ExampleResult result) {
  public Way {
    points = List.copyOf(points);
  }

  /**
   * The search around one example as a step of something larger, which runs it.
   *
   * @param attack that is followed
   * @param shape of an input
   * @param domain the inputs that exist
   * @param one the example alone, in the domain; its label is what the model decides for it
   * @param threat what the attacker may do and wants
   * @param seed as of {@link Attack#run}, which finds the same
   * @param most how many iterates of a run are kept at a time, at least 2: of longer runs every
   *     second one, every fourth, and so on
   * @throws IllegalArgumentException when the attack does not fit the threat, or the example is
   *     outside the domain
   */
  public static Step<Way> of(
      Attack attack,
      Shape shape,
      InputDomain domain,
      Examples one,
      ThreatModel threat,
      long seed,
      int most) {
    Trial trial = new Trials(attack, shape, domain, threat, seed).trial(one, 0, one.label(0));
    Trace trace = trial.traced(most);
    return trial.begin().then(result -> Step.done(trace.way(result)));
  }
}
