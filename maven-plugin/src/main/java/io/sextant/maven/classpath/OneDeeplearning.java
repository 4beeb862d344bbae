package io.sextant.maven.classpath;

import io.sextant.maven.evaluation.EvaluationException;
import java.util.List;
import java.util.Set;
import org.apiguardian.api.API;

/**
 * There can be one Deeplearning4j in a process, and audits are verified with one version of it.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class OneDeeplearning {
  private static final Set<String> GROUPS = Set.of("org.deeplearning4j", "org.nd4j");

  private OneDeeplearning() {}

  /**
   * Refuses a class path with another version.
   *
   * @param classPath that was resolved with the project's dependencies
   * @param wanted version
   * @throws EvaluationException if there is another version; both are named
   */
  public static void require(List<Coordinates> classPath, String wanted)
      throws EvaluationException {
    for (Coordinates artifact : classPath) {
      if (covers(artifact.group()) && !artifact.version().equals(wanted)) {
        throw new EvaluationException(
            "the project's test class path has %s, but this version of Sextant works with %s %s; use that version in the project, or configure model and data as files in place of suppliers, which keeps the project's classes out"
                .formatted(artifact, artifact.group(), wanted));
      }
    }
  }

  /** Whether a group's artifacts must have that one version. */
  static boolean covers(String group) {
    return GROUPS.contains(group);
  }
}
