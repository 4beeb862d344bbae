package io.sextant.reports;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.results.AuditResult;
import io.sextant.results.Bound;
import io.sextant.results.Gate;
import io.sextant.results.Limit;
import io.sextant.results.Metric;
import io.sextant.results.Norm;
import io.sextant.results.Proportion;
import io.sextant.results.Rule;
import io.sextant.results.RuleVerdict;
import io.sextant.results.Scope;
import io.sextant.results.Statistic;
import io.sextant.results.Verdict;
import io.sextant.results.gate.GateReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The report with the verdicts of a build. */
class HtmlReportGateTest {
  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path folder;

  private static String render(GateReport gate) {
    return HtmlReport.render(Fixture.images(), gate, GateFixture.GUIDANCE);
  }

  private static String section(String html, String id) {
    Matcher matcher =
        Pattern.compile("<section id=\"" + id + "\"(.*?)</section>", Pattern.DOTALL).matcher(html);
    assertThat(matcher.find()).as(id).isTrue();
    return matcher.group(1);
  }

  private static List<String> all(String html, String regex) {
    return Pattern.compile(regex).matcher(html).results().map(m -> m.group(1)).toList();
  }

  /** The row of a table or the card that begins with a rule's name. */
  private static String part(String html, String from, String to) {
    int start = html.indexOf(from);
    assertThat(start).as(from).isNotNegative();
    return html.substring(start, html.indexOf(to, start));
  }

  @Test
  void the_build_speaks_in_place_of_the_spec() {
    String verdict = section(render(GateFixture.seven("m")), "verdict");
    assertThat(verdict)
        .contains("Fail</h2>")
        .contains(
            "4 of 8 robustness rules are not kept for model m: 2 broken, 1 undecided, 1 not"
                + " measured.")
        .contains("This fails the gate. Judged on 2026-01-15")
        .doesNotContain("Exit code", "1 of 3 rules");
    assertThat(section(render(GateFixture.passing("m")), "verdict"))
        .contains("Pass</h2>", "This does not fail the gate.")
        .doesNotContain("Since the baseline");
  }

  @Test
  void every_state_has_an_icon_a_word_and_a_colour() {
    String verdict = section(render(GateFixture.seven("m")), "verdict");
    List<String> marks = all(verdict, "(<span class=\"mark [^\"]*\"><svg.*?</span>)");
    assertThat(marks).hasSize(8).allMatch(mark -> mark.contains("<path d=\"M"));
    assertThat(marks.stream().distinct()).hasSize(7);
    assertThat(all(verdict, "</svg>([A-Z][a-z ]+)</span>").stream().distinct())
        .containsExactly(
            "Pass", "Fail", "Warning", "Inconclusive", "Not measured", "Waived", "Skipped");
    // No two of them look alike but for the word.
    assertThat(marks.stream().map(m -> m.replaceAll("</svg>.*", "")).distinct()).hasSize(7);
  }

  @Test
  void a_rule_shows_figure_limit_statistic_and_change() {
    String verdict = section(render(GateFixture.seven("m")), "verdict");
    assertThat(part(verdict, ">linf-small<", "</tr>"))
        .contains("at most 46.5%", "93/200", "39.7–53.5%")
        .contains("at least 40% and at most 2% below the baseline")
        .contains("worse by 14.5 points", "29 lost, 0 gained", "p &lt; 0.0001");
    assertThat(part(verdict, ">linf-large<", "</tr>"))
        .contains("at most 40.0%", "80/200", "not run to the end")
        .doesNotContain("–53");
    assertThat(part(verdict, ">worst-class<", "</tr>"))
        .contains("class Trouser (the worst one)", "for the 95% interval", "severity warn");
    assertThat(part(verdict, ">night<", "</tr>")).contains("slice night");
    assertThat(part(verdict, ">gap<", "</tr>")).contains("The rule was not selected.");
  }

  @Test
  void a_finding_says_where_to_look_and_what_to_type() {
    String findings = section(render(GateFixture.seven("m")), "findings");
    assertThat(all(findings, "<h3>.*</span>\\s*([a-z0-9-]+)</h3>"))
        .containsExactly("linf-small", "linf-large", "night", "l2", "worst-class", "legacy");
    String small = part(findings, "linf-small</h3>", "</article>");
    assertThat(small)
        .contains("0, 6, 13, 19, 20, 22, 23, 28, 29, 32, 49, 53 and 95 more")
        .contains("<pre><code>mvn sextant:check -Dsextant.rules=linf-small</code></pre>")
        .contains("<pre><code>mvn sextant:update-baseline</code></pre>")
        .contains("<pre><code>waivers:\n  - rule: \"linf-small\"\n    model: \"m\"\n")
        .contains("<pre><code>&lt;waiver&gt;\n  &lt;rule&gt;linf-small&lt;/rule&gt;\n");
    // A broken limit stays broken under any baseline.
    assertThat(part(findings, "linf-large</h3>", "</article>"))
        .contains("Not compared: the figure was not run to the end", "waivers:")
        .doesNotContain("update-baseline");
    assertThat(part(findings, "legacy</h3>", "</article>"))
        .contains("Ann Example, until 2026-03-31", "Retraining is planned for the next release")
        .doesNotContain("a waiver to paste");
    assertThat(findings)
        .contains("The waiver of rule clean by bob ended on 2026-01-01; remove it.")
        .contains("L∞ ≤ 8/255</td><td class=\"num\">53 of 200 examples");
  }

