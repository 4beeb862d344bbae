package io.sextant.results;

import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * Accuracy under one condition, for example robust accuracy at one radius.
 *
 * @param condition the condition
 * @param worstCase per example the worst over all attacks, those at a smaller radius among them
 * @param attacks one by one, each on its own
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record RobustAccuracy(
    Condition condition, AttackCounts worstCase, List<AttackCounts> attacks) {
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
