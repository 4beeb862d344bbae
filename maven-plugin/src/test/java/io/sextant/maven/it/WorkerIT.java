package io.sextant.maven.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a build makes of a worker that does not do what it should. */
class WorkerIT {
  @TempDir Path directory;

  private Build project() throws Exception {
    return Build.in(directory).worker("results", null);
  }

  @Test
  void a_request_that_cannot_be_done_is_told_in_the_worker_s_words() throws Exception {
    BuildResult build =
        project()
            .worker("exit", 2)
            .worker("err", "sextant: model.zip: the zip has no configuration.json")
            .run("verify")
            .breaks()
            .says(
                "worker | sextant: model.zip: the zip has no configuration.json",
                "the audit cannot be done: model.zip: the zip has no configuration.json");

    assertThat(build.output("report.html")).doesNotExist();
  }

  @Tag("slow")
  @Test
  void its_lines_are_shown_while_it_runs() throws Exception {
    Build.in(directory)
        .worker("out", "pgd 0.1: 64 of 256 – ä")
        .run("verify")
        .passes()
        .says("[INFO] worker | pgd 0.1: 64 of 256 – ä");
  }

  @Tag("slow")
  @Test
  void a_defect_is_told_as_one() throws Exception {
    project()
        .worker("exit", 70)
        .worker("err", "sextant: internal error: java.lang.IllegalStateException: no rows")
        .run("verify")
        .breaks()
        .says(
            "the worker has a defect: internal error: java.lang.IllegalStateException: no rows",
            "run Maven with -X");
  }

  @Tag("slow")
  @Test
  void native_memory_that_runs_out_is_told_with_the_setting_to_raise() throws Exception {
    project()
        .worker("exit", 71)
        .worker(
            "err", "sextant: out of memory (Physical memory usage is too high); lower --threads")
        .configured("<forkMaxBytes>3g</forkMaxBytes>")
        .run("verify")
        .breaks()
        .says("out of off-heap memory", "raise sextant.fork.maxBytes (now 3g)");
  }

  @Tag("slow")
  @Test
  void a_heap_that_is_too_small_is_told_with_the_setting_to_raise() throws Exception {
    project()
        .worker("heap", 256)
        .configured("<forkMaxHeap>32m</forkMaxHeap>")
        .run("verify")
        .breaks()
        .says("OutOfMemoryError: Java heap space", "raise sextant.fork.maxHeap (now 32m)");
  }

  @Tag("slow")
  @Test
  void an_aborted_worker_is_a_crash() throws Exception {
    project()
        .worker("exit", 134)
        .run("verify")
        .breaks()
        .says("the worker crashed (exit code 134)", "hs_err_pid", "-Xint");
  }

  @Tag("slow")
  @Test
  @DisabledOnOs(OS.WINDOWS)
  void a_real_crash_leaves_its_log_among_the_outputs() throws Exception {
    BuildResult build =
        project()
            .worker("signal", "SEGV")
            .run("verify")
            .breaks()
            .says("the worker crashed (exit code");

    try (Stream<Path> outputs = Files.list(build.output(""))) {
      assertThat(outputs.map(file -> file.getFileName().toString()))
          .anyMatch(name -> name.matches("hs_err_pid\\d+\\.log"));
    }
  }

  @Tag("slow")
  @Test
  @DisabledOnOs(OS.WINDOWS)
  void a_worker_that_somebody_kills_was_killed_from_outside() throws Exception {
    project()
        .worker("signal", "KILL")
        .run("verify")
        .breaks()
        .says(
            "the worker was killed from outside (exit code 137)", "sextant.fork.maxHeap (now 1g)");
  }

