package io.sextant.maven.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * How a build of a throw-away project ended.
 *
 * @param exit code of Maven
 * @param log everything that it printed
 * @param directory of the project
 */
record BuildResult(int exit, String log, Path directory) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** The build is green. */
  BuildResult passes() {
    assertThat(exit).as(log).isZero();
    assertThat(log).contains("BUILD SUCCESS");
    return this;
  }

  /** The build is red because of what the model does. */
  BuildResult fails() {
    assertThat(exit).as(log).isEqualTo(1);
    assertThat(log)
        .contains("Failed to execute goal", "/MojoFailureException")
        .doesNotContain("/MojoExecutionException");
    return this;
  }

  /** The build is red because something is broken; no stack trace is shown. */
  BuildResult breaks() {
    assertThat(exit).as(log).isEqualTo(1);
    assertThat(log)
        .contains("Failed to execute goal", "/MojoExecutionException")
        .doesNotContain("/MojoFailureException", "\tat io.sextant");
    return this;
  }

  /** The log has these texts. */
  BuildResult says(String... texts) {
    assertThat(log).contains(texts);
    return this;
  }

  /** The log has none of these texts. */
  BuildResult doesNotSay(String... texts) {
    assertThat(log).doesNotContain(texts);
    return this;
  }

  /** How often a worker was started since the project exists. */
  BuildResult forks(int times) throws IOException {
    assertThat(calls()).as(log).hasSize(times);
    return this;
  }

  /** The arguments of each worker so far. */
  List<String> calls() throws IOException {
    Path calls = directory.resolve("calls.log");
    return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
  }

  /** An output of the plugin. */
  Path output(String name) {
    return directory.resolve("target/sextant").resolve(name);
  }

  /** The text of an output of the plugin. */
  String text(String name) throws IOException {
    return Files.readString(output(name));
  }

  /** An output of the plugin in JSON. */
  JsonNode json(String name) throws IOException {
    return MAPPER.readTree(output(name).toFile());
  }

  /** The lines of the log from one that begins with a text, level removed, up to a prompt. */
  String command(String label) {
    List<String> found = new ArrayList<>();
    log.lines()
        .map(line -> line.replaceFirst("^\\[[A-Z]+\\] ?", "").strip())
        .filter(line -> line.startsWith(label))
        .forEach(line -> found.add(line.substring(label.length()).strip()));
    assertThat(found).as(log).isNotEmpty();
    return found.get(0);
  }

  /** The bytes of all files below a folder of the project, by name. */
  Map<String, String> files(String folder) throws IOException {
    Map<String, String> files = new TreeMap<>();
    Path root = directory.resolve(folder);
    try (Stream<Path> tree = Files.walk(root)) {
      for (Path file : tree.filter(Files::isRegularFile).toList()) {
        files.put(root.relativize(file).toString(), Files.readString(file));
      }
    }
    return files;
  }
}
