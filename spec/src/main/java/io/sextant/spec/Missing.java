package io.sextant.spec;

import java.util.Locale;
import org.apiguardian.api.API;

/**
 * What becomes of the rows of a table that have a missing value.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum Missing {
  /** They are an error, which counts them. */
  REFUSE,
  /** They are left out; the others keep their row numbers. */
  SKIP;

  /** As it is written in specs and commands. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
