package io.sextant.reports;

import io.sextant.reports.internal.XmlText;
import io.sextant.results.AtomicFile;
import io.sextant.results.Verdict;
import io.sextant.results.curtail.Unrun;
import io.sextant.results.gate.Finding;
import io.sextant.results.gate.GateMessage;
import io.sextant.results.gate.GateReport;
import io.sextant.results.gate.Guidance;
import io.sextant.results.gate.RuleReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * The judgements of a build as JUnit XML: a suite per model, a case per rule.
 *
 * <p>A broken rule is a failure. One that is undecided or not measured is an error: nothing was
 * found to be wrong, and nothing to be right. Skipped and waived rules are skipped, with their
 * reason; a warning passes and says so. A finding that fails the build is a failing case too. There
 * are no times in the file: equal judgements give equal bytes.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class JunitXml {
  private static final String PACKAGE = "sextant.";

  private JunitXml() {}

  /**
   * The file as text.
   *
   * @param models the judgements, each model once
   * @param guidance the commands that messages point to
   */
  public static String render(List<GateReport> models, Guidance guidance) {
    List<Suite> suites = models.stream().map(model -> Suite.of(model, guidance)).toList();
    XmlText xml = new XmlText();
    Map<String, String> attributes = new LinkedHashMap<>();
    attributes.put("name", "Sextant");
    attributes.putAll(counts(suites.stream().flatMap(suite -> suite.cases().stream()).toList()));
    xml.open("testsuites", attributes);
    suites.forEach(suite -> suite.write(xml));
    xml.close();
    return xml.text();
  }

  /**
   * Writes the file, in full or not at all.
   *
   * @param models the judgements, each model once
   * @param guidance the commands that messages point to
   * @param file to write
   * @throws IOException if the file cannot be written
   */
  public static void write(List<GateReport> models, Guidance guidance, Path file)
      throws IOException {
    AtomicFile.write(file, render(models, guidance));
  }

  private static Map<String, String> counts(List<Case> cases) {
    Map<String, String> counts = new LinkedHashMap<>();
    counts.put("tests", String.valueOf(cases.size()));
    for (Outcome outcome : List.of(Outcome.FAILURE, Outcome.ERROR, Outcome.SKIPPED)) {
      counts.put(
          outcome.total,
          String.valueOf(cases.stream().filter(c -> c.outcome() == outcome).count()));
    }
    // Some readers insist on a number here; a real one would differ from run to run.
    counts.put("time", "0");
    return counts;
  }

  /** How readers of the format sort cases. */
  private enum Outcome {
    PASSED("", ""),
    FAILURE("failure", "failures"),
    ERROR("error", "errors"),
    SKIPPED("skipped", "skipped");

    private final String element;
    private final String total;

    Outcome(String element, String total) {
      this.element = element;
      this.total = total;
    }

    static Outcome of(Verdict verdict) {
      return switch (verdict) {
        case PASS, WARN -> PASSED;
        case FAIL -> FAILURE;
        case INCONCLUSIVE, NOT_MEASURED -> ERROR;
        case SKIPPED, WAIVED -> SKIPPED;
      };
    }
  }

  private record Case(
      String className, String name, Outcome outcome, String type, String line, String text) {
    static Case of(GateReport gate, RuleReport rule, Guidance guidance) {
      // The message of a gate that has this rule only.
      GateReport alone =
          new GateReport(gate.model(), gate.day(), List.of(rule), List.of(), List.of(), false);
      return new Case(
          className(gate),
          rule.rule().id(),
          Outcome.of(rule.verdict()),
          rule.verdict().name(),
          rule.verdict() == Verdict.SKIPPED || rule.verdict() == Verdict.WAIVED
              ? rule.judged().explanation()
              : GateMessage.line(rule),
          rule.verdict() == Verdict.PASS
              ? GateMessage.line(rule)
              : GateMessage.of(alone, guidance));
    }

    static Case of(GateReport gate, Finding.Kind kind, List<Finding> findings) {
      return new Case(
          className(gate) + ".findings",
          kind.name().toLowerCase(Locale.ROOT).replace('_', '-'),
          Outcome.FAILURE,
          kind.name(),
          findings.get(0).text(),
          findings.stream().map(Finding::text).collect(Collectors.joining("\n")));
    }

    /** Readers cut class names at dots, and some at slashes and spaces. */
    private static String className(GateReport gate) {
      return PACKAGE + gate.model().replaceAll("[^\\p{L}\\p{N}_-]", "_");
    }

    void write(XmlText xml) {
      Map<String, String> attributes = new LinkedHashMap<>();
      attributes.put("name", name);
      attributes.put("classname", className);
      attributes.put("time", "0");
      xml.open("testcase", attributes);
      switch (outcome) {
        case PASSED -> xml.element("system-out", Map.of(), text);
        case SKIPPED -> {
          xml.element(outcome.element, Map.of("message", line), "");
          xml.element("system-out", Map.of(), text);
        }
        case FAILURE, ERROR -> {
          Map<String, String> about = new LinkedHashMap<>();
          about.put("message", line);
          about.put("type", type);
          xml.element(outcome.element, about, text);
        }
      }
      xml.close();
    }
  }

  private record Suite(String name, List<Case> cases, Optional<String> remarks) {
    static Suite of(GateReport gate, Guidance guidance) {
      List<Case> cases = new ArrayList<>();
      gate.rules().forEach(rule -> cases.add(Case.of(gate, rule, guidance)));
      for (Finding.Kind kind : Finding.Kind.values()) {
        List<Finding> failing =
            gate.findings().stream().filter(f -> f.fails() && f.kind() == kind).toList();
        if (!failing.isEmpty()) {
          cases.add(Case.of(gate, kind, failing));
        }
      }
      List<String> remarks = new ArrayList<>();
      gate.findings().stream().filter(f -> !f.fails()).map(Finding::text).forEach(remarks::add);
      gate.unrun().stream().map(Unrun::describe).forEach(remarks::add);
      return new Suite(
          gate.model(),
          cases,
          remarks.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", remarks)));
    }

    void write(XmlText xml) {
      Map<String, String> attributes = new LinkedHashMap<>();
      attributes.put("name", name);
      attributes.putAll(counts(cases));
      xml.open("testsuite", attributes);
      cases.forEach(c -> c.write(xml));
      remarks.ifPresent(text -> xml.element("system-out", Map.of(), text));
      xml.close();
    }
  }
}
