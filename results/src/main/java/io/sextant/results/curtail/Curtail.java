package io.sextant.results.curtail;

import io.sextant.results.Certainty;
import java.util.Locale;
import org.apiguardian.api.API;

/**
 * Which verdicts end the evaluation of a rule early, once they are certain.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum Curtail {
  /** Failures only: what passes is measured to the end. */
  FAIL,
  /** Failures and passes. */
  BOTH,
  /** None: everything is run. */
  NONE;

  /** The name in settings. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether a certainty ends the evaluation. */
  boolean ends(Certainty certainty) {
    return switch (certainty) {
      case FAILS -> this != NONE;
      case HOLDS -> this == BOTH;
      case OPEN -> false;
    };
  }

  /**
   * The choice with a key.
   *
   * @throws IllegalArgumentException if none has this key
   */
  public static Curtail parse(String key) {
    for (Curtail curtail : values()) {
      if (curtail.key().equals(key.trim().toLowerCase(Locale.ROOT))) {
        return curtail;
      }
    }
    throw new IllegalArgumentException(
        "curtail must be one of fail, both, none but was '%s'".formatted(key));
  }
}
