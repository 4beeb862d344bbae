package io.sextant.results;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import org.apiguardian.api.API;

/**
 * How a share that was not run to the end stands to the true one.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum Bound {
  /** The share is this or less. */
  AT_MOST("at-most", "at most"),
  /** The share is this or more. */
  AT_LEAST("at-least", "at least");

  private final String key;
  private final String words;

  Bound(String key, String words) {
    this.key = key;
    this.words = words;
  }

  /** The name in files. */
  @JsonValue
  public String key() {
    return key;
  }

  /** The name in prose, for example {@code at most}. */
  public String words() {
    return words;
  }

  /**
   * The bound with a key.
   *
   * @throws IllegalArgumentException if no bound has this key
   */
  @JsonCreator
  public static Bound parse(String key) {
    for (Bound bound : values()) {
      if (bound.key.equals(key)) {
        return bound;
      }
    }
    throw new IllegalArgumentException(
        "bound must be one of at-most, at-least but was '%s'".formatted(Epsilon.abbreviate(key)));
  }
}
