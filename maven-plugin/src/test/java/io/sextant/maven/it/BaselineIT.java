package io.sextant.maven.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a model could do when somebody last accepted it. */
class BaselineIT {
  private static final String FILE = "src/test/robustness/baseline/model.json";

  @TempDir Path directory;

  @Test
  void a_fall_below_the_baseline_fails_and_is_accepted_on_purpose() throws Exception {
    Build project = Build.in(directory).audit("gggggggggggggggggggg");
    project.run("verify", "sextant:update-baseline").passes().says("new, 2 rules");
    String before = Files.readString(directory.resolve(FILE));

    BuildResult build =
        project
            .file("model.zip", "a worse model")
            .audit("bbbbbbgggggggggggggg")
            .run("verify")
            .fails()
            .says(
                "FAIL linf",
                "at most 70.0% (14 of 20)",
                "baseline   100.0% (20 of 20), -30.0 points: 6 lost, 0 gained, p = 0.0157",
                "worst      samples 0, 1, 2",
                "fell below the baseline by more than the tolerated 0, and not by chance",
                "Accept the change on purpose: mvn sextant:update-baseline");
    assertThat(Files.readString(directory.resolve(FILE))).isEqualTo(before);

    String command = build.command("Accept the change on purpose:");
    project.run(command.substring("mvn ".length()).split(" ")).passes().says("changed:", "linf");
    project.run("verify").passes();
  }

  @Tag("slow")
  @Test
  void a_small_fall_may_be_chance() throws Exception {
    Build project = Build.in(directory).audit("gggggggggggggggggggg");
    project.run("verify", "sextant:update-baseline").passes();

    project
        .file("model.zip", "a model like it")
        .audit("bbbggggggggggggggggg")
        .run("verify")
        .passes();
  }

  @Tag("slow")
  @Test
  void a_tolerated_fall_passes() throws Exception {
    Build project = Build.in(directory).audit("gggggggggggggggggggg");
    project.run("verify", "sextant:update-baseline").passes();

    project
        .file("model.zip", "a worse model")
        .audit("bbbbbbgggggggggggggg")
        .run("verify", "-Dsextant.maxRegression=30%")
        .passes();
  }

  @Tag("slow")
  @Test
  void a_rise_above_the_baseline_is_a_hint() throws Exception {
    Build project = Build.in(directory).audit("bbbbbbgggggggggggggg");
    project.run("verify", "sextant:update-baseline").passes();

    project
        .file("model.zip", "a better model")
        .audit("gggggggggggggggggggg")
        .run("verify")
        .passes()
        .says("rose from 14 to 20 of 20; run update-baseline to hold on to it");
  }

  @Tag("slow")
  @Test
  void a_check_writes_no_baseline() throws Exception {
    Build.in(directory).run("verify").passes();

    assertThat(directory.resolve("src/test/robustness/baseline")).doesNotExist();
  }

  @Tag("slow")
  @Test
  void a_build_server_accepts_nothing_unless_forced() throws Exception {
    Build project = Build.in(directory).environment("CI", "true");
    project.run("verify").passes();

    project
        .run("sextant:update-baseline")
        .breaks()
        .says("baselines are not updated on a build server (the environment has CI=true)");
    assertThat(directory.resolve(FILE)).doesNotExist();
    project.run("sextant:update-baseline", "-Dsextant.force").passes();
    assertThat(directory.resolve(FILE)).exists();
  }

  @Tag("slow")
  @Test
  void the_same_result_gives_the_same_bytes_and_no_name_of_this_machine() throws Exception {
    Build project = Build.in(directory).audit("gggggbbbww");
    project.run("verify", "sextant:update-baseline").passes();
    String one = Files.readString(directory.resolve(FILE));

    project.run("sextant:update-baseline").passes().says("unchanged");
    assertThat(Files.readString(directory.resolve(FILE))).isEqualTo(one);

    Files.delete(directory.resolve(FILE));
    project.run("verify", "sextant:update-baseline", "-Dsextant.cache=none").passes();
    assertThat(Files.readString(directory.resolve(FILE))).isEqualTo(one);
    assertThat(one)
        .doesNotContain(directory.toString(), "model.zip", "202", System.getProperty("user.name"))
        .endsWith("\n");
  }

  @Tag("slow")
  @Test
  void a_curtailed_result_is_no_yardstick() throws Exception {
    Build project =
        Build.in(directory)
            .rules(
                """
                rules:
                  - {id: linf, metric: robust-accuracy, norm: linf, epsilon: 0.1, minimum: 50%}
                """)
            .audit("ggggggggg.");
    project.run("verify").passes();

    project
        .run("sextant:update-baseline")
        .breaks()
        .says("cannot be a baseline", "was not run to the end", "-Dsextant.curtail=none");
  }

  @Tag("slow")
  @Test
  void a_result_of_something_else_is_not_accepted() throws Exception {
    Build project = Build.in(directory);
    project.run("sextant:update-baseline").breaks().says("there is no result.json");
    project.run("verify").passes();

    project
        .file("model.zip", "another model")
        .run("sextant:update-baseline")
        .breaks()
        .says("are of another model, other data, settings or toolkit than now");
    assertThat(directory.resolve(FILE)).doesNotExist();
  }

  @Tag("slow")
  @Test
  void a_merge_conflict_in_the_file_is_told() throws Exception {
    Build project = Build.in(directory);
    project.run("verify", "sextant:update-baseline").passes();
    String baseline = Files.readString(directory.resolve(FILE));
    project.file(FILE, "<<<<<<< ours\n" + baseline + "=======\n" + baseline + ">>>>>>> theirs\n");

    project
        .run("verify")
        .breaks()
        .says("model.json has an unresolved merge conflict", "update-baseline")
        .doesNotSay("Exception:");
  }
}
