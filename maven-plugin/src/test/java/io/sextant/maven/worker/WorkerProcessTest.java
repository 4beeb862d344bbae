package io.sextant.maven.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerProcessTest {
  private static final Path CLASSES = Path.of("target/test-classes").toAbsolutePath();

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  private final List<String> lines = new CopyOnWriteArrayList<>();

  private WorkerCommand command(List<String> options, String... arguments) {
    return new WorkerCommand(
        new WorkerJvm(
            JavaRuntime.current().executable(),
            Optional.of("32m"),
            Optional.empty(),
            options,
            Map.of()),
        List.of(CLASSES),
        List.of(arguments),
        folder,
        folder.resolve("aus gäbe"));
  }

  @Test
  void hands_arguments_over_as_they_are() throws Exception {
    Path log = folder.resolve("calls of müller.log");

    WorkerExit exit =
        WorkerProcess.run(
            command(List.of("-Dstub.log=" + log), "audit", "a b", "ü\\\"'", "@x", "#y", "*"),
            Patience.ENDLESS,
            lines::add);

    assertThat(exit).isEqualTo(new WorkerExit.Ended(0, List.of()));
    assertThat(Files.readString(log)).isEqualTo("audit a b ü\\\"' @x #y *\n");
  }

  @Test
  void tells_every_line_and_keeps_errors() throws Exception {
    WorkerExit exit =
        WorkerProcess.run(
            command(
                List.of(
                    "-Dstub.out=grün\nzwei", "-Dstub.err=sextant: a\u001b[31mb", "-Dstub.exit=2")),
            Patience.ENDLESS,
            lines::add);

    assertThat(lines).containsExactlyInAnyOrder("grün", "zwei", "sextant: a\uFFFD[31mb");
    assertThat(exit).isEqualTo(new WorkerExit.Ended(2, List.of("sextant: a\uFFFD[31mb")));
    assertThat(((WorkerExit.Ended) exit).complaint()).hasValue("a\uFFFD[31mb");
  }

  @Test
  void gives_the_environment() throws Exception {
    WorkerExit exit =
        WorkerProcess.run(
            new WorkerCommand(
                new WorkerJvm(
                    JavaRuntime.current().executable(),
                    Optional.empty(),
                    Optional.empty(),
                    List.of(),
                    Map.of("JDK_JAVA_OPTIONS", "-Dstub.exit=5")),
                List.of(CLASSES),
                List.of(),
                folder,
                folder),
            Patience.ENDLESS,
            lines::add);

    assertThat(exit)
        .isInstanceOfSatisfying(
            WorkerExit.Ended.class, ended -> assertThat(ended.code()).isEqualTo(5));
  }

  @Test
  void kills_what_takes_too_long() throws Exception {
    long begin = System.nanoTime();

    WorkerExit exit =
        WorkerProcess.run(
            command(List.of("-Dstub.seconds=60", "-Dstub.out=begun")),
            new Patience(Optional.of(Duration.ofSeconds(1)), Optional.empty()),
            lines::add);

    assertThat(exit).isEqualTo(new WorkerExit.TimedOut(Duration.ofSeconds(1)));
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
    assertThat(children()).isZero();
  }

  @Test
  void kills_what_does_not_get_on_and_tells_its_last_words() throws Exception {
    WorkerExit exit =
        WorkerProcess.run(
            command(List.of("-Dstub.seconds=60", "-Dstub.err=reading the model m.zip\n")),
            new Patience(Optional.of(Duration.ofSeconds(50)), Optional.of(Duration.ofSeconds(2))),
            lines::add);

    assertThat(exit)
        .isEqualTo(
            new WorkerExit.Stalled(Duration.ofSeconds(2), Optional.of("reading the model m.zip")));
    assertThat(children()).isZero();
  }

  @Test
  void waits_for_what_says_that_it_gets_on() throws Exception {
    WorkerExit exit =
        WorkerProcess.run(
            command(List.of("-Dstub.seconds=5", "-Dstub.ticks=true")),
            new Patience(Optional.empty(), Optional.of(Duration.ofSeconds(3))),
            lines::add);

    assertThat(exit)
        .isInstanceOfSatisfying(WorkerExit.Ended.class, end -> assertThat(end.code()).isZero());
  }

  @Test
  void leaves_no_secret_and_no_temporary_file() throws Exception {
    Path left = folder.resolve("aus gäbe");
    WorkerExit exit =
        WorkerProcess.run(
            command(List.of("-Dapi.key=s3cret", "-Dstub.temporary=copy of a model"), "audit"),
            Patience.ENDLESS,
            lines::add);

    assertThat(exit).isEqualTo(new WorkerExit.Ended(0, List.of()));
    assertThat(lines).singleElement().asString().startsWith(left.toString());
    assertThat(Files.exists(Path.of(lines.get(0)))).isFalse();
    try (Stream<Path> files = Files.walk(left)) {
      assertThat(files.filter(Files::isRegularFile))
          .singleElement()
          .satisfies(
              file ->
                  assertThat(file)
                      .hasFileName("worker.args")
                      .content()
                      .contains("-Xmx32m", "io.sextant.cli.Main", "audit")
                      .doesNotContain("s3cret"));
    }
  }

  @Test
  void a_killed_worker_leaves_no_temporary_file() throws Exception {
    WorkerProcess.run(
        command(List.of("-Dstub.seconds=60", "-Dstub.temporary=copy of a model")),
        new Patience(Optional.empty(), Optional.of(Duration.ofSeconds(2))),
        lines::add);

    assertThat(lines).hasSize(1);
    assertThat(Path.of(lines.get(0))).doesNotExist();
  }

  @Test
  void logs_of_crashes_keep_no_values_of_options() throws Exception {
    Path log = Files.writeString(folder.resolve("hs_err_pid7.log"), "jvm_args: -Dk=pässe -Xint\n");
    CrashLogs.clean(folder, List.of("-Dk=pässe", "-Xint", "-Dempty="));
    assertThat(log).hasContent("jvm_args: -Dk=*** -Xint\n");
  }

  @Test
  void native_code_is_allowed_where_java_would_warn_of_it() throws Exception {
    assertThat(java("21.0.2").nativeOptions()).isEmpty();
    assertThat(java("1.8.0_292").nativeOptions()).isEmpty();
    assertThat(java("24").nativeOptions())
        .containsExactly(
            "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");
    assertThat(java("25.0.3").feature()).hasValue(25);
    assertThat(new JavaRuntime(Path.of("/nowhere/bin/java")).feature()).isEmpty();
  }

  private JavaRuntime java(String version) throws Exception {
    Path home = Files.createDirectories(folder.resolve("jdk-" + version));
    Files.writeString(
        home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"%s\"\n".formatted(version));
    return new JavaRuntime(home.resolve("bin/java"));
  }

  @Test
  void a_time_without_progress_can_be_any_or_none() {
    assertThat(Patience.parse(Optional.of("1h"), "10m"))
        .isEqualTo(
            new Patience(Optional.of(Duration.ofHours(1)), Optional.of(Duration.ofMinutes(10))));
    assertThat(Patience.parse(Optional.empty(), "none")).isEqualTo(Patience.ENDLESS);
    assertThatThrownBy(() -> Patience.parse(Optional.empty(), "soon"))
        .hasMessageContaining("sextant.fork.stallTimeout must be a time");
  }

  @Test
  void kills_the_worker_when_interrupted() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    FutureTask<WorkerExit> task =
        new FutureTask<>(
            () ->
                WorkerProcess.run(
                    command(List.of("-Dstub.seconds=60", "-Dstub.out=begun")),
                    Patience.ENDLESS,
                    line -> begun.countDown()));
    Thread thread = new Thread(task);
    thread.start();
    assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();

    thread.interrupt();

    assertThatThrownBy(() -> task.get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(InterruptedException.class);
    assertThat(children()).isZero();
  }

  /** Workers of this test that still run; a killed one may take a moment to be gone. */
  private long children() throws Exception {
    for (ProcessHandle child : ProcessHandle.current().children().toList()) {
      if (child
          .info()
          .arguments()
          .map(a -> String.join(" ", a))
          .orElse("")
          .contains("worker.args")) {
        child.onExit().get(10, TimeUnit.SECONDS);
      }
    }
    return ProcessHandle.current()
        .children()
        .filter(
            c ->
                c.info()
                    .arguments()
                    .map(a -> String.join(" ", a))
                    .orElse("")
                    .contains(folder.toString()))
        .filter(ProcessHandle::isAlive)
        .count();
  }

  @Test
  void knows_the_running_java() throws Exception {
    assertThat(JavaRuntime.current().executable()).isExecutable();
    assertThat(JavaRuntime.current().identity()).contains(System.getProperty("java.version"));
    assertThat(new JavaRuntime(Path.of("/nowhere/bin/java")).identity())
        .isEqualTo("/nowhere/bin/java");
  }
}
