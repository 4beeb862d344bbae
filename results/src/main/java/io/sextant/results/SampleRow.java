package io.sextant.results;

import java.util.Optional;
import java.util.OptionalDouble;
import org.apiguardian.api.API;

/**
 * One line of {@code samples.csv}: what one attack did to one example.
 *
 * @param sample 0-based row of the data
 * @param label true class
 * @param predicted predicted class of the clean input; {@value #NO_CLASS} where the model's output
 *     is not finite, which is inconclusive
 * @param norm of the threat
 * @param epsilon radius of the threat; absent for minimum-norm attacks
 * @param attack name of the attack, or {@value #WORST_CASE}
 * @param outcome what happened
 * @param distance smallest verified distance in the norm; present exactly when broken
 * @param forwards forward passes spent on this example
 * @param backwards backward passes spent on this example
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record SampleRow(
    int sample,
    int label,
    int predicted,
    Norm norm,
    Optional<Epsilon> epsilon,
    String attack,
    Outcome outcome,
    OptionalDouble distance,
    long forwards,
    long backwards) {
  /** The name under which the worst case over all attacks is listed. */
  public static final String WORST_CASE = "worst-case";

  /**
   * The name under which adversarial inputs of an earlier build are tried first. What they break is
   * broken; what they leave says nothing.
   */
  public static final String REPLAY = "replay";

  /** What stands for the prediction where the model's output is not finite. */
  public static final int NO_CLASS = -1;

  public SampleRow {
    Check.notNegative("sample", sample);
    Check.notNegative("label", label);
    if (predicted < NO_CLASS || predicted == NO_CLASS && outcome != Outcome.INCONCLUSIVE) {
      throw new IllegalArgumentException(
          "sample %d, %s: predicted must be a class, or %d when inconclusive, but was %d with %s"
              .formatted(sample, attack, NO_CLASS, predicted, outcome.key()));
    }
    Check.notBlank("attack", attack);
    Check.finite("distance", distance);
    Check.notNegative("forwards", forwards);
    Check.notNegative("backwards", backwards);
    if (distance.isPresent() != (outcome == Outcome.BROKEN)) {
      throw new IllegalArgumentException(
          "sample %d, %s: distance must be given exactly when the outcome is broken but was %s with %s"
              .formatted(sample, attack, distance, outcome.key()));
    }
    if (distance.isPresent() && distance.getAsDouble() < 0) {
      throw new IllegalArgumentException(
          "sample %d, %s: distance must not be negative but was %s"
              .formatted(sample, attack, distance.getAsDouble()));
    }
    // A targeted attack also leaves examples alone that are already in the target class, so only
    // one direction holds.
    if (predicted >= 0 && label != predicted && outcome != Outcome.ALREADY_WRONG) {
      throw new IllegalArgumentException(
          "sample %d, %s: outcome must be already-wrong when class %d is predicted as %d but was %s"
              .formatted(sample, attack, label, predicted, outcome.key()));
    }
  }

  /** Whether this is a worst case rather than an attack. */
  public boolean isWorstCase() {
    return attack.equals(WORST_CASE);
  }

  /** Whether this attack broke the example at the given radius or a smaller one. */
  public boolean breaksWithin(Epsilon radius) {
    return outcome == Outcome.BROKEN
        && epsilon
            .map(own -> own.compareTo(radius) <= 0)
            .orElseGet(() -> distance.orElseThrow() <= radius.value());
  }
}
