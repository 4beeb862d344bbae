package io.sextant.maven.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.maven.AuditFixture;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a build is asked for, in a spec or in the POM, and what it refuses. */
@Tag("slow")
class SpecIT {
  private static final String POM_ONLY =
      """
      <data><images>x.npy</images><labels>y.npy</labels></data>
      <threats><threat><norm>linf</norm><epsilons><epsilon>0.1</epsilon></epsilons></threat></threats>
      <rules>
        <rule>
          <id>linf</id>
          <metric>ROBUST_ACCURACY</metric>
          <norm>linf</norm>
          <epsilon>0.1</epsilon>
          <minimum>50%</minimum>
        </rule>
      </rules>
      """;

  @TempDir Path directory;

  @Test
  void a_model_that_is_not_there_is_named() throws Exception {
    Build.in(directory)
        .without("model.zip")
        .run("verify")
        .breaks()
        .says("does not exist: " + directory.resolve("model.zip"), "correct the path")
        .forks(0);
  }

  @Test
  void a_spec_that_is_not_there_is_named() throws Exception {
    Build project = Build.in(directory).configured("<spec>src/audit.yaml</spec>");
    project
        .run("verify")
        .breaks()
        .says(
            "the spec " + directory.resolve("src/audit.yaml") + " does not exist",
            "write one with sextant init")
        .forks(0);
  }

  @Test
  void a_jar_without_anything_to_check_is_told_what_to_give() throws Exception {
    Build.in(directory)
        .jar()
        .without(Build.SPEC)
        .run("verify")
        .breaks()
        .says("nothing to check: there is neither <spec> nor <model>", Build.SPEC);
  }

  @Test
  void a_pom_without_anything_to_check_is_skipped_with_the_reason() throws Exception {
    Build.in(directory)
        .without(Build.SPEC)
        .run("verify")
        .passes()
        .says("Skipped: packaging is pom, and neither <spec> nor <model> is configured.")
        .forks(0);
  }

  @Test
  void an_unknown_metric_is_refused_with_the_known_ones() throws Exception {
    Build.in(directory)
        .rules("rules: [{id: a, metric: robustness, minimum: 50%}]\n")
        .run("verify")
        .breaks()
        .says(
            "metric must be one of clean-accuracy, robust-accuracy, corrupted-accuracy,"
                + " completeness-gap, attribution-drift but was 'robustness'")
        .forks(0);
  }

  @Test
  void an_unknown_key_is_refused_with_the_nearest_one() throws Exception {
    Build.in(directory)
        .rules("rules: [{id: a, metric: clean-accuracy, minimun: 50%}]\n")
        .run("verify")
        .breaks()
        .says("minimun", "minimum")
        .forks(0);
  }

  @Test
  void a_spec_without_rules_does_not_pass() throws Exception {
    Build.in(directory)
        .rules("")
        .run("verify")
        .breaks()
        .says("a gate must have at least one rule but has none")
        .forks(0);
  }

  @Test
  void model_data_and_rules_can_stand_in_the_pom() throws Exception {
    BuildResult build =
        Build.in(directory)
            .without(Build.SPEC)
            .configured("<model><file>model.zip</file></model>")
            .configured(POM_ONLY)
            .audit("gggbbbbbww")
            .run("verify")
            .fails()
            .says("1 of 1 robustness rule is broken for model model.", "at most 30.0% (3 of 10)");

    assertThat(build.text("audit.yaml")).contains("model.zip", "x.npy", "robust-accuracy");
    assertThat(build.calls().get(0)).startsWith("audit " + build.output("audit.yaml"));
  }

  @Test
  void the_pom_goes_before_the_spec() throws Exception {
    BuildResult build =
        Build.in(directory)
            .configured("<profile>thorough</profile><samples>64</samples><seed>11</seed>")
            .configured(
                """
                <rules>
                  <rule><id>clean</id><metric>clean-accuracy</metric><minimum>90%</minimum></rule>
                </rules>
                """)
            .audit("ggggggggww")
            .run("verify")
            .fails()
            .says("FAIL clean", "limit      at least 90%", "measured   80.0% (8 of 10)");

    assertThat(build.text("audit.yaml"))
        .contains("thorough", "64", "11")
        .containsPattern("rows|samples");
  }

  @Test
  void the_command_line_goes_before_the_pom() throws Exception {
    BuildResult build =
        Build.in(directory)
            .run("verify", "-Dsextant.profile=quick", "-Dsextant.samples=32", "-Dsextant.seed=5")
            .passes();

    assertThat(build.text("audit.yaml"))
        .containsPattern("attacks\\W+quick")
        .containsPattern("samples\\W+32")
        .containsPattern("seed\\W+5");
  }

