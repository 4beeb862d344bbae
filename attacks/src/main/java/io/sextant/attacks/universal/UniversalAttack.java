package io.sextant.attacks.universal;

import io.sextant.attacks.Attack;
import io.sextant.attacks.Footprint;
import io.sextant.attacks.ThreatModel;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.graph.Shape;
import io.sextant.methods.Catalogue;
import io.sextant.methods.Kind;
import io.sextant.methods.Method;
import io.sextant.methods.Passes;
import io.sextant.results.Norm;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * Learns from some examples what is then done to others. Learning and measuring are two steps, so
 * that nothing is measured on what it was learnt from:
 *
 * <pre>{@code
 * Attack learnt = UniversalPerturbation.DEFAULT.learn(service, training, threat, 42);
 * AttackResult result = learnt.run(service, others, threat, 42);
 * }</pre>
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface UniversalAttack extends Method {
  /** All universal attacks on the class path, those of others among them. */
  static Catalogue<UniversalAttack> catalogue() {
    return Catalogue.of(Kind.Family.UNIVERSAL, UniversalAttack.class);
  }

  /**
   * Learns.
   *
   * @param service the model; its meter counts the work for a consumer of this attack's name
   * @param training rows in the domain; those that the model decides wrongly are left out
   * @param threat norm, radius and goal; the same for measuring
   * @param seed names the random numbers
   * @return what does the same to each example, at the cost of one forward
   * @throws IllegalArgumentException when the attack does not work in the norm, or no example is
   *     decided rightly
   */
  Attack learn(GradientService service, Examples training, ThreatModel threat, long seed);

  /** The most that what was learnt asks for each example that it is run on. */
  default Passes applied() {
    return new Passes(2, 0);
  }

  /**
   * Refuses a threat whose norm it does not work in.
   *
   * @throws IllegalArgumentException when the norm is not among those that it declares
   */
  default void requireNorm(ThreatModel threat) {
    if (!declaration().norms().contains(threat.norm())) {
      throw new IllegalArgumentException(
          "%s works in %s but the norm was %s"
              .formatted(
                  name(),
                  declaration().norms().stream()
                      .sorted()
                      .map(Norm::key)
                      .collect(Collectors.joining(" and ")),
                  threat.norm().key()));
    }
  }

  /**
   * The only part of an input that what is learnt changes, see {@link Attack#footprint}.
   *
   * @param shape of an input
   * @param radius of the threat
   */
  default Optional<Footprint> footprint(Shape shape, double radius) {
    return Optional.empty();
  }
}
