package io.sextant.reports;

import io.sextant.reports.internal.Build;
import io.sextant.reports.internal.Format;
import io.sextant.reports.internal.Markdown;
import io.sextant.reports.internal.Notice;
import io.sextant.reports.internal.Reading;
import io.sextant.reports.internal.RuleRow;
import io.sextant.results.AtomicFile;
import io.sextant.results.Verdict;
import io.sextant.results.curtail.Unrun;
import io.sextant.results.gate.GateMessage;
import io.sextant.results.gate.GateReport;
import io.sextant.results.gate.Guidance;
import io.sextant.results.gate.RuleReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apiguardian.api.API;

/**
 * The judgements of a build as Markdown, short enough for a comment on a change: what holds, what
 * does not, what changed, what was not run, and what to type next. Names are shown letter by letter
 * and never become markup, links or mentions.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class MarkdownSummary {
  /** Comments longer than 65,536 characters are refused by common code hosts. */
  private static final int LONGEST = 60_000;

  private static final int RULES = 30;
  private static final int ITEMS = 10;
  private static final int SAMPLES = 5;
  private static final int COMMANDS = 3;

  private MarkdownSummary() {}

  /**
   * The summary as text. Equal arguments give equal texts.
   *
   * @param models the judgements, each model once
   * @param guidance the commands and the report to point to
   */
  public static String render(List<GateReport> models, Guidance guidance) {
    StringBuilder text = new StringBuilder("## Robustness gate: ");
    text.append(models.stream().anyMatch(GateReport::failed) ? "failed" : "passed").append("\n\n");
    if (models.isEmpty()) {
      text.append("No model was judged.\n");
    }
    int left = 0;
    for (GateReport model : models) {
      String section = section(model, guidance);
      if (text.length() + section.length() <= LONGEST) {
        text.append(section);
      } else {
        left++;
      }
    }
    if (left > 0) {
      text.append(Format.plural(left, "more model")).append(" in the report.\n\n");
    }
    guidance
        .report()
        .ifPresent(path -> text.append("Report: ").append(Markdown.code(path)).append("\n"));
    return text.toString().stripTrailing() + "\n";
  }

  /**
   * Writes the summary, in full or not at all.
   *
   * @param models the judgements, each model once
   * @param guidance the commands and the report to point to
   * @param file to write
   * @throws IOException if the file cannot be written
   */
  public static void write(List<GateReport> models, Guidance guidance, Path file)
      throws IOException {
    AtomicFile.write(file, render(models, guidance));
  }

  private static String section(GateReport gate, Guidance guidance) {
    Build build = new Build(gate, guidance);
    List<Notice> notices = build.notices();
    StringBuilder text = new StringBuilder();
    text.append("### Model ").append(Markdown.code(gate.model())).append("\n\n");
    text.append(Markdown.prose(GateMessage.headline(gate))).append("\n\n");
    text.append(table(gate, notices));
    text.append(items("What to look at", notices.stream().map(MarkdownSummary::describe).toList()));
    text.append(
        items(
            "Also",
            gate.findings().stream()
                .map(f -> Markdown.prose(f.text()) + (f.fails() ? " **Fails the build.**" : ""))
                .toList()));
    text.append(
        items("Not run", gate.unrun().stream().map(Unrun::describe).map(Markdown::prose).toList()));
    List<String> commands = new ArrayList<>();
    notices.stream().limit(COMMANDS).map(Notice::reproduce).forEach(commands::add);
    notices.stream()
        .flatMap(notice -> notice.update().stream())
        .findFirst()
        .ifPresent(
            update -> {
              commands.add("# only to accept the change on purpose");
              commands.add(update);
            });
    if (!commands.isEmpty()) {
      text.append("Look again:\n\n").append(Markdown.block("sh", commands)).append("\n");
    }
    notices.stream()
        .filter(Notice::waivable)
        .findFirst()
        .ifPresent(
            notice ->
                text.append("Accept a broken rule for a time, with reason and owner:\n\n")
                    .append(Markdown.block("yaml", notice.waiverForSpec().lines().toList()))
                    .append("\n"));
    return text.toString();
  }

  private static String table(GateReport gate, List<Notice> notices) {
    if (gate.rules().isEmpty()) {
      return "";
    }
    List<RuleReport> ordered =
        Stream.of(
                notices.stream().map(Notice::report),
                gate.in(Verdict.PASS).stream(),
                gate.in(Verdict.SKIPPED).stream())
            .flatMap(rules -> rules)
            .toList();
    boolean compared = ordered.stream().anyMatch(rule -> rule.change().isPresent());
    StringBuilder text = new StringBuilder();
    text.append(row(compared, "State", "Rule", "About", "Measured", "Limit", "Since the baseline"));
    text.append(row(compared, "---", "---", "---", "---:", "---", "---"));
    for (RuleReport rule : ordered.subList(0, Math.min(RULES, ordered.size()))) {
      Reading reading = Reading.of(rule);
      text.append(
          row(
              compared,
              state(rule.verdict()),
              Markdown.code(rule.rule().id()),
              Markdown.prose(reading.subject()),
              reading.value()
                  + reading.counts().map(counts -> " (" + counts + ")").orElse("")
                  + (reading.partial() ? ", not run to the end" : ""),
              reading.limit() + reading.statistic().map(words -> " " + words).orElse(""),
              RuleRow.of(rule)
                  .change()
                  .map(change -> change.words() + " (" + change.flips() + ")")
                  .orElse(Reading.NOTHING)));
    }
    if (ordered.size() > RULES) {
      text.append("\n").append(Format.plural(ordered.size() - RULES, "more rule"));
      text.append(" in the report.\n");
    }
    return text.append("\n").toString();
  }

  private static String row(boolean compared, String... cells) {
    return Markdown.row(List.of(cells).subList(0, compared ? cells.length : cells.length - 1));
  }

  private static String state(Verdict verdict) {
    return switch (verdict) {
      case PASS -> "✅ pass";
      case WARN -> "⚠️ warning";
      case FAIL -> "❌ fail";
      case INCONCLUSIVE -> "❓ inconclusive";
      case NOT_MEASURED -> "❓ not measured";
      case SKIPPED -> "➖ skipped";
      case WAIVED -> "🕒 waived";
    };
  }

  private static String describe(Notice notice) {
    RuleReport rule = notice.report();
    String text =
        Markdown.code(rule.rule().id()) + ": " + Markdown.prose(rule.judged().explanation());
    if (!rule.worst().isEmpty()) {
      text += " (worst samples " + Format.first(SAMPLES, rule.worst()) + ")";
    }
    return notice
        .uncompared()
        .map(reason -> " Not compared with the baseline: " + Markdown.prose(reason) + ".")
        .map(text::concat)
        .orElse(text);
  }

  private static String items(String title, List<String> items) {
    if (items.isEmpty()) {
      return "";
    }
    String more =
        items.size() > ITEMS ? "- and " + Format.count(items.size() - ITEMS) + " more\n" : "";
    return items.stream()
        .limit(ITEMS)
        .collect(Collectors.joining("\n- ", title + ":\n\n- ", "\n" + more + "\n"));
  }
}
