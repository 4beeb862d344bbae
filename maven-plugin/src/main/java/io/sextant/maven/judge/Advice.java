package io.sextant.maven.judge;

import io.sextant.results.gate.Guidance;
import java.nio.file.Path;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * The commands that a person types next.
 *
 * @param root folder in which they are typed
 * @param suffix of the goals: which execution, in which module; may be empty
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record Advice(Path root, String suffix) {
  /**
   * The advice of an execution.
   *
   * @param root folder of the build
   * @param module folder of the module
   * @param execution whose configuration the commands need, where it has its own
   */
  public static Advice of(Path root, Path module, Optional<String> execution) {
    String path = relative(root, module);
    return new Advice(
        root,
        execution.map(id -> "@" + id).orElse("")
            + (path.isEmpty() ? "" : " -pl " + (path.contains(" ") ? "'" + path + "'" : path)));
  }

  /** For a message that points to a report. */
  public Guidance guidance(Optional<Path> report) {
    return new Guidance(
        "mvn sextant:check" + suffix,
        "mvn sextant:update-baseline" + suffix,
        report.map(file -> relative(root, file)));
  }

  private static String relative(Path root, Path file) {
    Path base = root.toAbsolutePath().normalize();
    Path target = file.toAbsolutePath().normalize();
    Path shown = target.startsWith(base) ? base.relativize(target) : target;
    return shown.toString().replace('\\', '/');
  }
}
