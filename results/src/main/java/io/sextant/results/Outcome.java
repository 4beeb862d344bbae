package io.sextant.results;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import org.apiguardian.api.API;

/**
 * What an attack did to an example.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum Outcome {
  /** A verified adversarial example was found. */
  BROKEN("broken"),
  /** None was found. */
  HELD("held"),
  /** The model was wrong on the clean input, so there was nothing to attack. */
  ALREADY_WRONG("already-wrong"),
  /** The attack could not be judged, or what it found did not verify. Counts as held. */
  INCONCLUSIVE("inconclusive");

  private final String key;

  Outcome(String key) {
    this.key = key;
  }

  /** The name in files, for example {@code already-wrong}. */
  @JsonValue
  public String key() {
    return key;
  }

  /**
   * The outcome with a key.
   *
   * @throws IllegalArgumentException if no outcome has this key
   */
  @JsonCreator
  public static Outcome parse(String key) {
    for (Outcome outcome : values()) {
      if (outcome.key.equals(key)) {
        return outcome;
      }
    }
    throw new IllegalArgumentException(
        "outcome must be one of broken, held, already-wrong, inconclusive but was '%s'"
            .formatted(Epsilon.abbreviate(key)));
  }
}
