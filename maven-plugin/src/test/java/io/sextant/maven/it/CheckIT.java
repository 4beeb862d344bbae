package io.sextant.maven.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sextant.maven.AuditFixture;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

/** What a build makes of a model. */
class CheckIT {
  @TempDir Path directory;

  @Test
  void a_kept_rule_lets_the_build_of_a_jar_pass() throws Exception {
    BuildResult build = Build.in(directory).jar().audit("ggggggggbw").run("verify").passes();

    build.says("2 of 2 robustness rules hold for model model.").forks(1);
    assertThat(build.output("report.html")).exists();
    assertThat(build.json("gate.json").isObject()).isTrue();
    assertThat(build.output("sextant.sarif")).doesNotExist();
    assertThat(build.output("rules.csv")).doesNotExist();
    assertThat(directory.resolve("target/demo-1.jar")).exists();
  }

  @Test
  void a_broken_rule_fails_the_build_after_every_output_is_written() throws Exception {
    BuildResult build =
        Build.in(directory)
            .audit("gggbbbbbww")
            .configured("<formats>HTML,JSON,JUNIT,MARKDOWN,CSV,SARIF</formats>")
            .run("verify")
            .fails();

    build.says(
        "1 of 2 robustness rules is broken for model model.",
        "FAIL linf: robust accuracy, L∞ 0.1, worst case",
        "measured   at most 30.0% (3 of 10), 95% interval 10.7% to 60.4%",
        "limit      at least 50%",
        "worst      samples 3, 4, 5",
        "why        The value is below the minimum.",
        "reproduce  mvn sextant:check -Dsextant.rules=linf -Dsextant.samples.ids=3,4,5",
        "Report: target/sextant/report.html",
        "Accept a broken rule for a time",
        "waivers:",
        "  - rule: \"linf\"");
    assertThat(build.text("report.html")).contains("<html", "linf", "at most 30.0%");
    assertThat(build.json("gate.json").toString()).contains("\"FAIL\"", "\"linf\"", "\"clean\"");
    assertThat(build.json("result.json").path("model").path("id").asText()).isEqualTo("model");
    assertThat(build.text("samples.csv")).startsWith("sample,label,predicted");
    assertThat(build.text("summary.md")).contains("linf", "50%");
    Element suites = xml(build.output("TEST-sextant.xml"));
    assertThat(suites.getElementsByTagName("testcase").getLength()).isEqualTo(2);
    assertThat(suites.getElementsByTagName("failure").getLength()).isEqualTo(1);
    assertThat(build.text("rules.csv").lines())
        .hasSize(3)
        .anyMatch(
            row -> row.startsWith("model,linf,robust-accuracy,") && row.contains(",FAIL,3,10,"));
    JsonNode sarif = build.json("sextant.sarif");
    assertThat(sarif.path("version").asText()).isEqualTo("2.1.0");
    assertThat(sarif.path("runs").get(0).path("results"))
        .allSatisfy(
            result -> {
              JsonNode place = result.path("locations").get(0).path("physicalLocation");
              assertThat(place.path("artifactLocation").path("uri").asText()).isEqualTo(Build.SPEC);
              assertThat(place.path("region").path("startLine").asInt()).isBetween(9, 10);
            });
  }

  @Tag("slow")
  @Test
  void the_command_in_the_message_looks_at_the_rule_again() throws Exception {
    Build project = Build.in(directory).audit("gggbbbbbww");
    BuildResult build = project.run("verify").fails();
    String before = build.text("gate.json");

    String command = build.command("reproduce");
    assertThat(command).startsWith("mvn sextant:check -D");
    BuildResult again = project.run(command.substring("mvn ".length()).split(" ")).fails();

    assertThat(again.calls().get(1)).contains("reproduce/audit.yaml");
    assertThat(again.text("reproduce/audit.yaml"))
        .contains("linf")
        .doesNotContain("clean-accuracy");
    assertThat(again.text("reproduce/audit.yaml").replaceAll("\\s+", " "))
        .containsPattern("rows: ?(- )?\\[?\\W*3\\W+4\\W+5");
    assertThat(again.text("reproduce/gate.json")).contains("SKIPPED", "FAIL");
    assertThat(again.text("gate.json")).as("the whole audit's outputs stay").isEqualTo(before);
  }

  @Tag("slow")
  @Test
  void a_rule_of_severity_warn_lets_the_build_pass_with_a_warning() throws Exception {
    Build.in(directory)
        .rules(
            """
            rules:
              - {id: linf, metric: robust-accuracy, norm: linf, epsilon: 0.1, minimum: 50%, severity: warn}
            """)
        .audit("gggbbbbbww")
        .run("verify")
        .passes()
        .says("WARN linf: robust accuracy", "(1 with a warning)");
  }

