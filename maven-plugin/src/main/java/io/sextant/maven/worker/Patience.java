package io.sextant.maven.worker;

import java.time.Duration;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * How long a build waits for a worker.
 *
 * @param whole for all of its work; no limit when absent
 * @param silence for its next line: a worker that makes progress says so; no limit when absent
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record Patience(Optional<Duration> whole, Optional<Duration> silence) {
  /** For as long as it takes. */
  public static final Patience ENDLESS = new Patience(Optional.empty(), Optional.empty());

  private static final String NONE = "none";

  /**
   * Reads the settings of a build.
   *
   * @param timeout of the whole, perhaps none
   * @param stallTimeout of the silence, or the word none
   * @throws IllegalArgumentException if one is no time
   */
  public static Patience parse(Optional<String> timeout, String stallTimeout) {
    return new Patience(
        timeout.map(text -> TimeSpan.parse("sextant.fork.timeout", text)),
        stallTimeout.trim().equals(NONE)
            ? Optional.empty()
            : Optional.of(TimeSpan.parse("sextant.fork.stallTimeout", stallTimeout)));
  }
}
