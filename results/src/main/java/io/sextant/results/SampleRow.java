package io.sextant.results;

import java.util.OptionalDouble;
import org.apiguardian.api.API;

/**
 * One line of {@code samples.csv}: what one method made of one example under one condition. Under a
 * corruption, held means right and broken means wrong, whatever the clean prediction was.
 *
 * @param sample 0-based row of the data
 * @param label true class
 * @param predicted predicted class of the clean input; {@value #NO_CLASS} where the model's output
 *     is not finite, which is inconclusive
 * @param cell the condition and the method
 * @param outcome what happened
 * @param distance smallest verified distance in the norm; present exactly when broken under a
 *     condition that has a norm
 * @param forwards forward passes spent on this example
 * @param backwards backward passes spent on this example
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record SampleRow(
    int sample,
    int label,
    int predicted,
    Cell cell,
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
    boolean open = predicted == NO_CLASS && cell.condition().includesClean();
    if (predicted < NO_CLASS || open && outcome != Outcome.INCONCLUSIVE) {
      throw new IllegalArgumentException(
          "sample %d, %s: predicted must be a class, or %d when inconclusive, but was %d with %s"
              .formatted(sample, cell.method(), NO_CLASS, predicted, outcome.key()));
    }
    Check.finite("distance", distance);
    Check.notNegative("forwards", forwards);
    Check.notNegative("backwards", backwards);
    boolean measured = cell.condition().sharedNorm().isPresent();
    if (distance.isPresent() != (measured && outcome == Outcome.BROKEN)) {
      throw new IllegalArgumentException(
          "sample %d, %s: distance must be given exactly when the outcome is broken in a norm but was %s with %s"
              .formatted(sample, cell, distance, outcome.key()));
    }
    if (distance.isPresent() && distance.getAsDouble() < 0) {
      throw new IllegalArgumentException(
          "sample %d, %s: distance must not be negative but was %s"
              .formatted(sample, cell.method(), distance.getAsDouble()));
    }
    // A targeted attack also leaves examples alone that are already in the target class, so only
    // one direction holds.
    if (cell.condition().includesClean()
        && predicted >= 0
        && label != predicted
        && outcome != Outcome.ALREADY_WRONG) {
      throw new IllegalArgumentException(
          "sample %d, %s: outcome must be already-wrong when class %d is predicted as %d but was %s"
              .formatted(sample, cell.method(), label, predicted, outcome.key()));
    }
  }

  /**
   * What tells a row from the others.
   *
   * @param sample 0-based row of the data
   * @param cell the condition and the method
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Key(int sample, Cell cell) {
    /** For example {@code sample 3, pgd at linf 8/255}. */
    @Override
    public String toString() {
      return "sample %d, %s".formatted(sample, cell);
    }
  }

  /** What tells this row from the others. */
  public Key key() {
    return new Key(sample, cell);
  }

  /** Under what the example was judged. */
  public Condition condition() {
    return cell.condition();
  }

  /** Id of the attack, or {@value #WORST_CASE}. */
  public String attack() {
    return cell.method();
  }

  /** Whether this is a worst case rather than an attack. */
  public boolean isWorstCase() {
    return cell.isWorstCase();
  }

  /** Whether what was found here breaks the example under a condition. */
  public boolean breaksUnder(Condition asked) {
    return outcome == Outcome.BROKEN
        && condition().breaksUnder(asked, distance.orElse(Double.POSITIVE_INFINITY));
  }
}
