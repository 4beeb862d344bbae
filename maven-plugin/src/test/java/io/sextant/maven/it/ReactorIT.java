package io.sextant.maven.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.maven.AuditFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Builds of several modules. */
class ReactorIT {
  @TempDir Path directory;

  /** Modules a and b below a parent that configures the plugin. */
  private Build project(String a, String b) throws Exception {
    Build project =
        Build.in(directory)
            .without(Build.SPEC)
            .goals("check,aggregate")
            .worker("results", "${project.basedir}/canned")
            .worker("span", directory.resolve("span.log"))
            .worker("seconds", 1)
            .configured(
                """
                <aggregateRules>
                  <rule>
                    <id>all</id>
                    <metric>robust-accuracy</metric>
                    <norm>linf</norm>
                    <epsilon>0.1</epsilon>
                    <minimumWorst>40%</minimumWorst>
                    <minimumMean>60%</minimumMean>
                  </rule>
                </aggregateRules>
                """);
    project.pom(
        """
        <project>
          <modelVersion>4.0.0</modelVersion>
          <groupId>demo</groupId>
          <artifactId>parent</artifactId>
          <version>1</version>
          <packaging>pom</packaging>
          <modules><module>a</module><module>b</module></modules>
          <build><plugins>@PLUGIN@</plugins></build>
        </project>
        """);
    for (String module : new String[] {"a", "b"}) {
      AuditFixture.of(module.equals("a") ? a : b)
          .model(module)
          .write(directory.resolve(module).resolve("canned"));
      project
          .file(module + "/model.zip", "model of " + module)
          .file(module + "/x.npy", "images")
          .file(
              module + "/audit.yaml",
              """
              models: [{id: %s, file: model.zip}]
              data: {images: x.npy, labels: x.npy}
              threats: [{norm: linf, epsilons: [0.1]}]
              rules:
                - {id: linf, metric: robust-accuracy, norm: linf, epsilon: 0.1, minimum: 30%%}
              """
                  .formatted(module))
          .file(
              module + "/pom.xml",
              """
              <project>
                <modelVersion>4.0.0</modelVersion>
                <parent><groupId>demo</groupId><artifactId>parent</artifactId><version>1</version></parent>
                <artifactId>%s</artifactId>
                <packaging>pom</packaging>
                <build>
                  <plugins>
                    <plugin>
                      <groupId>io.sextant</groupId>
                      <artifactId>sextant-maven-plugin</artifactId>
                      <configuration><spec>audit.yaml</spec></configuration>
                    </plugin>
                  </plugins>
                </build>
              </project>
              """
                  .formatted(module));
    }
    return project;
  }

  @Test
  void modules_in_parallel_take_turns_and_are_judged_together() throws Exception {
    BuildResult build =
        project("gggggggbbb", "ggggggggbb")
            .run("-T", "2", "verify")
            .passes()
            .says(
                "Skipped: packaging is pom, and neither <spec> nor <model> is configured.",
                "1 of 1 robustness rule holds for model a.",
                "1 of 1 robustness rule holds for model b.",
                "2 of 2 robustness rules hold for model")
            .doesNotSay("not marked as thread-safe", "@threadSafe")
            .forks(2);

    assertThat(Files.readAllLines(directory.resolve("span.log")))
        .as("one permit for both")
        .containsExactly("begin", "end", "begin", "end");
    assertThat(Files.readString(directory.resolve("a/target/sextant/samples.csv")))
        .isEqualTo(Files.readString(directory.resolve("a/canned/samples.csv")));
    assertThat(Files.readString(directory.resolve("b/target/sextant/samples.csv")))
        .isEqualTo(Files.readString(directory.resolve("b/canned/samples.csv")));
    assertThat(build.files("target/sextant-aggregate"))
        .containsOnlyKeys("index.html", "summary.md", "TEST-sextant.xml");
    assertThat(build.files("target/sextant-aggregate").get("index.html"))
        .contains("../../a/target/sextant/report.html", "../../b/target/sextant/report.html");
    // The cache is the checkout's.
    assertThat(directory.resolve(".sextant/cache")).isDirectory();
    assertThat(directory.resolve("a/.sextant")).doesNotExist();
  }

  @Tag("slow")
  @Test
  void two_permits_let_two_workers_run() throws Exception {
    Build project = project("gggggggbbb", "ggggggggbb").worker("seconds", 4);
    project
        .run("-T", "2", "verify", "-Dsextant.fork.concurrency=2", "-Dsextant.aggregate.skip")
        .passes();

    assertThat(Files.readAllLines(directory.resolve("span.log")))
        .containsExactly("begin", "begin", "end", "end");
  }

  @Tag("slow")
  @Test
  void the_worst_module_is_not_hidden_by_the_mean() throws Exception {
    project("ggggggggggggggggg", "ggggbbbbbbbb")
        .worker("seconds", 0)
        .run("verify")
        .fails()
        .says(
            "1 of 1 robustness rule holds for model a.",
            "1 of 1 robustness rule holds for model b.",
            "FAIL all-worst",
            "The worst of 2 models is b.",
            "PASS all-mean");
  }

  @Tag("slow")
  @Test
  void a_broken_module_ends_the_build_and_its_commands_name_it() throws Exception {
    Build project = project("gggggggbbb", "bbbbbbbbbb").worker("seconds", 0);
    BuildResult build =
        project.run("verify").fails().says("1 of 1 robustness rule is broken for model b.");

    String command = build.command("reproduce");
    assertThat(command).contains(" -pl b ");
    project
        .run(command.substring("mvn ".length()).split(" "))
        .fails()
        .says("broken for model b.")
        .doesNotSay("model a");
  }

  @Tag("slow")
  @Test
  void all_can_be_judged_together_from_the_command_line() throws Exception {
    Build project = project("gggggggbbb", "ggggggggbb").worker("seconds", 0).goals("check");
    project
        .run("verify", "sextant:aggregate")
        .passes()
        .says("PASS all-worst", "PASS all-mean", "75.0% (15 of 20)");
  }

  @Tag("slow")
  @Test
  void a_build_without_any_result_is_not_green() throws Exception {
    Build project = project("gggggggbbb", "ggggggggbb").worker("seconds", 0);

    project
        .run("verify", "-Dsextant.check.skip")
        .breaks()
        .says("no module of this build has results");
    project
        .run("verify", "-Dsextant.check.skip", "-Dsextant.failIfNotMeasured=false")
        .passes()
        .says("Nothing to aggregate");
  }

  @Test
  @Tag("slow")
  void a_module_that_is_skipped_last_does_not_silence_the_others() throws Exception {
    Build project = project("ggggbbbbbb", "gggggggggg");
    Path pom = directory.resolve("b/pom.xml");
    Files.writeString(pom, Files.readString(pom).replace("</spec>", "</spec><skip>true</skip>"));

    project
        .run("verify")
        .fails()
        .says("Module b has no results of this build.", "all-mean", "The worst of 1 models is a.");
  }

  @Test
  @Tag("slow")
  void results_of_an_earlier_build_are_not_judged_again() throws Exception {
    Build project = project("gggggggbbb", "ggggggggbb");
    project.run("verify").passes();

    project
        .run("verify", "-Dsextant.check.skip=true")
        .breaks()
        .says("Module a has no results of this build.", "no module of this build has results");
  }
}
