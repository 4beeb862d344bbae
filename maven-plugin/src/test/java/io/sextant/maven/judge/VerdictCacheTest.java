package io.sextant.maven.judge;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.maven.AuditFixture;
import io.sextant.maven.Project;
import io.sextant.maven.config.Selection;
import io.sextant.reports.Sarif;
import io.sextant.results.baseline.Baselines;
import io.sextant.results.gate.GatePolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerdictCacheTest {
  private static final List<Conclusion> SAID =
      List.of(
          new Conclusion(Conclusion.Level.WARN, "1 of 2 rules\n  L∞ ≤ 0.1"),
          new Conclusion(Conclusion.Level.FAIL, ""));

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  @SuppressWarnings("NullAway.Init")
  private Project project;

  private GatePolicy policy = GatePolicy.DEFAULT;
  private Selection selection = Selection.EVERYTHING;
  private LocalDate today = LocalDate.of(2026, 3, 1);
  private Set<Format> formats = EnumSet.of(Format.HTML, Format.JSON);
  private Advice advice;
  private Sarif.Anchor anchor = new Sarif.Anchor("audit.yaml", Map.of("linf", 8, "clean", 7));
  private String version = "0.1";
  private boolean elsewhere;
  private List<Path> code = List.of();
  private final List<String> reasons = new ArrayList<>();

  @BeforeEach
  void measure() throws IOException {
    project = Project.write(folder.resolve("p"), Project.RULES);
    AuditFixture.of("ggggbbbbww").write(project.out());
    advice = Advice.of(folder, folder, Optional.empty(), List.of());
  }

  private Path out() {
    return elsewhere ? folder.resolve("elsewhere") : project.out();
  }

  private String key() throws IOException {
    return JudgingKey.of(
        new GateRun(project.spec().spec(), selection, Baselines.in(folder.resolve("base")), policy),
        new Outputs(out(), formats, advice, anchor, version),
        today,
        code);
  }

  private interface Change {
    void make() throws IOException;
  }

  @Test
  void everything_that_verdicts_depend_on_is_in_the_key() throws IOException {
    Map<String, Change> changes = new LinkedHashMap<>();
    changes.put("result", () -> append(project.out().resolve("result.json")));
    changes.put("samples", () -> append(project.out().resolve("samples.csv")));
    changes.put("day", () -> today = today.plusDays(1));
    changes.put(
        "waiver",
        () ->
            Files.writeString(
                project.base().resolve("audit.yaml"),
                Files.readString(project.base().resolve("audit.yaml"))
                    + "waivers:\n  - {rule: linf, reason: r, owner: o, until: 2026-05-01}\n"));
    changes.put("baseline", () -> write(folder.resolve("base/model.json"), "1"));
    changes.put("changed baseline", () -> write(folder.resolve("base/model.json"), "2"));
    changes.put("policy", () -> policy = policy.withFailOnUnusedWaiver(true));
    changes.put("tolerance", () -> policy = policy.withMaxRegression(Optional.empty()));
    changes.put("selection", () -> selection = Selection.parse(List.of("linf"), List.of()));
    changes.put("formats", () -> formats = EnumSet.of(Format.HTML));
    changes.put("advice", () -> advice = Advice.of(folder, folder, Optional.of("x"), List.of()));
    changes.put("lines", () -> anchor = new Sarif.Anchor("audit.yaml", Map.of("linf", 9)));
    changes.put("file", () -> anchor = new Sarif.Anchor("pom.xml", Map.of("linf", 9)));
    changes.put("version", () -> version = "0.2");
    changes.put("code", () -> code = List.of(write(folder.resolve("x.jar"), "1")));
    changes.put("changed code", () -> write(folder.resolve("x.jar"), "2"));

    changes.put(
        "folder",
        () -> {
          elsewhere = true;
          Files.createDirectories(out());
          for (String file : List.of("result.json", "samples.csv")) {
            Files.copy(project.out().resolve(file), out().resolve(file));
          }
        });
    changes.put(
        "second model",
        () -> {
          Path spec = project.base().resolve("audit.yaml");
          Files.writeString(
              spec,
              Files.readString(spec)
                  .replace("model: m.zip", "models: [{id: a, file: m.zip}, {id: b, file: m.zip}]"));
        });
    changes.put("its result", () -> write(out().resolve("b/result.json"), "{}"));
    changes.put("its samples", () -> write(out().resolve("b/samples.csv"), ""));
    changes.put("its baseline", () -> write(folder.resolve("base/b.json"), "3"));

    List<String> keys = new ArrayList<>(List.of(key()));
    for (Map.Entry<String, Change> change : changes.entrySet()) {
      change.getValue().make();
      assertThat(key()).as(change.getKey()).isNotIn(keys).isEqualTo(key());
      keys.add(key());
    }
  }

  private static void append(Path file) throws IOException {
    Files.writeString(file, Files.readString(file) + "\n");
  }

  private static Path write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private VerdictCache cache() {
    return new VerdictCache(folder.resolve("cache"), "g.a.default", reasons::add);
  }

  @Test
  void says_again_what_was_said_and_gives_the_files_back() throws IOException {
    Path report = write(folder.resolve("out/a/report.html"), "<p>");
    Map<String, Path> files = Map.of("a/report.html", report);
    assertThat(cache().restore("k", files)).isEmpty();
    cache().store("k", files, SAID);
    Files.delete(report);

    assertThat(cache().restore("k", files)).hasValue(SAID);
    assertThat(report).hasContent("<p>");
  }

  @Test
  void knows_only_the_last_judgement() throws IOException {
    cache().store("k", Map.of(), SAID);
    cache().store("l", Map.of(), SAID.subList(1, 2));

    assertThat(cache().restore("k", Map.of())).isEmpty();
    assertThat(cache().restore("l", Map.of())).hasValue(SAID.subList(1, 2));
    assertThat(folder.resolve("cache")).isDirectoryNotContaining("regex:.*tmp");
  }

  @Test
  void what_was_changed_or_has_no_verdict_is_not_used() throws IOException {
    Map<String, Path> files = Map.of("gate.json", write(folder.resolve("gate.json"), "{}"));
    cache().store("k", files, SAID);
    Path kept = folder.resolve("cache/g.a.default");
    write(kept.resolve("gate.json"), "{ }");
    assertThat(cache().restore("k", files)).isEmpty();
    assertThat(files.get("gate.json")).doesNotExist();

    write(folder.resolve("gate.json"), "{}");
    cache().store("k", files, SAID);
    Path entry = kept.resolve("entry.properties");
    write(entry, Files.readString(entry).replace("level.1=FAIL", "level.1=PASS"));
    assertThat(cache().restore("k", files)).isEmpty();
    assertThat(files.get("gate.json")).doesNotExist();

    write(folder.resolve("gate.json"), "{}");
    cache().store("k", files, SAID);
    write(entry, Files.readString(entry).replaceAll("note.(level|message).1=[^\n]*\n", ""));
    assertThat(cache().restore("k", files)).isEmpty();
    assertThat(reasons).hasSize(3).allMatch(reason -> reason.contains("was changed"));
  }
}
