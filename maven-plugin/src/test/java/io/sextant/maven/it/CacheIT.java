package io.sextant.maven.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Measurements that need not be made again, and those that must. */
class CacheIT {
  private static final String REUSED =
      "Model model: reused, measured on 2026-01-02T03:05:05Z with nd4j (made up)";

  private static final String AGAIN = "nothing changed since the last verdicts";

  @TempDir Path directory;

  @Test
  void an_unchanged_model_is_not_measured_again_until_its_bytes_change() throws Exception {
    Build project = Build.in(directory).audit("gggbbbbbww");
    BuildResult first = project.run("verify").fails().doesNotSay("reused").forks(1);
    assertThat(first.json("gate.json").path("findings")).isEmpty();

    BuildResult second =
        project
            .run("verify")
            .fails()
            .says(REUSED, "FAIL linf", "reused from .sextant/cache", "sextant.cache=none")
            .forks(1);
    assertThat(second.json("gate.json").path("findings").path(0).path("kind").asText())
        .isEqualTo("reused");
    assertThat(second.text("report.html")).contains("reused from .sextant/cache");

    project.file("model.zip", "another model").run("verify").fails().doesNotSay("reused").forks(2);
  }

  @Tag("slow")
  @Test
  void a_cleaned_project_still_remembers() throws Exception {
    Build project = Build.in(directory);
    project.run("verify").passes();
    try (Stream<Path> outputs = Files.list(directory.resolve("target/sextant"))) {
      for (Path output : outputs.filter(Files::isRegularFile).toList()) {
        Files.delete(output);
      }
    }

    BuildResult again = project.run("verify").passes().says(REUSED).forks(1);
    assertThat(again.output("result.json")).exists();
    assertThat(again.output("report.html")).exists();
  }

  @Tag("slow")
  @Test
  void a_change_of_what_is_measured_measures_anew() throws Exception {
    Build project = Build.in(directory);
    project.run("verify").passes().forks(1);
    project.file("x.npy", "other images").run("verify").passes().doesNotSay("reused").forks(2);
    project.file("y.npy", "other labels").run("verify").passes().doesNotSay("reused").forks(3);
    project.run("verify", "-Dsextant.samples=9").passes().doesNotSay("reused").forks(4);
    project.run("verify", "-Dsextant.profile=quick").passes().doesNotSay("reused").forks(5);
    project
        .rules("attacks: [pgd: {steps: 7}]\n" + Build.RULES)
        .run("verify")
        .passes()
        .doesNotSay("reused")
        .forks(6);
  }

  @Tag("slow")
  @Test
  void another_toolkit_measures_anew() throws Exception {
    Path toolkit = Files.createDirectory(directory.resolve("toolkit"));
    Build project =
        Build.in(directory)
            .configured(
                "<forkClassPath><one>%s</one><two>%s</two></forkClassPath>"
                    .formatted(toolkit, Build.setting("worker")))
            .withoutStubClassPath();
    project.run("verify").passes().forks(1);
    project.run("verify").passes().says(REUSED).forks(1);

    project.file("toolkit/version.txt", "2").run("verify").passes().doesNotSay("reused").forks(2);
  }

  @Tag("slow")
  @Test
  void what_only_judges_does_not_measure_anew() throws Exception {
    Build project = Build.in(directory).audit("gggggggggw");
    project.run("verify").passes().forks(1);

    project
        .run("verify", "-Dsextant.significance=0.01", "-Dsextant.formats=HTML")
        .passes()
        .says(REUSED)
        .forks(1);
  }

  @Tag("slow")
  @Test
  void a_verdict_is_said_again_only_under_the_same_circumstances() throws Exception {
    Build project = Build.in(directory).audit("gggbbbbbww");
    project.run("verify").fails();
    Map<String, String> written = files(project.run("verify").fails().says(REUSED));
    BuildResult second = project.run("verify", "-X").fails().says(REUSED, "FAIL linf", AGAIN);
    assertThat(files(second.forks(1))).isEqualTo(written);

    project.run("verify", "-Dsextant.failOnViolation=false").passes().says("The build goes on");
    assertThat(project.run("verify", "-Dsextant.formats=CSV").fails().output("rules.csv")).exists();
    Path report = directory.resolve(".sextant/cache/verdicts/demo.demo.default");
    assertThat(report.resolve("rules.csv")).exists();
    assertThat(report.resolve("report.html")).doesNotExist();

    String baseline = "src/test/robustness/baseline/model.json";
    project
        .file(baseline, "{")
        .run("verify", "-X")
        .breaks()
        .says(REUSED, baseline)
        .doesNotSay(AGAIN);

    project
        .without(baseline)
        .rules(
            Build.RULES + "waivers: [{rule: linf, reason: known, owner: me, until: 2999-12-31}]\n")
        .run("verify")
        .passes()
        .says(REUSED, "waived")
        .forks(1);
  }

  private static Map<String, String> files(BuildResult result) throws Exception {
    Map<String, String> files = new TreeMap<>();
    for (String name : List.of("report.html", "gate.json", "TEST-sextant.xml", "summary.md")) {
      files.put(name, result.text(name));
    }
    return files;
  }

  @Tag("slow")
  @Test
  void a_damaged_entry_is_passed_over() throws Exception {
    Build project = Build.in(directory);
    project.run("verify").passes().forks(1);
    try (Stream<Path> cache = Files.walk(directory.resolve(".sextant/cache"))) {
      for (Path file : cache.filter(f -> f.endsWith("samples.csv")).toList()) {
        Files.writeString(file, Files.readString(file).replace("held", "broken"));
      }
    }

    project.run("verify").passes().doesNotSay("reused").forks(2);
    project.run("verify").passes().says(REUSED).forks(2);
  }

  @Tag("slow")
  @Test
  void without_a_cache_nothing_is_read_or_kept() throws Exception {
    Build project = Build.in(directory).configured("<cache>none</cache>");

    project.run("verify").passes().forks(1);
    project.run("verify").passes().doesNotSay("reused").forks(2);
    assertThat(directory.resolve(".sextant")).doesNotExist();
  }

  @Tag("slow")
  @Test
  void the_inputs_that_broke_a_model_are_tried_first_in_the_next_build() throws Exception {
    Build project =
        Build.in(directory)
            .file("canned/evidence/index.csv", "sample\n")
            .file("canned/evidence/manifest.json", "{}");
    BuildResult first = project.run("verify").passes();
    assertThat(first.calls().get(0)).doesNotContain("--last");

    BuildResult second = project.file("model.zip", "another model").run("verify").passes();
    assertThat(second.calls().get(1))
        .contains("--last " + directory.resolve(".sextant/cache/last/demo.demo.default"));
    assertThat(directory.resolve(".sextant/cache/last/demo.demo.default/model/index.csv")).exists();
  }

  @Tag("slow")
  @Test
  void a_run_that_a_time_budget_may_have_cut_is_not_kept() throws Exception {
    Build project = Build.in(directory).audit("ggggggggg.");

    project.run("verify", "-Dsextant.timeBudget=1m").passes().forks(1);
    project.run("verify", "-Dsextant.timeBudget=1m").passes().doesNotSay("reused").forks(2);
  }
}
