package io.sextant.maven.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.maven.AuditFixture;
import io.sextant.maven.Project;
import io.sextant.maven.config.EffectiveSpec;
import io.sextant.maven.config.PomSpec;
import io.sextant.maven.config.Selection;
import io.sextant.reports.Sarif;
import io.sextant.results.baseline.Baselines;
import io.sextant.results.gate.GatePolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputsTest {
  private static final LocalDate TODAY = LocalDate.of(2026, 3, 1);

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  private List<Judgement> judge(Project project) throws Exception {
    return new GateRun(
            project.spec().spec(),
            Selection.EVERYTHING,
            Baselines.in(folder.resolve("none")),
            GatePolicy.DEFAULT)
        .judge(project.out(), TODAY);
  }

  private void write(Project project, Set<Format> formats) throws Exception {
    outputs(project, formats).write(judge(project));
  }

  private Outputs outputs(Project project, Set<Format> formats) {
    return new Outputs(
        project.out(),
        formats,
        Advice.of(folder, folder, Optional.empty(), List.of()),
        new Sarif.Anchor("audit.yaml", Map.of("linf", 7)),
        "0.1");
  }

  /** What is written besides the results. */
  private Set<String> announced(Project project, Set<Format> formats, String... models) {
    return outputs(project, formats).files(List.of(models)).keySet();
  }

  private Set<String> written(Project project) throws IOException {
    return files(project.out()).stream()
        .filter(file -> !file.endsWith("result.json") && !file.endsWith("samples.csv"))
        .collect(Collectors.toSet());
  }

  private Set<String> files(Path out) throws IOException {
    try (Stream<Path> tree = Files.walk(out)) {
      return Set.copyOf(
          tree.filter(Files::isRegularFile).map(file -> out.relativize(file).toString()).toList());
    }
  }

  @Test
  void writes_what_is_wanted() throws Exception {
    Project project = Project.write(folder, Project.RULES);
    AuditFixture.of("ggggbbbbww").write(project.out());

    write(project, EnumSet.noneOf(Format.class));
    assertThat(files(project.out())).containsExactlyInAnyOrder("result.json", "samples.csv");

    write(project, EnumSet.allOf(Format.class));
    assertThat(files(project.out()))
        .containsExactlyInAnyOrder(
            "result.json",
            "samples.csv",
            "report.html",
            "gate.json",
            "TEST-sextant.xml",
            "summary.md",
            "rules.csv",
            "sextant.sarif");
    assertThat(announced(project, EnumSet.noneOf(Format.class), "model")).isEmpty();
    assertThat(announced(project, EnumSet.allOf(Format.class), "model"))
        .containsExactlyInAnyOrderElementsOf(written(project));
    assertThat(project.out().resolve("rules.csv"))
        .content()
        .contains("model,linf,robust-accuracy,\"L∞ 0.1, worst case\",FAIL,4,10,,,,50%,,\n");
    assertThat(project.out().resolve("sextant.sarif")).content().contains("\"startLine\" : 7");
  }

  @Test
  void several_models_have_an_index() throws Exception {
    Project project = Project.write(folder, Project.RULES);
    Path spec = folder.resolve("audit.yaml");
    Files.writeString(
        spec,
        Files.readString(spec)
            .replace("model: m.zip", "models: [{id: a, file: m.zip}, {id: b, file: m.zip}]"));
    AuditFixture.of("gggg").model("a").write(project.out().resolve("a"));
    AuditFixture.of("gbbb").model("b").write(project.out().resolve("b"));

    write(project, Format.parse(List.of("html", " junit ")));

    assertThat(files(project.out()))
        .contains("index.html", "a/report.html", "b/report.html", "TEST-sextant.xml")
        .doesNotContain("summary.md", "a/gate.json");
    assertThat(project.out().resolve("index.html")).content().contains("a/report.html");
    write(project, EnumSet.allOf(Format.class));
    assertThat(announced(project, EnumSet.allOf(Format.class), "a", "b"))
        .containsExactlyInAnyOrderElementsOf(written(project));
  }

  @Test
  void equal_judgements_give_equal_bytes() throws Exception {
    Project project = Project.write(folder, Project.RULES);
    AuditFixture.of("ggggbbbbww").write(project.out());
    write(project, EnumSet.allOf(Format.class));
    Map<String, String> first = contents(project.out());

    write(project, EnumSet.allOf(Format.class));

    assertThat(contents(project.out())).isEqualTo(first);
  }

  private Map<String, String> contents(Path out) throws IOException {
    Map<String, String> contents = new java.util.TreeMap<>();
    for (String file : files(out)) {
      contents.put(file, Files.readString(out.resolve(file)));
    }
    return contents;
  }

  @Test
  void formats_are_known_by_name() {
    assertThatThrownBy(() -> Format.parse(List.of("HTML", "PDF")))
        .hasMessage(
            "sextant.formats must be some of HTML, JSON, JUNIT, MARKDOWN, CSV, SARIF but has 'PDF'");
  }

  @Test
  void advice_is_typed_in_the_folder_of_the_build() {
    assertThat(
            Advice.of(folder, folder, Optional.empty(), List.of())
                .guidance(Optional.of(folder.resolve("target/r.html"))))
        .satisfies(
            guidance -> {
              assertThat(guidance.check()).isEqualTo("mvn sextant:check");
              assertThat(guidance.report()).hasValue("target/r.html");
            });
    assertThat(
            Advice.of(
                    folder,
                    folder.resolve("a/b c"),
                    Optional.of("nightly run"),
                    List.of("-Dsextant.profile=thorough"))
                .guidance(Optional.empty())
                .update())
        .isEqualTo(
            "mvn 'sextant:update-baseline@nightly run' -pl 'a/b c' -Dsextant.profile=thorough");
  }

  @Test
  void rules_are_anchored_where_people_wrote_them() throws Exception {
    Project project = Project.write(folder.resolve("module"), Project.RULES);
    Path pom = folder.resolve("module/pom.xml");
    Files.writeString(pom, "<x>\n<rule>\n<id>linf</id>\n");

    assertThat(RuleAnchor.of(folder, project.spec(), pom))
        .isEqualTo(new Sarif.Anchor("module/audit.yaml", Map.of("clean", 7, "linf", 8)));

    EffectiveSpec fromPom =
        new EffectiveSpec(project.spec().spec(), "", pom, Optional.empty(), Selection.EVERYTHING);
    assertThat(RuleAnchor.of(folder, fromPom, pom))
        .isEqualTo(new Sarif.Anchor("module/pom.xml", Map.of("linf", 3)));
    assertThat(RuleAnchor.of(folder.resolve("elsewhere"), project.spec(), pom))
        .isEqualTo(new Sarif.Anchor("pom.xml", Map.of()));
    assertThat(PomSpec.NOTHING.isEmpty()).isTrue();
  }

  @Test
  void a_pom_in_another_encoding_is_read_and_only_rules_count() throws Exception {
    Project project = Project.write(folder.resolve("module"), Project.RULES);
    Path pom = folder.resolve("module/pom.xml");
    Files.writeString(
        pom,
        "<name>Größe</name>\n<id>linf</id>\n<rule><metric>m</metric>\n<id> linf </id></rule>\n",
        java.nio.charset.StandardCharsets.ISO_8859_1);
    EffectiveSpec fromPom =
        new EffectiveSpec(project.spec().spec(), "", pom, Optional.empty(), Selection.EVERYTHING);
    assertThat(RuleAnchor.of(folder, fromPom, pom).lines()).isEqualTo(Map.of("linf", 4));
  }
}
