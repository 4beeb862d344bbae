package io.sextant.attacks;

import java.util.Map;
import java.util.OptionalInt;
import org.apiguardian.api.API;

/**
 * Which decision counts as a success.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public sealed interface Goal {
  /** Any class but the true one. */
  Goal UNTARGETED = new Untargeted();

  /**
   * The class aimed at for an example, or empty when any wrong class will do.
   *
   * @param id the example's id
   * @throws IllegalArgumentException when the goal names a class per example but none for this one
   */
  OptionalInt target(long id);

  /** Any class but the true one. */
  record Untargeted() implements Goal {
    @Override
    public OptionalInt target(long id) {
      return OptionalInt.empty();
    }
  }

  /**
   * One class for every example.
   *
   * @param target a class, from 0
   */
  record Targeted(int target) implements Goal {
    public Targeted {
      requireClass(target);
    }

    @Override
    public OptionalInt target(long id) {
      return OptionalInt.of(target);
    }
  }

  /**
   * A class for each example, by id, so that a subset or another order changes nothing.
   *
   * @param targets class by example id
   */
  record TargetedEach(Map<Long, Integer> targets) implements Goal {
    public TargetedEach {
      targets = Map.copyOf(targets);
      targets.values().forEach(Goal::requireClass);
    }

    @Override
    public OptionalInt target(long id) {
      Integer target = targets.get(id);
      if (target == null) {
        throw new IllegalArgumentException(
            "the goal must name a target class for each example but names none for id " + id);
      }
      return OptionalInt.of(target);
    }
  }

  private static void requireClass(int target) {
    if (target < 0) {
      throw new IllegalArgumentException("target class must be at least 0 but was " + target);
    }
  }
}
