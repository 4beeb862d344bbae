package io.sextant.reports;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.results.gate.GateReport;
import io.sextant.results.gate.Guidance;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MarkdownSummaryTest {
  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path folder;

  private static String render(GateReport... models) {
    return MarkdownSummary.render(List.of(models), GateFixture.GUIDANCE);
  }

  @Test
  void is_what_it_was() throws Exception {
    Golden.assertSame(
        "gate.md", render(GateFixture.seven("fashion-cnn"), GateFixture.failedByWaiver("edge")));
  }

  @Test
  void says_first_whether_the_gate_holds() {
    assertThat(render(GateFixture.passing("m")))
        .startsWith("## Robustness gate: passed\n")
        .contains("✅ pass")
        .doesNotContain("```", "baseline", "What to look at");
    assertThat(render(GateFixture.passing("m"), GateFixture.seven("n")))
        .startsWith("## Robustness gate: failed\n");
    assertThat(render()).contains("No model was judged.");
  }

  @Test
  void every_state_has_its_word() {
    assertThat(render(GateFixture.seven("m")))
        .contains(
            "✅ pass",
            "❌ fail",
            "⚠️ warning",
            "❓ inconclusive",
            "❓ not measured",
            "🕒 waived",
            "➖ skipped");
  }

  @Test
  void hostile_names_are_only_text() throws Exception {
    Guidance guidance = Guidance.maven(Optional.empty());
    String text = MarkdownSummary.render(List.of(GateFixture.hostile()), guidance);
    // Code is taken literally; what is left must have no markup, link or mention.
    String prose =
        Pattern.compile("(?s)(?<!`)(`{3,})(?!`).*?(?<!`)\\1(?!`)").matcher(text).replaceAll("CODE");
    assertThat(prose)
        .contains("CODE", "alert(1)")
        .doesNotContain("@octocat", "#1", "https://", "\u2028", "\u202E", "\u0000");
    assertThat(Pattern.compile("(?<!\\\\)[<>\\[\\]`]").matcher(prose).find()).isFalse();
    List<String> rows = text.lines().filter(line -> line.startsWith("| ")).toList();
    assertThat(rows).hasSize(4);
    assertThat(rows)
        .allSatisfy(
            row ->
                assertThat(Pattern.compile("(?<!\\\\)\\|").matcher(row).results().count())
                    .isEqualTo(6));
    MarkdownSummary.write(List.of(GateFixture.hostile()), guidance, folder.resolve("summary.md"));
    assertThat(folder.resolve("summary.md")).hasContent(text);
  }

  @Test
  void stays_short_enough_for_a_comment() {
    String text =
        MarkdownSummary.render(
            Collections.nCopies(60, GateFixture.seven("m")), GateFixture.GUIDANCE);
    assertThat(text.length()).isBetween(30_000, 65_536);
    assertThat(text).contains(" more models in the report.").endsWith("report.html`\n");
  }
}
