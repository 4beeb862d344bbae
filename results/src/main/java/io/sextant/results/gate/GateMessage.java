package io.sextant.results.gate;

import io.sextant.results.AttributionDrift;
import io.sextant.results.Bound;
import io.sextant.results.Interval;
import io.sextant.results.Percent;
import io.sextant.results.Proportion;
import io.sextant.results.Rule;
import io.sextant.results.RuleVerdict;
import io.sextant.results.Statistic;
import io.sextant.results.Verdict;
import io.sextant.results.baseline.Comparison;
import io.sextant.results.curtail.Unrun;
import io.sextant.results.internal.Text;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * The words in which a build reports on its model: what was measured and what was wanted, what
 * changed, where to look, and what to type next.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class GateMessage {
  /** How long a waiver lasts that nobody has thought about yet. */
  private static final int WAIVER_DAYS = 30;

  private static final List<Verdict> TOLD =
      List.of(
          Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.NOT_MEASURED, Verdict.WARN, Verdict.WAIVED);

  private final GateReport report;
  private final Guidance guidance;
  private final List<String> lines = new ArrayList<>();

  private GateMessage(GateReport report, Guidance guidance) {
    this.report = report;
    this.guidance = guidance;
  }

  /**
   * The whole message: lines with {@code \n} between them, without control characters.
   *
   * @param report to tell
   * @param guidance where it points to
   */
  public static String of(GateReport report, Guidance guidance) {
    return new GateMessage(report, guidance).text();
  }

  /** One line, for example {@code 2 of 5 robustness rules are broken for model digits.} */
  public static String headline(GateReport report) {
    int all = report.rules().size();
    List<String> parts = new ArrayList<>();
    part(report, Verdict.FAIL, "broken", parts);
    part(report, Verdict.INCONCLUSIVE, "undecided", parts);
    part(report, Verdict.NOT_MEASURED, "not measured", parts);
    String model = " for model " + report.model();
    String rules = all == 1 ? " robustness rule " : " robustness rules ";
    int bad = report.in(Verdict.FAIL).size() + undecided(report);
    if (bad > 0) {
      boolean mixed = parts.size() > 1;
      String state = parts.get(0).substring(parts.get(0).indexOf(' ') + 1);
      return Text.line(
          "%s of %s%s%s %s%s."
              .formatted(
                  bad,
                  all,
                  rules,
                  bad == 1 ? "is" : "are",
                  mixed ? "not kept" : state,
                  mixed ? model + ": " + String.join(", ", parts) : model));
    }
    int skipped = report.in(Verdict.SKIPPED).size();
    if (skipped == all) {
      return Text.line("No robustness rule was judged%s: all were skipped.".formatted(model));
    }
    List<String> but = new ArrayList<>();
    part(report, Verdict.WARN, "with a warning", but);
    part(report, Verdict.WAIVED, "waived", but);
    part(report, Verdict.SKIPPED, "skipped", but);
    return Text.line(
        "%s of %s%s%s%s%s."
            .formatted(
                report.in(Verdict.PASS).size(),
                all,
                rules,
                report.in(Verdict.PASS).size() == 1 ? "holds" : "hold",
                model,
                but.isEmpty() ? "" : " (" + String.join(", ", but) + ")"));
  }

  private static int undecided(GateReport report) {
    return report.in(Verdict.INCONCLUSIVE).size() + report.in(Verdict.NOT_MEASURED).size();
  }

  private static void part(GateReport report, Verdict verdict, String word, List<String> parts) {
    int count = report.in(verdict).size();
    if (count > 0) {
      parts.add(count + " " + word);
    }
  }

  /** A rule on one line, for logs, tables and test reports. */
  public static String line(RuleReport rule) {
    List<String> parts = new ArrayList<>();
    parts.add(measured(rule));
    limits(rule.rule()).ifPresent(limit -> parts.add("limit " + limit));
    rule.change().ifPresent(change -> parts.add("baseline " + baseline(rule.rule(), change)));
    if (!rule.worst().isEmpty()) {
      parts.add("worst samples " + samples(rule));
    }
    return Text.line(rule.rule().id() + ": " + String.join("; ", parts));
  }

  /** A verdict on limits alone, in the lines in which a build reports it. */
  public static List<String> of(RuleVerdict judged) {
    GateMessage message =
        new GateMessage(
            new GateReport("", LocalDate.EPOCH, List.of(), List.of(), List.of(), false),
            Guidance.maven(Optional.empty()));
    message.tellVerdict(
        new RuleReport(
            judged, Optional.empty(), false, Optional.empty(), List.of(), Optional.empty()));
    return message.lines.stream().filter(line -> !line.isEmpty()).map(Text::line).toList();
  }

  /** The waiver to paste into a spec for a broken rule. */
  public static String waiverForSpec(GateReport report, RuleReport rule) {
    return Waiver.yaml(rule.rule().id(), report.model(), report.day().plusDays(WAIVER_DAYS));
  }

  /** The waiver to paste into a POM for a broken rule. */
  public static String waiverForPom(GateReport report, RuleReport rule) {
    return Waiver.xml(rule.rule().id(), report.model(), report.day().plusDays(WAIVER_DAYS));
  }

  /** The waiver to paste into the code of a test for a broken rule. */
  public static String waiverForCode(GateReport report, RuleReport rule) {
    return Waiver.code(rule.rule().id(), report.day().plusDays(WAIVER_DAYS));
  }

  private String text() {
    lines.add(headline(report));
    for (Verdict verdict : TOLD) {
      report.in(verdict).forEach(this::tell);
    }
    List<RuleReport> skipped = report.in(Verdict.SKIPPED);
    if (!skipped.isEmpty()) {
      section("Skipped:");
      skipped.forEach(rule -> item(rule.rule().id() + ": " + rule.judged().explanation()));
    }
    if (!report.unrun().isEmpty()) {
      section("Not run:");
      report.unrun().stream().map(Unrun::describe).forEach(this::item);
    }
    if (!report.findings().isEmpty()) {
      section("Also:");
      report.findings().forEach(finding -> item(finding.text()));
    }
    advise();
    return lines.stream().map(Text::line).collect(Collectors.joining("\n"));
  }

  private void tell(RuleReport rule) {
    tellVerdict(rule);
    if (rule.verdict() == Verdict.FAIL || rule.verdict() == Verdict.WARN) {
      entry("reproduce", guidance.reproduce(rule));
    }
  }

  private void tellVerdict(RuleReport rule) {
    RuleVerdict judged = rule.judged();
    section(
        "%s %s: %s"
            .formatted(judged.verdict(), rule.rule().id(), rule.rule().subject(rule.scope())));
    entry("measured", measured(rule));
    limits(rule.rule()).ifPresent(limit -> entry("limit", limit));
    rule.change().ifPresent(change -> entry("baseline", baseline(rule.rule(), change)));
    rule.uncompared()
        .filter(reason -> !judged.explanation().contains(reason))
        .ifPresent(reason -> entry("baseline", "not compared: " + reason));
    if (!rule.worst().isEmpty()) {
      entry("worst", (rule.worst().size() == 1 ? "sample " : "samples ") + samples(rule));
    }
    entry("why", judged.explanation());
  }

  private void advise() {
    List<RuleReport> failed = report.in(Verdict.FAIL);
    boolean baseline =
        report.rules().stream().anyMatch(rule -> rule.regressed() || isForNewBaseline(rule));
    boolean waivable = !failed.isEmpty() && guidance.waiving() != Guidance.Waiving.NOWHERE;
    if (guidance.report().isPresent() || baseline || waivable) {
      lines.add("");
    }
    guidance.report().ifPresent(path -> lines.add("Report: " + path));
    if (baseline) {
      lines.add("Accept the change on purpose: " + guidance.update());
    }
    if (waivable) {
      offer(failed);
    }
  }

  private void offer(List<RuleReport> failed) {
    switch (guidance.waiving()) {
      case SPEC -> {
        lines.add(
            "Accept a broken rule for a time: put this into the spec, with reason and owner.");
        item("waivers:");
        failed.forEach(rule -> waiverForSpec(report, rule).lines().skip(1).forEach(this::item));
      }
      case CODE -> {
        lines.add(
            "Accept a broken rule for a time: put this before the check, with reason and owner.");
        failed.forEach(rule -> item(waiverForCode(report, rule)));
      }
      case NOWHERE -> {}
    }
  }

  /** A new baseline helps where the old one is all that is wrong. */
  private static boolean isForNewBaseline(RuleReport rule) {
    boolean undecided =
        rule.verdict() == Verdict.INCONCLUSIVE || rule.verdict() == Verdict.NOT_MEASURED;
    return undecided && rule.uncompared().isPresent() && rule.judged().bound().isEmpty();
  }

  private void section(String title) {
    lines.add("");
    lines.add(title);
  }

  private void item(String text) {
    lines.add("  " + text);
  }

  private void entry(String name, String text) {
    lines.add("  %-10s %s".formatted(name, text));
  }

  private static String measured(RuleReport report) {
    RuleVerdict judged = report.judged();
    Rule rule = judged.rule();
    if (judged.gap().isPresent()) {
      return "largest relative gap " + Percent.of(judged.gap().getAsDouble(), rule);
    }
    if (judged.drift().isPresent()) {
      return drift(judged.drift().get(), rule);
    }
    if (judged.share().isEmpty()) {
      return "nothing";
    }
    Proportion share = judged.share().get();
    String value =
        judged
                .bound()
                .map(Bound::words)
                .or(
                    () ->
                        rule.metric().isUpperBound()
                            ? Optional.of(Bound.AT_MOST.words())
                            : Optional.empty())
                .map(words -> words + " ")
                .orElse("")
            + Percent.of(share, rule)
            + " (%s of %s)".formatted(share.count(), share.n());
    if (judged.bound().isPresent()) {
      return value + ", not run to the end";
    }
    Interval interval = share.interval();
    return value
        + ", 95% interval "
        + Percent.low(interval)
        + "% to "
        + Percent.high(interval)
        + "%";
  }

  private static String drift(AttributionDrift.Measured drift, Rule rule) {
    Interval interval = new Interval(drift.mean().low(), drift.mean().high());
    return "%s of the attribution moved (mean of %s), 95%% interval %s%% to %s%%%s"
        .formatted(
            Percent.of(drift.mean().mean(), rule),
            drift.mean().n(),
            Percent.low(interval),
            Percent.high(interval),
            drift.noise().isPresent()
                ? "; noise alone moves " + Percent.of(drift.noise().getAsDouble())
                : "");
  }

  private static Optional<String> limits(Rule rule) {
    List<String> limits = new ArrayList<>();
    String statistic = rule.statistic() == Statistic.POINT ? "" : " for the 95% interval";
    rule.minimum().ifPresent(limit -> limits.add("at least " + limit + statistic));
    rule.maximum().ifPresent(limit -> limits.add("at most " + limit + statistic));
    rule.maxRegression().ifPresent(limit -> limits.add("at most " + limit + " below the baseline"));
    return limits.isEmpty() ? Optional.empty() : Optional.of(String.join(" and ", limits));
  }

  private static String baseline(Rule rule, Comparison change) {
    return "%s (%s of %s), %s: %s lost, %s gained, p %s"
        .formatted(
            Percent.of(change.before(), rule),
            change.before().count(),
            change.before().n(),
            Percent.points(change.after().count() - change.before().count(), change.after().n()),
            change.lost().size(),
            change.gained().size(),
            Percent.probability(change.test().oneSided()));
  }

  private static String samples(RuleReport rule) {
    return Guidance.worst(rule).stream().map(String::valueOf).collect(Collectors.joining(", "));
  }
}