  @Test
  void a_finding_that_fails_the_build_is_marked() {
    String html = render(GateFixture.failedByWaiver("m"));
    assertThat(section(html, "findings"))
        .contains("Every rule that was judged holds.")
        .contains("class=\"mark bad\"", "is not needed; remove it.");
    assertThat(section(html, "verdict")).contains("This fails the gate.");
  }

  @Test
  void a_regression_is_drawn_and_told() {
    String regression = section(render(GateFixture.seven("m")), "regression");
    String row = part(regression, ">linf-small<", "</tr>");
    assertThat(row)
        .contains("61.0%<small>122/200", "46.5%<small>93/200", "worse by 14.5 points")
        .contains("x1=\"76.76\" x2=\"59.94\"")
        .contains("<td class=\"num\">29</td><td class=\"num\">0</td>");
    assertThat(regression)
        .contains("0, 6, 13, 19, 20, 22, 23, 28, 29, 32, 49, 53, 65, 84, 88")
        .contains("<dt>linf-large</dt><dd>the figure was not run to the end");
    assertThat(render(GateFixture.passing("m"))).doesNotContain("regression");
  }

  @Test
  void has_every_section_linked_from_the_contents() {
    for (GateReport gate : List.of(GateFixture.seven("m"), GateFixture.passing("m"))) {
      String html = render(gate);
      List<String> links = all(html, "<li><a href=\"#([a-z]+)\">");
      assertThat(all(html, "<section id=\"([a-z]+)\"")).isEqualTo(links);
      assertThat(all(html, " id=\"([^\"]+)\"")).doesNotHaveDuplicates();
    }
  }

  @Test
  void keeps_to_the_rules_of_every_report() throws IOException {
    String html = render(GateFixture.seven("m"));
    assertThat(html).doesNotContain("http://", "https://", "url(", "<link", "<script", "null");
    assertThat(all(html, "(?i)<[^>]* (style|on[a-z]+)=")).isEmpty();
    assertThat(all(html, "(?s)(<table>.*?</table>)")).allMatch(t -> t.contains("<caption>"));
    assertThat(all(html, "<th( [^>]*)?>")).allMatch(attributes -> attributes.contains("scope="));
    Path file = folder.resolve("report.html");
    HtmlReport.write(Fixture.images(), GateFixture.seven("m"), GateFixture.GUIDANCE, file);
    assertThat(file).hasContent(html);
  }

  @Test
  void hostile_names_are_only_text() {
    String html = render(GateFixture.hostile());
    assertThat(html)
        .contains("&lt;script&gt;alert(1)&lt;/script&gt;]]&gt;|a|`b``@octocat")
        .doesNotContain("<script", "\u0000", "\u0007", "\r", "\u2028", "\u202E", "\uD800");
    assertThat(all(html, "<a href=\"(.)")).containsOnly("#");
  }

  @Test
  void the_report_of_an_audit_tells_bounds_classes_and_statistics_too() {
    Rule rule =
        Rule.builder("each", Metric.ROBUST_ACCURACY)
            .norm(Norm.LINF)
            .className(Rule.EVERY_CLASS)
            .minimum(Limit.parse("50%"))
            .maxRegression(Limit.parse("1%"))
            .statistic(Statistic.CONFIDENCE_BOUND)
            .build();
    RuleVerdict judged =
        new RuleVerdict(
            rule,
            Verdict.FAIL,
            new Scope(
                rule.condition(),
                Optional.empty(),
                Optional.of("Bag"),
                Optional.empty(),
                Optional.empty()),
            Optional.of(new Proportion(12, 50)),
            Optional.of(Bound.AT_LEAST),
            OptionalDouble.empty(),
            Optional.empty(),
            "why");
    AuditResult plain = Fixture.images();
    AuditResult result =
        new AuditResult(
            plain.schema(),
            plain.task(),
            plain.toolkit(),
            plain.model(),
            plain.engine(),
            plain.data(),
            plain.plan(),
            plain.accuracy(),
            plain.stages(),
            plain.predictions(),
            plain.corruptions(),
            plain.explanations(),
            plain.attributions(),
            plain.drift(),
            plain.quality(),
            plain.adaptation(),
            plain.gallery(),
            plain.validity(),
            plain.queries(),
            plain.reverification(),
            Gate.of(List.of(judged)),
            plain.notTested(),
            plain.evidenceSha256(),
            plain.run());
    assertThat(section(HtmlReport.render(result), "verdict"))
        .contains("at least 24.0%", "12/50", "not run to the end")
        .contains("class Bag (the worst one)")
        .contains("at least 50% and at most 1% below the baseline", "for the 95% interval")
        .contains("Exit code 1.");
  }
}
