package io.sextant.maven.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.maven.AuditFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The other goals, and what skips them. */
@Tag("slow")
class GoalsIT {
  @TempDir Path directory;

  @Test
  void evaluation_and_verdict_can_be_apart() throws Exception {
    Build project = Build.in(directory).goals("evaluate,verify").audit("gggbbbbbww");

    BuildResult evaluated = project.run("integration-test").passes();
    assertThat(evaluated.output("result.json")).exists();
    assertThat(evaluated.output("gate.json")).doesNotExist();

    project.run("verify").fails().says("evaluate (default)", "verify (default)", "FAIL linf");
  }

  @Test
  void results_of_an_earlier_build_are_not_judged() throws Exception {
    Build project = Build.in(directory).goals("evaluate,verify");
    project.run("verify").passes();

    project
        .run("sextant:verify")
        .breaks()
        .says("this build has measured nothing into", "older results are not judged");
    project
        .run("verify", "-Dsextant.evaluate.skip")
        .breaks()
        .says("this build has measured nothing into");
  }

  @Test
  void everything_or_a_goal_can_be_skipped_with_a_reason() throws Exception {
    Build project = Build.in(directory).worker("exit", 70);

    project.run("verify", "-Dsextant.skip").passes().says("Skipped: sextant.skip is true.");
    project
        .run("verify", "-Dsextant.check.skip")
        .passes()
        .says("Skipped: sextant.check.skip is true.");
    project
        .run("verify", "-Dsextant.skip", "-Dsextant.spec=gone.yaml")
        .passes()
        .says("Skipped: sextant.skip is true.");
    project
        .run("verify", "-DskipTests", "-Dsextant.honourSkipTests")
        .passes()
        .says("Skipped: tests are skipped, and sextant.honourSkipTests is true.")
        .forks(0);
    project.run("verify", "-Dsextant.report.skip").breaks().forks(1);
  }

  @Test
  void skipped_tests_alone_do_not_skip_a_gate() throws Exception {
    Build project = Build.in(directory).audit("gggbbbbbww");

    project.run("verify", "-DskipTests").fails();
    project.run("verify", "-Dmaven.test.skip").fails();
    project.run("verify", "-Dmaven.test.skip", "-Dsextant.honourSkipTests").passes();
  }

  @Test
  void a_report_is_made_anew_without_measuring_and_without_failing() throws Exception {
    Build project = Build.in(directory).audit("gggbbbbbww");
    BuildResult build = project.run("verify").fails();
    Files.delete(build.output("report.html"));
    Files.delete(build.output("summary.md"));

    project
        .run("sextant:report")
        .passes()
        .says("1 of 2 robustness rules is broken for model model.")
        .forks(1);
    assertThat(build.output("report.html")).exists();
    assertThat(build.output("summary.md")).exists();
  }

  @Test
  void a_report_of_nothing_says_what_to_run() throws Exception {
    Build.in(directory).run("sextant:report").breaks().says("there is no result.json", "check");
  }

  @Test
  void a_plan_is_what_the_worker_says_of_it() throws Exception {
    BuildResult build =
        Build.in(directory)
            .worker("out", "Model model: 256 examples, at most about 2 min")
            .run("sextant:plan")
            .passes()
            .says("Model model: 256 examples, at most about 2 min");

    assertThat(build.calls())
        .singleElement()
        .asString()
        .isEqualTo("plan " + directory.resolve(Build.SPEC));
    assertThat(build.output("result.json")).doesNotExist();
  }

  @Test
  void two_results_or_a_result_and_its_baseline_are_put_side_by_side() throws Exception {
    Build project = Build.in(directory).audit("gggggggggg");
    project.run("sextant:compare").breaks().says("there is no result.json");
    project.run("verify").passes();
    project
        .run("sextant:compare")
        .breaks()
        .says("model model has no baseline", "mvn sextant:update-baseline");
    project.run("sextant:update-baseline").passes();

    project.file("model.zip", "another model").audit("ggggggggbb").run("verify").passes();
    project.run("sextant:compare").passes().says("linf", "10 of 10", "8 of 10", "2 lost, 0 gained");

    AuditFixture.of("gggggggbbw").write(directory.resolve("other"));
    project
        .run("sextant:compare", "-Dsextant.before=other", "-Dsextant.after=target/sextant")
        .passes()
        .says("robust accuracy, L∞ 0.1", "7 of 10", "8 of 10")
        .forks(2);
  }

  @Test
  void help_lists_the_goals() throws Exception {
    Build project = Build.in(directory);
    project
        .run("sextant:help")
        .passes()
        .says(
            "sextant:aggregate",
            "sextant:check",
            "sextant:compare",
            "sextant:evaluate",
            "sextant:help",
            "sextant:plan",
            "sextant:report",
            "sextant:update-baseline",
            "sextant:verify");
    project
        .run("sextant:help", "-Ddetail", "-Dgoal=check")
        .passes()
        .says("failOnViolation", "User property: sextant.failOnViolation");
  }
}
