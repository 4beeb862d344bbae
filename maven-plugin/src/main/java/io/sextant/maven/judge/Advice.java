package io.sextant.maven.judge;

import io.sextant.results.gate.Guidance;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apiguardian.api.API;

/**
 * The commands that a person types next.
 *
 * @param root folder in which they are typed
 * @param execution whose configuration they need, where it has its own
 * @param more arguments: which module, and what this build was given on its command line
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record Advice(Path root, Optional<String> execution, List<String> more) {
  public Advice {
    more = List.copyOf(more);
  }

  /**
   * The advice of an execution.
   *
   * @param root folder of the build
   * @param module folder of the module
   * @param execution whose configuration the commands need, where it has its own
   * @param given what else must be on the command line for the same audit
   */
  public static Advice of(Path root, Path module, Optional<String> execution, List<String> given) {
    List<String> more = new ArrayList<>();
    String path = relative(root, module);
    if (!path.isEmpty()) {
      more.addAll(List.of("-pl", path));
    }
    more.addAll(given);
    return new Advice(root, execution, more);
  }

  /** For a message that points to a report. */
  public Guidance guidance(Optional<Path> report) {
    return new Guidance(
        command("check"), command("update-baseline"), report.map(file -> relative(root, file)));
  }

  private String command(String goal) {
    return Stream.concat(
            Stream.of("mvn", "sextant:" + goal + execution.map(id -> "@" + id).orElse("")),
            more.stream())
        .map(Guidance::quoted)
        .collect(Collectors.joining(" "));
  }

  private static String relative(Path root, Path file) {
    Path base = root.toAbsolutePath().normalize();
    Path target = file.toAbsolutePath().normalize();
    Path shown = target.startsWith(base) ? base.relativize(target) : target;
    return shown.toString().replace('\\', '/');
  }
}
