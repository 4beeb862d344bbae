package io.sextant.maven.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerCommandTest {
  private static final Path FOLDER = Path.of("/out put");

  private static WorkerJvm jvm(Optional<String> heap, Optional<String> bytes, String... options) {
    return new WorkerJvm(Path.of("java"), heap, bytes, List.of(options), Map.of());
  }

  private static WorkerCommand command(WorkerJvm jvm, String... arguments) {
    return new WorkerCommand(
        jvm, List.of(Path.of("/a b.jar"), Path.of("/ü")), List.of(arguments), FOLDER, FOLDER);
  }

  @Test
  void writes_one_quoted_argument_per_line() {
    List<String> lines =
        command(jvm(Optional.empty(), Optional.empty()), "audit", "a\"b\\c", "line\nfeed")
            .argumentText(List.of("-Xmx1g"))
            .lines()
            .toList();

    assertThat(lines).startsWith("\"-Xmx1g\"").allMatch(l -> l.matches("\".*\""));
    assertThat(lines)
        .endsWith(
            "\"-cp\"",
            "\"/a b.jar" + File.pathSeparator + "/ü\"",
            "\"io.sextant.cli.Main\"",
            "\"audit\"",
            "\"a\\\"b\\\\c\"",
            "\"line\\nfeed\"");
  }

  @Test
  void limits_memory_where_asked() throws Exception {
    assertThat(jvm(Optional.of("3g"), Optional.of("4g")).usual(FOLDER))
        .contains("-Xmx3g", "-Dorg.bytedeco.javacpp.maxbytes=4g");
    assertThat(String.join(" ", jvm(Optional.empty(), Optional.empty()).usual(FOLDER)))
        .doesNotContain("maxbytes");
  }

  @Test
  void lets_own_options_win(@TempDir Path folder) throws Exception {
    WorkerJvm jvm = jvm(Optional.of("3g"), Optional.empty(), "-Xmx5g", "-Dx=y");
    WorkerCommand command =
        new WorkerCommand(jvm, List.of(Path.of("/a.jar")), List.of("audit"), folder, folder);

    List<String> lines;
    try (WorkerFolder run = WorkerFolder.in(folder)) {
      lines = Files.readAllLines(command.writeArguments(run));
    }

    assertThat(lines).containsSubsequence("\"-Xmx3g\"", "\"-Xmx5g\"", "\"-Dx=y\"", "\"-cp\"");
    assertThat(Files.readAllLines(folder.resolve("worker.args")))
        .contains("\"-Xmx3g\"", "\"audit\"")
        .doesNotContain("\"-Xmx5g\"", "\"-Dx=y\"");
  }

  @Test
  void runs_native_code_on_one_thread_unless_told() {
    assertThat(jvm(Optional.empty(), Optional.empty()).environment())
        .containsExactly(Map.entry("OMP_NUM_THREADS", "1"));
    assertThat(
            new WorkerJvm(
                    Path.of("java"),
                    Optional.empty(),
                    Optional.empty(),
                    List.of(),
                    Map.of("OMP_NUM_THREADS", "4", "A", "b"))
                .environment())
        .containsOnly(Map.entry("OMP_NUM_THREADS", "4"), Map.entry("A", "b"));
  }

  @Test
  void refuses_sizes_that_are_none_and_an_empty_class_path() {
    assertThatThrownBy(() -> jvm(Optional.of("lots"), Optional.empty()))
        .hasMessage("sextant.fork.maxHeap must be a size such as 512m or 4g but was 'lots'");
    assertThatThrownBy(() -> jvm(Optional.empty(), Optional.of("0g")))
        .hasMessageStartingWith("sextant.fork.maxBytes must be a size");
    assertThatThrownBy(
            () ->
                new WorkerCommand(
                    jvm(Optional.empty(), Optional.empty()), List.of(), List.of(), FOLDER, FOLDER))
        .hasMessageContaining("class path must not be empty");
  }
}
