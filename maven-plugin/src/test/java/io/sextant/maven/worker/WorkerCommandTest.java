package io.sextant.maven.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

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
            .argumentText()
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
  void limits_memory_where_asked() {
    assertThat(command(jvm(Optional.of("3g"), Optional.of("4g"))).argumentText())
        .contains("\"-Xmx3g\"", "\"-Dorg.bytedeco.javacpp.maxbytes=4g\"");
    assertThat(command(jvm(Optional.empty(), Optional.empty())).argumentText())
        .doesNotContain("maxbytes");
  }

  @Test
  void lets_own_options_win() {
    List<String> arguments =
        jvm(Optional.of("3g"), Optional.empty(), "-Xmx5g", "-Dx=y").arguments(FOLDER);

    assertThat(arguments).endsWith("-Xmx5g", "-Dx=y");
    assertThat(arguments.indexOf("-Xmx5g")).isGreaterThan(arguments.indexOf("-Xmx3g"));
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
