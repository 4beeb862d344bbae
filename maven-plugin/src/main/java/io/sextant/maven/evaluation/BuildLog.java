package io.sextant.maven.evaluation;

import org.apiguardian.api.API;

/**
 * Where a build reports what happens.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public interface BuildLog {
  /** For everybody. */
  void info(String line);

  /** For everybody, and to be noticed. */
  void warn(String line);

  /** For those who look for a cause. */
  void debug(String line);
}