  @Tag("slow")
  @Test
  @Timeout(120)
  void a_worker_that_takes_too_long_is_killed_with_its_children() throws Exception {
    Path locked = directory.resolve("locked");
    project()
        .worker("child", locked)
        .worker("seconds", 600)
        .configured("<forkTimeout>5s</forkTimeout>")
        .run("verify")
        .breaks()
        .says(
            "the child has the lock",
            "the worker was killed after 5 s, the limit of sextant.fork.timeout",
            "sextant.timeBudget");

    // Waits for the lock that the child would keep for ten minutes.
    try (FileChannel channel = FileChannel.open(locked, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      assertThat(lock.isValid()).isTrue();
    }
  }

  @Tag("slow")
  @Test
  void a_verdict_without_a_result_is_not_believed() throws Exception {
    project().worker("exit", 0).run("verify").breaks().says("exit code 0 but left no result.json");
    project().worker("exit", 1).run("verify").breaks().says("exit code 1 but left no result.json");
    project()
        .worker("exit", 3)
        .run("verify")
        .breaks()
        .says("exit code 3 and without a result", "sextant.fork.maxHeap (now 1g)");
  }

  @Tag("slow")
  @Test
  void results_of_an_earlier_build_do_not_stand_in_for_those_of_this_one() throws Exception {
    Build project = Build.in(directory);
    BuildResult first = project.run("verify").passes();
    assertThat(first.output("result.json")).exists();

    BuildResult second =
        project
            .file("model.zip", "another model")
            .worker("results", null)
            .run("verify")
            .breaks()
            .says("left no result.json");

    assertThat(second.output("result.json")).doesNotExist();
    assertThat(second.output("report.html")).doesNotExist();
    assertThat(second.output("TEST-sextant.xml")).doesNotExist();
  }

  @Tag("slow")
  @Test
  void the_exit_code_does_not_judge_but_the_rules_do() throws Exception {
    Build.in(directory).worker("exit", 1).run("verify").passes();
    Build.in(directory)
        .worker("exit", 0)
        .audit("bbbbbbbbbb")
        .file("model.zip", "another model")
        .run("verify")
        .fails();
  }

  @Tag("slow")
  @Test
  void a_class_path_without_the_worker_is_told_as_one() throws Exception {
    Path empty = Files.createDirectory(directory.resolve("empty"));
    Build.in(directory)
        .realWorker()
        .configured("<forkClassPath><entry>%s</entry></forkClassPath>".formatted(empty))
        .run("verify")
        .breaks()
        .says("the worker's class path lacks classes", "sextant.fork.classPath");
    Build.in(directory)
        .realWorker()
        .configured("<forkClassPath><entry>gone</entry></forkClassPath>")
        .run("verify")
        .breaks()
        .says("sextant.fork.classPath names", "gone, which does not exist");
  }

  @Tag("slow")
  @Test
  void options_and_environment_reach_the_worker() throws Exception {
    BuildResult build =
        Build.in(directory)
            .worker("environment", "GREETING")
            .configured("<forkEnv><GREETING>good day</GREETING></forkEnv>")
            .configured("<forkThreads>3</forkThreads>")
            .configured("<timeBudget>5m</timeBudget>")
            .configured("<curtail>both</curtail>")
            .run("verify")
            .passes()
            .says("worker | GREETING=good day");

    assertThat(build.calls().get(0)).contains("--threads 3", "--time-budget 300", "--curtail both");
    assertThat(build.text("worker.args")).contains("\"-Xmx1g\"");
  }

  @Tag("slow")
  @Test
  void settings_that_are_no_numbers_are_refused_by_name() throws Exception {
    Build project = Build.in(directory);
    project
        .run("verify", "-Dsextant.fork.maxHeap=much")
        .breaks()
        .says("sextant.fork.maxHeap must be a size such as 512m or 4g but was 'much'");
    project
        .run("verify", "-Dsextant.fork.timeout=soon")
        .breaks()
        .says("sextant.fork.timeout must be a time");
    project
        .run("verify", "-Dsextant.formats=PDF")
        .breaks()
        .says("sextant.formats must be some of HTML, JSON");
    project.run("verify", "-Dsextant.curtail=maybe").breaks().says("maybe", "fail");
    assertThat(project.path("calls.log")).doesNotExist();
  }

  @Tag("slow")
  @Test
  @DisabledOnOs(OS.WINDOWS)
  void the_java_of_a_toolchain_runs_the_worker() throws Exception {
    Build project = Build.in(directory);
    Path java = directory.resolve("another jdk/bin/java");
    project.file(
        "another jdk/bin/java",
        """
        #!/bin/sh
        echo "the other java"
        exec "%s" "$@"
        """
            .formatted(Path.of(System.getProperty("java.home"), "bin", "java")));
    assertThat(java.toFile().setExecutable(true)).isTrue();
    project
        .file(
            "toolchains.xml",
            """
            <toolchains>
              <toolchain>
                <type>jdk</type>
                <provides><version>17</version></provides>
                <configuration><jdkHome>%s</jdkHome></configuration>
              </toolchain>
            </toolchains>
            """
                .formatted(directory.resolve("another jdk")))
        .plugin(
            """
            <plugin>
              <artifactId>maven-toolchains-plugin</artifactId>
              <version>3.2.0</version>
              <executions><execution><goals><goal>toolchain</goal></goals></execution></executions>
              <configuration><toolchains><jdk><version>17</version></jdk></toolchains></configuration>
            </plugin>
            """)
        .run("verify", "-t", "toolchains.xml")
        .passes()
        .says("worker | the other java")
        .forks(1);
  }
}
