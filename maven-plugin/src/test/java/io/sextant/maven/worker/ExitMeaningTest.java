package io.sextant.maven.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.maven.worker.WorkerExit.Ended;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExitMeaningTest {
  private static final WorkerJvm JVM =
      new WorkerJvm(
          Path.of("/jdk/bin/java"), Optional.of("2g"), Optional.of("4g"), List.of(), Map.of());

  private static String broken(int code, boolean results, String... errors) {
    return ExitMeaning.broken(new Ended(code, List.of(errors)), results, JVM).orElse("judged");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3})
  void results_of_a_finished_audit_are_judged(int code) {
    assertThat(broken(code, true)).isEqualTo("judged");
    assertThat(broken(code, false)).isNotEqualTo("judged");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 70, 71, 134, 137, 139, 143, -1073741819})
  void results_beside_any_other_end_are_not_judged(int code) {
    assertThat(broken(code, true)).isNotEqualTo("judged");
  }

  @Test
  void a_crash_is_one_whatever_the_exit_code_and_the_results() {
    String banner = "# A fatal error has been detected by the Java Runtime Environment:";
    assertThat(broken(1, true, "#", banner, "#")).contains("the worker crashed (exit code 1)");
    assertThat(broken(134, false, banner)).contains("the worker crashed (exit code 134)");
  }

  @Test
  void a_bad_request_is_told_in_the_last_words_of_the_worker() {
    assertThat(broken(2, false, "sextant: first", "noise", "sextant: no model", "Try --help"))
        .isEqualTo("the audit cannot be done: no model");
    assertThat(broken(2, false)).contains("gave no reason");
  }

  @Test
  void a_defect_is_to_be_reported() {
    assertThat(broken(70, false, "sextant: internal error: x"))
        .contains("has a defect: internal error: x", "-X", "report it");
  }

  @Test
  void memory_is_told_apart() {
    assertThat(broken(71, false, "sextant: out of memory (Java heap space)"))
        .contains("Java heap", "raise sextant.fork.maxHeap (now 2g)")
        .doesNotContain("maxBytes");
    assertThat(broken(71, false, "sextant: out of memory (Cannot allocate new FloatPointer)"))
        .contains("off-heap", "raise sextant.fork.maxBytes (now 4g)")
        .doesNotContain("maxHeap");
    assertThat(broken(137, false))
        .contains("killed from outside", "lower sextant.fork.maxHeap (now 2g)");
  }

  @Test
  void three_without_a_result_is_not_an_undecided_audit() {
    assertThat(broken(3, false)).contains("ExitOnOutOfMemoryError", "maxHeap (now 2g)");
    assertThat(broken(3, false, "Terminating due to java.lang.OutOfMemoryError: Java heap space"))
        .contains("ran out of memory (Terminating due to", "raise sextant.fork.maxHeap");
  }

  @Test
  void one_without_a_result_is_javas_own_failure() {
    assertThat(broken(1, false, "Error: Could not find or load main class io.sextant.cli.Main"))
        .contains("lacks classes (Could not find or load main class", "sextant.fork.classPath");
    assertThat(
            broken(
                1,
                false,
                "Unrecognized VM option 'x'",
                "Error: Could not create the Java Virtual Machine."))
        .contains("did not start (Unrecognized VM option 'x')", "sextant.fork.jvmArgs");
    assertThat(broken(1, false, "Error: java.lang.UnsupportedClassVersionError: 61.0"))
        .contains("needs Java 17", "/jdk/bin/java", "toolchain");
    assertThat(broken(0, false)).contains("exit code 0", "left no result.json");
  }

  @Test
  void crashes_and_ends_from_outside_are_named() {
    assertThat(broken(134, false)).contains("crashed (exit code 134)", "hs_err_pid");
    assertThat(broken(143, false)).contains("ended from outside (exit code 143)");
  }

  @Test
  void a_worker_that_does_not_get_on_is_told_with_its_last_words() {
    assertThat(
            ExitMeaning.broken(
                new WorkerExit.Stalled(
                    Duration.ofMinutes(10), Optional.of("reading the model hang.h5")),
                true,
                JVM))
        .hasValueSatisfying(
            text ->
                assertThat(text)
                    .contains(
                        "no progress for 10 min, the limit of sextant.fork.stallTimeout",
                        "after it said: reading the model hang.h5",
                        "that file may be at fault",
                        "none"));
  }

  @Test
  void a_late_worker_is_told_with_its_limit() {
    assertThat(ExitMeaning.broken(new WorkerExit.TimedOut(Duration.ofMinutes(5)), true, JVM))
        .hasValueSatisfying(
            text -> assertThat(text).contains("killed after 5 min", "sextant.timeBudget"));
  }
}
