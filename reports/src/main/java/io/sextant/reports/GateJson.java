package io.sextant.reports;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sextant.reports.internal.JsonText;
import io.sextant.results.AtomicFile;
import io.sextant.results.AttributionDrift;
import io.sextant.results.Interval;
import io.sextant.results.Limit;
import io.sextant.results.Proportion;
import io.sextant.results.Rule;
import io.sextant.results.RuleVerdict;
import io.sextant.results.Scope;
import io.sextant.results.baseline.Comparison;
import io.sextant.results.gate.Finding;
import io.sextant.results.gate.GateMessage;
import io.sextant.results.gate.GateReport;
import io.sextant.results.gate.RuleReport;
import io.sextant.results.gate.Waiver;
import java.io.IOException;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * The judgement of a build as JSON, for other tools. Fields stand in a fixed order, counts are
 * exact, limits and radii are as they were written; what is absent is left out.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class GateJson {
  /** The version of the format that this code writes. */
  public static final int SCHEMA = 2;

  private static final MathContext DIGITS = new MathContext(6, RoundingMode.UP);

  private GateJson() {}

  /** The judgement as text. Equal judgements give equal texts. */
  public static String render(GateReport gate) {
    ObjectNode root = JsonText.object();
    root.put("schema", SCHEMA);
    root.put("model", gate.model());
    root.put("day", gate.day().toString());
    root.put("failed", gate.failed());
    gate.verdict().ifPresent(verdict -> root.put("verdict", verdict.name()));
    root.put("headline", GateMessage.headline(gate));
    ArrayNode rules = root.putArray("rules");
    gate.rules().forEach(rule -> rule(rules.addObject(), rule));
    ArrayNode findings = root.putArray("findings");
    gate.findings().forEach(finding -> finding(findings.addObject(), finding));
    ArrayNode unrun = root.putArray("unrun");
    gate.unrun()
        .forEach(
            left ->
                unrun
                    .addObject()
                    .put("condition", left.cell().condition().text())
                    .put("attack", left.cell().method())
                    .put("missing", left.missing())
                    .put("n", left.n()));
    return JsonText.print(root);
  }

  /**
   * Writes the judgement, in full or not at all.
   *
   * @throws IOException if the file cannot be written
   */
  public static void write(GateReport gate, Path file) throws IOException {
    AtomicFile.write(file, render(gate));
  }

  private static void rule(ObjectNode node, RuleReport report) {
    Rule rule = report.rule();
    RuleVerdict judged = report.judged();
    node.put("id", rule.id());
    node.put("verdict", judged.verdict().name());
    node.put("explanation", judged.explanation());
    node.put("metric", rule.metric().key());
    scope(node.putObject("scope"), report.scope());
    node.put("severity", rule.severity().key());
    node.put("statistic", rule.statistic().key());
    limit(node, "minimum", rule.minimum());
    limit(node, "maximum", rule.maximum());
    limit(node, "maxRegression", rule.maxRegression());
    judged
        .share()
        .ifPresent(
            share -> {
              ObjectNode measured = share(node.putObject("measured"), share);
              judged.bound().ifPresent(bound -> measured.put("bound", bound.key()));
              if (judged.bound().isEmpty()) {
                Interval interval = share.interval();
                measured.put("low", interval.low()).put("high", interval.high());
              }
            });
    judged.gap().ifPresent(gap -> node.put("gap", gap));
    judged.drift().ifPresent(drift -> drift(node.putObject("drift"), drift));
    report
        .change()
        .ifPresent(change -> change(node.putObject("baseline"), change, report.regressed()));
    report.uncompared().ifPresent(reason -> node.put("uncompared", reason));
    samples(node, "worst", report.worst());
    report.waiver().ifPresent(waiver -> waiver(node.putObject("waiver"), waiver));
  }

  private static void scope(ObjectNode node, Scope scope) {
    scope.condition().ifPresent(condition -> node.put("condition", condition.text()));
    scope.attack().ifPresent(attack -> node.put("attack", attack));
    scope.className().ifPresent(name -> node.put("class", name));
    scope.slice().ifPresent(slice -> node.put("slice", slice));
    scope.explainer().ifPresent(explainer -> node.put("explainer", explainer));
  }

  private static void drift(ObjectNode node, AttributionDrift.Measured drift) {
    node.put("value", drift.mean().mean()).put("n", drift.mean().n());
    node.put("low", drift.mean().low()).put("high", drift.mean().high());
    node.put("worst", drift.worst()).put("sample", drift.sample());
    drift.noise().ifPresent(noise -> node.put("noise", noise));
  }

  private static void limit(ObjectNode node, String name, Optional<Limit> limit) {
    limit.ifPresent(l -> node.put(name, l.text()));
  }

  private static ObjectNode share(ObjectNode node, Proportion share) {
    node.put("count", share.count()).put("n", share.n());
    share.value().ifPresent(value -> node.put("value", value));
    return node;
  }

  private static void change(ObjectNode node, Comparison change, boolean regressed) {
    node.put("count", change.before().count());
    node.put("n", change.before().n());
    node.put("change", change.after().count() - change.before().count());
    samples(node, "lost", change.lost());
    samples(node, "gained", change.gained());
    node.put("p", change.test().oneSided().round(DIGITS));
    node.put("regressed", regressed);
  }

  private static void waiver(ObjectNode node, Waiver waiver) {
    waiver.model().ifPresent(model -> node.put("model", model));
    node.put("owner", waiver.owner());
    node.put("reason", waiver.reason());
    node.put("until", waiver.until().toString());
  }

  private static void finding(ObjectNode node, Finding finding) {
    node.put("kind", finding.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    node.put("text", finding.text());
    node.put("fails", finding.fails());
  }

  private static void samples(ObjectNode node, String name, List<Integer> samples) {
    ArrayNode array = node.putArray(name);
    samples.forEach(array::add);
  }
}
