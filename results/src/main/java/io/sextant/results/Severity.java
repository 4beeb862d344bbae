package io.sextant.results;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import org.apiguardian.api.API;

/**
 * How much a broken rule matters.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum Severity {
  /** Fails the audit. */
  ERROR("error"),
  /** Warns. */
  WARN("warn"),
  /** Is reported. */
  INFO("info");

  private final String key;

  Severity(String key) {
    this.key = key;
  }

  /** The name in specs. */
  @JsonValue
  public String key() {
    return key;
  }

  /**
   * The severity with a key; {@code warning} is understood too.
   *
   * @throws IllegalArgumentException if no severity has this key
   */
  @JsonCreator
  public static Severity parse(String key) {
    String wanted = key.trim().toLowerCase(Locale.ROOT);
    for (Severity severity : values()) {
      if (severity.key.equals(wanted) || (severity == WARN && wanted.equals("warning"))) {
        return severity;
      }
    }
    throw new IllegalArgumentException(
        "severity must be one of error, warn, info but was '%s'"
            .formatted(Epsilon.abbreviate(key)));
  }
}
