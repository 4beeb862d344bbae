package io.sextant.maven.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.maven.AuditFixture;
import io.sextant.maven.Project;
import io.sextant.maven.config.Selection;
import io.sextant.maven.evaluation.EvaluationException;
import io.sextant.maven.evaluation.RunRecord;
import io.sextant.results.Verdict;
import io.sextant.results.baseline.Baselines;
import io.sextant.results.gate.Finding;
import io.sextant.results.gate.GatePolicy;
import io.sextant.results.gate.GateReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GateRunTest {
  private static final LocalDate TODAY = LocalDate.of(2026, 3, 1);

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  @SuppressWarnings("NullAway.Init")
  private Project project;

  @BeforeEach
  void write() throws IOException {
    project = Project.write(folder, Project.RULES);
  }

  private GateRun gate(Selection selection) throws IOException {
    return new GateRun(
        project.spec(selection).spec(),
        selection,
        Baselines.in(folder.resolve("baseline")),
        GatePolicy.DEFAULT);
  }

  private GateReport judge(String outcomes, Selection selection) throws Exception {
    AuditFixture.of(outcomes).write(project.out());
    return gate(selection).judge(project.out(), TODAY).get(0).report();
  }

  private List<BaselineUpdate.Change> update() throws Exception {
    return BaselineUpdate.of(
        project.spec().spec(), project.out(), Baselines.in(folder.resolve("baseline")));
  }

  @Test
  void holds_results_against_rules() throws Exception {
    assertThat(judge("gggggbbbww", Selection.EVERYTHING).failed()).isFalse();
    assertThat(judge("ggggbbbbww", Selection.EVERYTHING).in(Verdict.FAIL))
        .extracting(r -> r.rule().id())
        .containsExactly("linf");
  }

  @Test
  void says_that_results_were_reused_and_from_where() throws Exception {
    assertThat(judge("gggggbbbww", Selection.EVERYTHING).findings()).isEmpty();
    new RunRecord(
            RunRecord.FORMAT,
            "s",
            "default",
            "k",
            "audit.yaml",
            List.of("model"),
            "baseline",
            GatePolicy.DEFAULT,
            Optional.of(".sextant/cache"))
        .write(project.out());

    GateReport report = judge("gggggbbbww", Selection.EVERYTHING);

    assertThat(report.failed()).isFalse();
    assertThat(report.findings())
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.kind()).isEqualTo(Finding.Kind.REUSED);
              assertThat(finding.text()).contains(".sextant/cache", "-Dsextant.cache=none");
            });
  }

  @Test
  void judges_only_what_is_selected() throws Exception {
    GateReport report = judge("ggggbbbbww", Selection.parse(List.of("clean"), List.of()));

    assertThat(report.failed()).isFalse();
    assertThat(report.in(Verdict.SKIPPED)).hasSize(1);
  }

  @Test
  void a_fall_below_the_baseline_fails() throws Exception {
    judge("g".repeat(100), Selection.EVERYTHING);
    update().get(0).baseline().write(folder.resolve("baseline/model.json"));

    assertThat(gate(Selection.EVERYTHING).compared()).containsExactly("clean", "linf");
    GateReport report = judge("b".repeat(20) + "g".repeat(80), Selection.EVERYTHING);

    assertThat(report.in(Verdict.FAIL)).singleElement().matches(r -> r.regressed());
  }

  @Test
  void other_examples_are_not_held_against_the_baseline() throws Exception {
    judge("gggg", Selection.EVERYTHING);
    update().get(0).baseline().write(folder.resolve("baseline/model.json"));
    Selection rows = Selection.parse(List.of(), List.of("1"));

    assertThat(gate(rows).compared()).isEmpty();
    assertThat(judge("g", rows).rules()).allMatch(r -> r.change().isEmpty());
    assertThat(gate(Selection.parse(List.of("linf"), List.of())).compared())
        .containsExactly("linf");
  }

  @Test
  void a_missing_or_foreign_result_is_no_pass() throws Exception {
    assertThatThrownBy(() -> gate(Selection.EVERYTHING).judge(project.out(), TODAY))
        .isInstanceOf(EvaluationException.class)
        .hasMessageContaining("there is no result.json at " + project.out());

    AuditFixture.of("gggg").model("other").write(project.out());
    assertThatThrownBy(() -> gate(Selection.EVERYTHING).judge(project.out(), TODAY))
        .hasMessageContaining("is the result of model other and not of model");

    AuditFixture.of("gggg").write(project.out());
    Files.delete(project.out().resolve("samples.csv"));
    assertThatThrownBy(() -> gate(Selection.EVERYTHING).judge(project.out(), TODAY))
        .hasMessageContaining("there is no samples.csv beside");
  }

  @Test
  void no_rules_are_no_gate() throws Exception {
    project = Project.write(folder, "seed: 1");

    assertThat(gate(Selection.EVERYTHING).compared()).isEmpty();
    assertThatThrownBy(() -> gate(Selection.EVERYTHING).requireRules())
        .hasMessageContaining("at least one rule");
  }

  @Test
  void an_update_tells_what_it_changes() throws Exception {
    judge("gggggggggg", Selection.EVERYTHING);
    BaselineUpdate.Change first = update().get(0);
    assertThat(first.known()).isFalse();
    assertThat(first.file()).isEqualTo(folder.resolve("baseline/model.json"));
    first.baseline().write(first.file());

    assertThat(update().get(0).changes()).isEmpty();
    judge("ggggggbbbb", Selection.EVERYTHING);
    assertThat(update().get(0).changes())
        .containsExactly("linf (L∞ 0.1, worst case): 10 of 10 -> 6 of 10");
  }

  @Test
  void what_is_cut_short_or_unreliable_is_no_baseline() throws Exception {
    judge("ggggg.....", Selection.EVERYTHING);
    assertThatThrownBy(this::update)
        .isInstanceOf(EvaluationException.class)
        .hasMessageContaining("cannot be a baseline")
        .hasMessageContaining("mvn sextant:check -Dsextant.curtail=none");

    AuditFixture.of("gggg").unreliable().write(project.out());
    assertThatThrownBy(this::update).hasMessageContaining("validity check tripped");
  }

  @Test
  void results_stand_side_by_side() throws Exception {
    List<String> lines =
        SideBySide.of(AuditFixture.of("ggbw").result(), AuditFixture.of("gggw").result());

    assertThat(lines.get(1))
        .matches("clean accuracy +75.0% \\(3 of 4\\) +75.0% \\(3 of 4\\) +0.0 points");
    assertThat(lines.get(2))
        .matches("robust accuracy, L∞ 0.1 +50.0% \\(2 of 4\\) +75.0% \\(3 of 4\\) +\\+25.0 points");
    assertThat(lines).hasSize(3);
  }

  @Test
  void attributions_that_the_evidence_does_not_record_are_not_compared() throws Exception {
    AuditFixture.of("ggbw").write(project.out());
    Path file = project.out().resolve("result.json");
    Files.writeString(
        file,
        Files.readString(file)
            .replaceFirst(
                "\\{",
                "{ \"attributions\": {\"examples\": [], \"noise\": 0.1, \"explainers\": []},"));
    assertThat(SideBySide.of(ResultFile.of(file).compared(), AuditFixture.of("ggbw").result()))
        .anyMatch(line -> line.contains("only the audit before kept some"));

    Files.writeString(
        Files.createDirectories(project.out().resolve("evidence")).resolve("manifest.json"),
        "{\"result\": {\"attributions\": \"another\"}}");

    assertThatThrownBy(() -> ResultFile.of(file).compared())
        .hasMessageContaining("not those that the evidence beside it records");
  }

  @Test
  void a_baseline_and_a_result_stand_side_by_side() throws Exception {
    judge("ggbg", Selection.EVERYTHING);
    var baseline = update().get(0).baseline();
    judge("gggb", Selection.EVERYTHING);

    ResultFile now = ResultFile.of(project.out());

    List<String> lines =
        SideBySide.of(
            baseline, now.subject(now.result(), List.of()), project.spec().spec().rules());

    assertThat(lines.get(2))
        .matches("linf \\(L∞ 0.1, worst case\\) +75.0%.*75.0%.* 0.0 points, 1 lost, 1 gained");
  }
}
