package io.sextant.maven.evaluation;

import java.nio.file.Path;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Finds the worker's class path when it is needed, which after a hit in the cache it is not.
 *
 * @since 0.1
 */
@FunctionalInterface
@API(status = API.Status.INTERNAL, since = "0.1")
public interface ClassPathSource {
  /**
   * The class path.
   *
   * @throws EvaluationException if something is missing, or does not fit
   */
  List<Path> resolve() throws EvaluationException;
}
