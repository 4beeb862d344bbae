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
            Optional.empty(),
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
            Optional.empty(),
            lines::add);

    assertThat(lines).containsExactlyInAnyOrder("grün", "zwei", "sextant: a?[31mb");
    assertThat(exit).isEqualTo(new WorkerExit.Ended(2, List.of("sextant: a?[31mb")));
    assertThat(((WorkerExit.Ended) exit).complaint()).hasValue("a?[31mb");
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
            Optional.empty(),
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
            Optional.of(Duration.ofSeconds(1)),
            lines::add);

    assertThat(exit).isEqualTo(new WorkerExit.TimedOut(Duration.ofSeconds(1)));
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
    assertThat(children()).isZero();
  }

  @Test
  void kills_the_worker_when_interrupted() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    FutureTask<WorkerExit> task =
        new FutureTask<>(
            () ->
                WorkerProcess.run(
                    command(List.of("-Dstub.seconds=60", "-Dstub.out=begun")),
                    Optional.empty(),
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