  @Tag("slow")
  @Test
  void a_broken_rule_is_a_warning_where_violations_do_not_fail() throws Exception {
    Build project = Build.in(directory).audit("gggbbbbbww");

    project
        .run("verify", "-Dsextant.failOnViolation=false")
        .passes()
        .says(
            "[WARNING] 1 of 2 robustness rules is broken for model model.",
            "[WARNING] The build goes on: sextant.failOnViolation is false.");
  }

  @Tag("slow")
  @Test
  void an_undecided_rule_fails_unless_that_is_allowed() throws Exception {
    Build project = Build.in(directory).audit(AuditFixture.of("gggggggggg").unreliable());

    project
        .run("verify")
        .fails()
        .says("2 of 2 robustness rules are undecided for model model.", "INCONCLUSIVE linf");
    project.run("verify", "-Dsextant.failOnInconclusive=false").passes().says("INCONCLUSIVE linf");
  }

  @Tag("slow")
  @Test
  void an_undecided_rule_is_decided_by_what_is_certain() throws Exception {
    // 4 held, 1 not attacked, of 10: at most 5 of 10.
    Build project =
        Build.in(directory)
            .rules(
                """
                rules:
                  - {id: out-of-reach, metric: robust-accuracy, norm: linf, epsilon: 0.1, minimum: 60%}
                  - {id: open, metric: robust-accuracy, norm: linf, epsilon: 0.1, minimum: 50%}
                """)
            .audit("gggg.bbbbb");

    project
        .run("verify")
        .fails()
        .says(
            "2 of 2 robustness rules are not kept for model model: 1 broken, 1 undecided.",
            "FAIL out-of-reach",
            "at most 50.0% (5 of 10), not run to the end",
            "INCONCLUSIVE open",
            "Not run:");
  }

  @Tag("slow")
  @Test
  void a_rule_without_a_figure_is_not_measured_and_fails() throws Exception {
    Build project =
        Build.in(directory)
            .rules(
                """
                rules:
                  - {id: gap, metric: completeness-gap, maximum: 1%}
                """);

    project
        .run("verify")
        .fails()
        .says("1 of 1 robustness rule is not measured for model model.", "NOT_MEASURED gap");
    project.run("verify", "-Dsextant.failIfNotMeasured=false").passes().says("NOT_MEASURED gap");
  }

  @Tag("slow")
  @Test
  void names_with_spaces_and_umlauts_are_no_trouble() throws Exception {
    Build project =
        Build.in(directory.resolve("größe 1 & so"))
            .without(Build.SPEC)
            .file("prüf ung/mödell 1.zip", "a model")
            .file("prüf ung/bilder ä.npy", "images")
            .file(
                "prüf ung/prüfung 1.yaml",
                """
                models: [{id: groesse, file: "mödell 1.zip"}]
                data: {images: "bilder ä.npy", labels: "bilder ä.npy"}
                threats: [{norm: linf, epsilons: [0.1]}]
                """
                    + Build.RULES)
            .audit(AuditFixture.of("gggbbbbbww").model("groesse"))
            .configured("<spec>prüf ung/prüfung 1.yaml</spec>")
            .configured("<formats>HTML,SARIF</formats>")
            .configured("<outputDirectory>target/aus gäbe</outputDirectory>");

    BuildResult build =
        project
            .run("verify")
            .fails()
            .says(
                "1 of 2 robustness rules is broken for model groesse.",
                "Report: target/aus gäbe/report.html");

    assertThat(build.calls()).hasSize(1).first().asString().contains("/prüf ung/prüfung 1.yaml");
    assertThat(project.path("target/aus gäbe/report.html")).exists();
    assertThat(build.files("target/aus gäbe").get("sextant.sarif"))
        .contains("pr%C3%BCf%20ung/pr%C3%BCfung%201.yaml");
  }

  @Tag("slow")
  @Test
  void two_builds_write_the_same_bytes() throws Exception {
    Build project =
        Build.in(directory)
            .audit("gggbbbbbww")
            .configured("<cache>none</cache>")
            .configured("<formats>HTML,JSON,JUNIT,MARKDOWN,CSV,SARIF</formats>");

    Map<String, String> one = new TreeMap<>(project.run("verify").fails().files("target/sextant"));
    Map<String, String> other =
        new TreeMap<>(project.run("verify").fails().files("target/sextant"));

    // Which build it was stands in run.properties alone.
    assertThat(one.remove("run.properties")).isNotEqualTo(other.remove("run.properties"));
    assertThat(one)
        .containsKeys(
            "report.html",
            "gate.json",
            "TEST-sextant.xml",
            "summary.md",
            "sextant.sarif",
            "rules.csv",
            "result.json",
            "samples.csv");
    assertThat(other).isEqualTo(one);
  }

  @Tag("slow")
  @Test
  void a_build_without_a_network_works_as_ever() throws Exception {
    Build project = Build.in(directory);
    project.run("verify").passes();

    project.file("model.zip", "another model").run("-o", "verify").passes().forks(2);
  }

  static Element xml(Path file) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(file.toFile())
        .getDocumentElement();
  }
}
