package io.sextant.maven.classpath;

import org.apiguardian.api.API;

/**
 * An artifact on the worker's class path.
 *
 * @param group id
 * @param artifact id
 * @param version that was chosen
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record Coordinates(String group, String artifact, String version) {
  @Override
  public String toString() {
    return group + ":" + artifact + ":" + version;
  }
}
