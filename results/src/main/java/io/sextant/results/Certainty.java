package io.sextant.results;

import org.apiguardian.api.API;

/**
 * What can be said about a limit before everything was run.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum Certainty {
  /** Kept, whatever the rest shows. */
  HOLDS,
  /** Broken, whatever the rest shows. */
  FAILS,
  /** The rest decides. */
  OPEN;

  /** Both limits together: one broken limit breaks the rule. */
  public Certainty and(Certainty other) {
    if (this == FAILS || other == FAILS) {
      return FAILS;
    }
    return this == OPEN || other == OPEN ? OPEN : HOLDS;
  }
}
