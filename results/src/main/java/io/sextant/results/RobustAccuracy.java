package io.sextant.results;

import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * Robust accuracy at one radius.
 *
 * @param norm of the threat
 * @param epsilon radius of the threat
 * @param worstCase per example the worst over all attacks at this or a smaller radius
 * @param attacks one by one, each on its own
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record RobustAccuracy(
    Norm norm, Epsilon epsilon, AttackCounts worstCase, List<AttackCounts> attacks) {
  public RobustAccuracy {
    attacks = List.copyOf(attacks);
  }

  /** The counts of an attack, or of the worst case, by name. */
  public Optional<AttackCounts> of(String attack) {
    return attack.equals(SampleRow.WORST_CASE)
        ? Optional.of(worstCase)
        : attacks.stream().filter(counts -> counts.attack().equals(attack)).findFirst();
  }
}
