package io.sextant.results;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Objects;
import java.util.OptionalDouble;
import org.apiguardian.api.API;

/**
 * What one part of an attack that tries others in turn added to the parts before it. What the last
 * ones still break is the argument for stopping there, or against it.
 *
 * @param cell condition and id of the attack
 * @param stage name of the part
 * @param tried examples that it was tried on: those that had held, where it is worth trying
 * @param broken those of them that it broke, as verified
 * @param forwards forward passes over all of them
 * @param backwards backward passes over all of them
 * @param sampled whether they were drawn at random from those that had held, and speak for them:
 *     not where a find did not verify, or where one of the sample broke at a larger radius
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record StageCounts(
    Cell cell,
    String stage,
    int tried,
    int broken,
    long forwards,
    long backwards,
    boolean sampled) {
  /** One minus the confidence of {@link #bound}. */
  private static final double CHANCE = 0.05;

  public StageCounts {
    Objects.requireNonNull(cell, "cell");
    Check.notBlank("stage", stage);
    Check.notNegative("tried", tried);
    Check.notNegative("broken", broken);
    Check.notNegative("forwards", forwards);
    Check.notNegative("backwards", backwards);
    if (broken > tried) {
      throw new IllegalArgumentException(
          "%s: broken must be at most the %d tried but was %d".formatted(stage, tried, broken));
    }
  }

  /** Both together: other examples of the same part. */
  public StageCounts plus(StageCounts other) {
    return new StageCounts(
        cell,
        stage,
        tried + other.tried,
        broken + other.broken,
        forwards + other.forwards,
        backwards + other.backwards,
        sampled || other.sampled);
  }

  /** The same of a sample that does not speak for others. */
  public StageCounts unsampled() {
    return new StageCounts(cell, stage, tried, broken, forwards, backwards, false);
  }

  /**
   * Of a part that was tried on a sample and broke nothing: the largest share of all examples that
   * had held which it may break, at 95% confidence, 1 - 0.05^(1/n) for n tried. Empty otherwise. It
   * is written for readers and computed again when read.
   */
  @JsonProperty(access = JsonProperty.Access.READ_ONLY)
  public OptionalDouble bound() {
    return sampled && broken == 0 && tried > 0
        ? OptionalDouble.of(1 - Math.pow(CHANCE, 1.0 / tried))
        : OptionalDouble.empty();
  }
}
