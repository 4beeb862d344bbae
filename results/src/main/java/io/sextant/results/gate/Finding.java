package io.sextant.results.gate;

import org.apiguardian.api.API;

/**
 * Something a person should know besides the verdicts.
 *
 * @param kind what it is about
 * @param text one sentence with the next step
 * @param fails whether it fails the build
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Finding(Kind kind, String text, boolean fails) {
  /**
   * What a finding is about.
   *
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public enum Kind {
    /** A waiver's last day is over. */
    EXPIRED_WAIVER,
    /** A waiver is not needed. */
    UNUSED_WAIVER,
    /** A figure rose above its baseline. */
    IMPROVEMENT,
    /** A rule has no figure in the baseline. */
    NOT_IN_BASELINE,
    /** The results are those of an earlier build. */
    REUSED
  }
}
