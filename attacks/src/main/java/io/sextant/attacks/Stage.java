package io.sextant.attacks;

import java.util.Objects;
import org.apiguardian.api.API;

/**
 * A part of an attack that is made of others: one of them, and which examples are worth it. Whether
 * an example is depends on nothing but itself, so that results do not depend on which others are
 * attacked beside it. {@link Trial#stages} runs them.
 *
 * @param name of the part, unique within the attack; it names the part's random numbers
 * @param attack what is tried; of a minimum-norm attack it counts what lies within the radius
 * @param most share of its clean lead that the true class may have left, from 0 to 1, see {@link
 *     Trial#leadLeft}; 1 for all examples
 * @param chosen share of the examples that are drawn for it, each by the toss of its own coin,
 *     above 0; 1 for all
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Stage(String name, Attack attack, double most, double chosen) {
  public Stage {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(attack, "attack");
    if (!(most >= 0 && most <= 1)) {
      throw new IllegalArgumentException("most must be from 0 to 1 but was " + most);
    }
    if (!(chosen > 0 && chosen <= 1)) {
      throw new IllegalArgumentException("chosen must be above 0 and at most 1 but was " + chosen);
    }
  }

  /** A part that is tried on every example that still holds. */
  public static Stage of(String name, Attack attack) {
    return new Stage(name, attack, 1, 1);
  }

  /** A part under the attack's own name. */
  public static Stage of(Attack attack) {
    return of(attack.name(), attack);
  }

  /** The same for examples in which at most a share of the clean lead is left. */
  public Stage whereLeft(double newMost) {
    return new Stage(name, attack, newMost, chosen);
  }

  /** The same for a share of the examples, drawn at random. */
  public Stage onShare(double newChosen) {
    return new Stage(name, attack, most, newChosen);
  }
}
