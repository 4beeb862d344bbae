package io.sextant.maven.judge;

import org.apiguardian.api.API;

/**
 * What a build says about a model at its end.
 *
 * @param level how loud
 * @param message for people
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record Conclusion(Level level, String message) {
  /** How loud. */
  public enum Level {
    /** All rules hold. */
    PASS,
    /** A rule is broken that only warns. */
    WARN,
    /** The gate fails. */
    FAIL
  }
}
