package io.sextant.maven.aggregate;

import io.sextant.reports.IndexReport;
import io.sextant.reports.JunitXml;
import io.sextant.reports.MarkdownSummary;
import io.sextant.results.gate.AggregateRule;
import io.sextant.results.gate.GateMessage;
import io.sextant.results.gate.GatePolicy;
import io.sextant.results.gate.GateReport;
import io.sextant.results.gate.Guidance;
import io.sextant.results.gate.RuleReport;
import io.sextant.results.rules.Measurements;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apiguardian.api.API;

/**
 * The models of a build in one judgement.
 *
 * @param entries models of the modules
 * @param gate what the rules over all of them say; absent without such rules
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record Aggregation(List<ModuleResults.Entry> entries, Optional<GateReport> gate) {
  /** The name under which rules over all models are listed. */
  public static final String ALL = "all modules";

  public Aggregation {
    entries = List.copyOf(entries);
  }

  /**
   * Judges models by rules over all of them.
   *
   * @param entries at least one
   * @param rules perhaps none
   * @param policy where rules do not say it
   * @param today the day
   */
  public static Aggregation of(
      List<ModuleResults.Entry> entries,
      List<AggregateRule> rules,
      GatePolicy policy,
      LocalDate today) {
    if (rules.isEmpty()) {
      return new Aggregation(entries, Optional.empty());
    }
    Map<String, Measurements> models = new LinkedHashMap<>();
    entries.forEach(entry -> models.put(entry.label(), entry.measured()));
    return new Aggregation(
        entries, Optional.of(AggregateRule.judge(ALL, rules, models, policy, today)));
  }

  /** Whether the rules over all models are to fail the build. */
  public boolean failed() {
    return gate.filter(GateReport::failed).isPresent();
  }

  /** The message for a log: a headline per model, then the rules over all. */
  public String message(String report) {
    List<String> lines = new ArrayList<>();
    gate.ifPresent(
        own -> {
          lines.add(GateMessage.headline(own));
          for (RuleReport rule : own.rules()) {
            lines.add("  %s %s".formatted(rule.verdict(), GateMessage.line(rule)));
            lines.add("    " + rule.judged().explanation());
          }
        });
    lines.add("Modules:");
    entries.forEach(entry -> lines.add("  " + GateMessage.headline(entry.report())));
    lines.add("Report: " + report);
    return String.join("\n", lines);
  }

  /**
   * Writes {@code index.html}, {@code summary.md} and {@code TEST-sextant.xml}.
   *
   * @param folder for the files
   * @param guidance which commands they point to
   * @throws IOException if a file cannot be written
   */
  public void write(Path folder, Guidance guidance) throws IOException {
    Path base = folder.toAbsolutePath().normalize();
    List<GateReport> reports =
        Stream.concat(gate.stream(), entries.stream().map(ModuleResults.Entry::report)).toList();
    IndexReport.write(
        "Robustness of %d models".formatted(entries.size()),
        entries.stream()
            .map(
                entry ->
                    new IndexReport.Entry(
                        entry.label(),
                        entry.judgement().result(),
                        Optional.of(entry.report()),
                        base.relativize(
                                entry
                                    .judgement()
                                    .folder()
                                    .toAbsolutePath()
                                    .normalize()
                                    .resolve("report.html"))
                            .toString()
                            .replace('\\', '/')))
            .toList(),
        base.resolve("index.html"));
    MarkdownSummary.write(reports, guidance, base.resolve("summary.md"));
    JunitXml.write(reports, guidance, base.resolve("TEST-sextant.xml"));
  }
}