  @Test
  void several_models_get_a_folder_each_and_an_index() throws Exception {
    Build project =
        Build.in(directory)
            .without(Build.SPEC)
            .file("other.zip", "another model")
            .configured(
                """
                <models>
                  <model><id>one</id><file>model.zip</file></model>
                  <model><id>two</id><file>other.zip</file></model>
                </models>
                """)
            .configured(POM_ONLY);
    AuditFixture.of("gggggggggg").model("one").write(directory.resolve("canned/one"));
    AuditFixture.of("bbbbbbbbbb").model("two").write(directory.resolve("canned/two"));

    BuildResult build =
        project
            .run("verify")
            .fails()
            .says(
                "[INFO] 1 of 1 robustness rule holds for model one.",
                "[ERROR] 1 of 1 robustness rule is broken for model two.");

    assertThat(build.output("one/report.html")).exists();
    assertThat(build.output("two/report.html")).exists();
    assertThat(build.text("index.html"))
        .contains("one/report.html", "two/report.html", "Robustness of 2 models");
    assertThat(
            CheckIT.xml(build.output("TEST-sextant.xml"))
                .getElementsByTagName("testcase")
                .getLength())
        .isEqualTo(2);
  }

  @Test
  void settings_that_contradict_each_other_are_refused() throws Exception {
    Build project = Build.in(directory).without(Build.SPEC).configured(POM_ONLY);
    project
        .configured("<model><file>model.zip</file></model>")
        .configured("<models><model><id>one</id><file>model.zip</file></model></models>")
        .run("verify")
        .breaks()
        .says("<model> and <models> are both configured; give one of them")
        .forks(0);
    Build.in(directory)
        .without(Build.SPEC)
        .configured(
            "<model><file>model.zip</file><supplier>demo.Network</supplier></model>" + POM_ONLY)
        .run("verify")
        .breaks()
        .says("file", "supplier")
        .forks(0);
    Build.in(directory)
        .without(Build.SPEC)
        .configured("<model><file>model.zip</file></model>")
        .run("verify")
        .breaks()
        .says("<model> is configured without <data> and without <spec>");
    Build.in(directory)
        .run("verify", "-Dsextant.rules=nosuch")
        .breaks()
        .says("sextant.rules must name some of the rules clean, linf but names 'nosuch'");
  }

  @Test
  void two_executions_measure_into_folders_of_their_own() throws Exception {
    Build project =
        Build.in(directory)
            .executions(
                """
                <executions>
                  <execution><goals><goal>check</goal></goals></execution>
                  <execution>
                    <id>strict</id>
                    <goals><goal>check</goal></goals>
                    <configuration>
                      <rules>
                        <rule><id>clean</id><metric>clean-accuracy</metric><minimum>95%</minimum></rule>
                      </rules>
                    </configuration>
                  </execution>
                </executions>
                """)
            .audit("gggggggggw");

    BuildResult build =
        project
            .run("verify")
            .fails()
            .says("2 of 2 robustness rules hold", "FAIL clean", "mvn sextant:check@strict -D");

    assertThat(build.output("report.html")).exists();
    assertThat(build.output("strict/report.html")).exists();
  }

  @Test
  void another_deeplearning4j_is_refused_with_both_versions() throws Exception {
    String version = "1.0.0-beta7";
    String folder = "repository/org/deeplearning4j/deeplearning4j-nn/%s/".formatted(version);
    Build.in(directory)
        .file(
            folder + "deeplearning4j-nn-%s.pom".formatted(version),
            """
            <project>
              <modelVersion>4.0.0</modelVersion>
              <groupId>org.deeplearning4j</groupId>
              <artifactId>deeplearning4j-nn</artifactId>
              <version>%s</version>
            </project>
            """
                .formatted(version))
        .file(folder + "deeplearning4j-nn-%s.jar".formatted(version), "")
        .without(Build.SPEC)
        .realWorker()
        .configured("<model><supplier>demo.Network</supplier></model>")
        .configured(POM_ONLY)
        .project(
            """
            <repositories>
              <repository>
                <id>throw-away</id>
                <url>%s</url>
                <releases><checksumPolicy>ignore</checksumPolicy></releases>
              </repository>
            </repositories>
            <dependencies>
              <dependency>
                <groupId>org.deeplearning4j</groupId>
                <artifactId>deeplearning4j-nn</artifactId>
                <version>%s</version>
                <scope>test</scope>
              </dependency>
            </dependencies>
            """
                .formatted(directory.resolve("repository").toUri(), version))
        .run("verify")
        .breaks()
        .says(
            "the project's test class path has org.deeplearning4j:deeplearning4j-nn:1.0.0-beta7",
            "works with org.deeplearning4j 1.0.0-M2.1");
  }
}
