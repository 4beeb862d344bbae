package io.sextant.results.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.results.Accuracy;
import io.sextant.results.Certificate;
import io.sextant.results.ExplainerResult;
import io.sextant.results.Limit;
import io.sextant.results.Metric;
import io.sextant.results.Percent;
import io.sextant.results.Proportion;
import io.sextant.results.Rule;
import io.sextant.results.Severity;
import io.sextant.results.Statistic;
import io.sextant.results.Trial;
import io.sextant.results.Validity;
import io.sextant.results.baseline.Baseline;
import io.sextant.results.baseline.Fingerprint;
import io.sextant.results.rules.Measurements;
import io.sextant.results.rules.RuleJudge;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GateMessageTest {
  private static final LocalDate TODAY = LocalDate.of(2026, 1, 15);
  private static final Fingerprint PRINT = new Fingerprint("s", "p");
  private static final Trial GOOD = new Trial("gggggggggg").run("pgd", "0.1", "hhhhhhhhh5");
  private static final Trial WORSE = new Trial("gggggggggg").run("pgd", "0.1", "hhhh987655");

  private static String message(GateReport report) {
    return GateMessage.of(report, Guidance.maven(Optional.of("target/sextant/index.html")));
  }

  private static GateReport judge(
      Measurements measured, Optional<Baseline> baseline, List<Waiver> waivers, Rule... rules) {
    return new BuildGate(List.of(rules), waivers, GatePolicy.DEFAULT)
        .judge(new GateSubject("digits", measured, PRINT), baseline, TODAY);
  }

  private static GateReport judge(Trial trial, Rule... rules) {
    return judge(trial.measured(), Optional.empty(), List.of(), rules);
  }

  @Test
  void a_verdict_alone_is_told_with_value_limit_and_reason() {
    Rule small = Trial.robust("small").minimum(Limit.parse("50%")).build();

    assertThat(GateMessage.of(RuleJudge.judge(small, WORSE.measured())))
        .containsExactly(
            "FAIL small: robust accuracy, L∞ 0.1, worst case",
            "  measured   at most 40.0% (4 of 10), 95% interval 16.8% to 68.8%",
            "  limit      at least 50%",
            "  why        The value is below the minimum.");
  }

  @Test
  void one_waiver_to_paste_is_offered_for_each_broken_rule() {
    Rule one = Trial.robust("one").minimum(Limit.parse("50%")).build();
    Rule two = Trial.robust("two").minimum(Limit.parse("60%")).build();
    GateReport report = judge(WORSE, one, two);

    assertThat(GateMessage.of(report, in(Guidance.Waiving.SPEC)))
        .containsOnlyOnce("waivers:")
        .contains("- rule: \"one\"", "- rule: \"two\"");
    assertThat(GateMessage.of(report, in(Guidance.Waiving.CODE)))
        .contains(".waiving(\"one\"", ".waiving(\"two\"");
  }

  @Test
  void a_broken_build_is_told_what_where_and_what_next() {
    Rule small = Trial.robust("linf-small").minimum(Limit.parse("30%")).build();
    Rule half = Trial.robust("half").minimum(Limit.parse("50%")).build();
    Rule l2 = Rule.robustAccuracy("l2", "l2 1", "0");
    Rule asks = Trial.clean("asks").maxRegression(Limit.parse("1%")).build();
    Rule warn =
        Trial.robust("warn")
            .minimum(Limit.parse("95.25%"))
            .statistic(Statistic.CONFIDENCE_BOUND)
            .severity(Severity.WARN)
            .build();
    Baseline before = Baseline.of("digits", PRINT, List.of(small, half), GOOD.measured());
    List<Waiver> waivers =
        List.of(
            new Waiver("half", Optional.empty(), "known", "ann", TODAY),
            new Waiver("warn", Optional.empty(), "known", "bob", TODAY));
    GateReport report =
        judge(WORSE.measured(), Optional.of(before), waivers, warn, small, half, l2, asks);
    assertThat(message(report))
        .isEqualTo(
            """
            3 of 5 robustness rules are not kept for model digits: 1 broken, 2 not measured.

            FAIL linf-small: robust accuracy, L∞ 0.1, worst case
              measured   at most 40.0% (4 of 10), 95% interval 16.8% to 68.8%
              limit      at least 30%
              baseline   90.0% (9 of 10), -50.0 points: 5 lost, 0 gained, p = 0.0313
              worst      samples 108, 107, 106
              why        The value fell below the baseline by more than the tolerated 0, and not by chance.
              reproduce  mvn sextant:check -Dsextant.rules=linf-small

            NOT_MEASURED l2: robust accuracy, L2 1, worst case
              measured   nothing
              limit      at least 0
              why        There is no figure for this rule, so it cannot pass; take more samples, list the explainer that it asks for, or remove it.

            NOT_MEASURED asks: clean accuracy
              measured   100.0% (10 of 10), 95% interval 72.2% to 100.0%
              limit      at most 1% below the baseline
              why        The value cannot be held against the baseline: the baseline has no rule asks; run update-baseline to record one.

            WARN warn: robust accuracy, L∞ 0.1, worst case
              measured   at most 40.0% (4 of 10), 95% interval 16.8% to 68.8%
              limit      at least 95.25% for the 95% interval
              worst      samples 108, 109, 107
              why        The lower end of the 95% interval is below the minimum.
              reproduce  mvn sextant:check -Dsextant.rules=warn -Dsextant.samples.ids=108,109,107

            WAIVED half: robust accuracy, L∞ 0.1, worst case
              measured   at most 40.0% (4 of 10), 95% interval 16.8% to 68.8%
              limit      at least 50%
              baseline   90.0% (9 of 10), -50.0 points: 5 lost, 0 gained, p = 0.0313
              worst      samples 108, 107, 106
              why        The value is below the minimum. Waived until 2026-01-15 by ann: known

            Also:
              Rule warn is not compared: the baseline has no rule warn; run update-baseline to record one.
              The waiver of rule warn by bob is not needed; remove it.

            Report: target/sextant/index.html
            Accept the change on purpose: mvn sextant:update-baseline
            Accept a broken rule for a time: put this into the spec, with reason and owner.
              waivers:
                - rule: "linf-small"
                  model: "digits"
                  reason: "..."
                  owner: "..."
                  until: 2026-02-14\
            """);
    assertThat(GateMessage.line(report.rules().get(1)))
        .isEqualTo(
            "linf-small: at most 40.0% (4 of 10), 95% interval 16.8% to 68.8%; limit at least 30%;"
                + " baseline 90.0% (9 of 10), -50.0 points: 5 lost, 0 gained, p = 0.0313; worst"
                + " samples 108, 107, 106");
    assertThat(GateMessage.line(report.rules().get(3))).isEqualTo("l2: nothing; limit at least 0");
  }

  @Test
  void a_curtailed_rule_is_told_as_a_bound_and_hostile_names_do_no_harm() {
    Trial curtailed = new Trial("gggggggggg").run("pgd", "0.1", "hh999999");
    Rule hostile = Trial.robust("it's\u001b[31m\nok").minimum(Limit.parse("41%")).build();
    GateReport report = judge(curtailed, hostile);
    assertThat(GateMessage.of(report, new Guidance("run", "update", Optional.empty())))
        .isEqualTo(
            """
            1 of 1 robustness rule is broken for model digits.

            FAIL it's�[31m�ok: robust accuracy, L∞ 0.1, worst case
              measured   at most 40.0% (4 of 10), not run to the end
              limit      at least 41%
              worst      samples 102, 103, 104
              why        The value is below the minimum, whatever the examples not run would show.
              reproduce  run '-Dsextant.rules=it'\\''s�[31m�ok' -Dsextant.samples.ids=102,103,104

            Not run:
              pgd at L∞ 0.1: not run on 2 of 10 examples

            Accept a broken rule for a time: put this into the spec, with reason and owner.
              waivers:
                - rule: "it's\\u001B[31m\\nok"
                  model: "digits"
                  reason: "..."
                  owner: "..."
                  until: 2026-02-14\
            """);
    assertThat(GateMessage.line(report.rules().get(0)))
        .startsWith("it's\uFFFD[31m\uFFFDok: at most 40.0%");
    assertThat(GateMessage.waiverForSpec(report, report.rules().get(0)))
        .startsWith("waivers:\n  - rule: \"it's\\u001B[31m\\nok\"\n");
    assertThat(GateMessage.waiverForPom(report, report.rules().get(0)))
        .contains("<until>2026-02-14</until>");
  }

  @Test
  void a_waiver_is_offered_in_the_words_of_where_rules_stand() {
    Rule half = Trial.robust("say \"half\"").minimum(Limit.parse("50%")).build();
    GateReport report = judge(WORSE, half);
    assertThat(GateMessage.of(report, in(Guidance.Waiving.SPEC)))
        .contains("put this into the spec")
        .contains("  waivers:\n    - rule: \"say \\\"half\\\"\"\n");
    assertThat(GateMessage.of(report, in(Guidance.Waiving.CODE)))
        .doesNotContain("spec")
        .endsWith(
            """
            Accept a broken rule for a time: put this before the check, with reason and owner.
              .waiving("say \\"half\\"", "...", "...", "2026-02-14")\
            """);
    assertThat(GateMessage.of(report, in(Guidance.Waiving.NOWHERE)))
        .contains("FAIL")
        .doesNotContain("Accept a broken rule", "waiv");
  }

  private static Guidance in(Guidance.Waiving place) {
    return new Guidance("run", "update", Optional.empty(), place);
  }

  @Test
  void a_refused_baseline_is_told_beside_a_broken_limit() {
    Rule strict = Trial.robust("r").minimum(Limit.parse("95%")).build();
    Baseline before =
        Baseline.of("digits", new Fingerprint("x", "p"), List.of(strict), GOOD.measured());
    Trial nine = new Trial("gggggggggg").run("pgd", "0.1", "hhhhhhhhh5");
    String text = message(judge(nine.measured(), Optional.of(before), List.of(), strict));
    assertThat(text)
        .contains("  baseline   not compared: the baseline was measured on other examples, ")
        .contains("  worst      sample 109\n")
        .as("a new baseline does not mend a broken limit")
        .doesNotContain("update-baseline\n");
    GateReport undecided =
        judge(
            nine.measured(),
            Optional.of(
                Baseline.of(
                    "digits",
                    new Fingerprint("x", "p"),
                    List.of(Rule.cleanAccuracy("c", "0")),
                    GOOD.measured())),
            List.of(),
            Rule.cleanAccuracy("c", "0"));
    assertThat(message(undecided))
        .startsWith("1 of 1 robustness rule is undecided for model digits.\n")
        .contains("INCONCLUSIVE c: clean accuracy\n")
        .containsOnlyOnce("measured on other examples")
        .doesNotContain("reproduce")
        .doesNotContain("waivers:");
  }

  @Test
  void a_good_build_is_told_briefly() {
    Rule rule = Trial.robust("r").minimum(Limit.parse("10%")).build();
    assertThat(GateMessage.of(judge(GOOD, rule), Guidance.maven(Optional.empty())))
        .isEqualTo("1 of 1 robustness rule holds for model digits.");
    assertThat(message(judge(GOOD, rule, Rule.cleanAccuracy("c", "1%"))))
        .isEqualTo(
            "2 of 2 robustness rules hold for model digits.\n\nReport: target/sextant/index.html");
    Rule warn = Trial.robust("w").minimum(Limit.parse("95%")).severity(Severity.WARN).build();
    assertThat(GateMessage.headline(judge(GOOD, rule, warn)))
        .isEqualTo("1 of 2 robustness rules holds for model digits (1 with a warning).");
    GateReport waived =
        judge(
            GOOD.measured(),
            Optional.empty(),
            List.of(new Waiver("x", Optional.empty(), "known", "ann", TODAY)),
            rule,
            warn,
            Trial.robust("x").minimum(Limit.parse("95%")).build());
    assertThat(GateMessage.headline(waived))
        .isEqualTo("1 of 3 robustness rules holds for model digits (1 with a warning, 1 waived).");
    assertThat(GateMessage.headline(judge(WORSE, rule, warn, Rule.cleanAccuracy("c", "1%"))))
        .isEqualTo("2 of 3 robustness rules hold for model digits (1 with a warning).");
  }

  @Test
  void several_broken_rules_are_counted() {
    Rule one = Trial.robust("a").minimum(Limit.parse("95%")).build();
    Rule two = Trial.robust("b").minimum(Limit.parse("95%")).build();
    assertThat(GateMessage.headline(judge(GOOD, one, two, Rule.cleanAccuracy("c", "1%"))))
        .isEqualTo("2 of 3 robustness rules are broken for model digits.");
  }

  @Test
  void skips_tell_their_reason() {
    BuildGate gate =
        new BuildGate(
            List.of(Rule.cleanAccuracy("c", "1%"), Rule.cleanAccuracy("d", "1%")),
            List.of(),
            GatePolicy.DEFAULT);
    assertThat(
            GateMessage.of(
                gate.skip("digits", "sextant.skip is set.", TODAY),
                Guidance.maven(Optional.empty())))
        .isEqualTo(
            """
            No robustness rule was judged for model digits: all were skipped.

            Skipped:
              c: sextant.skip is set.
              d: sextant.skip is set.\
            """);
    GateReport part =
        gate.only(Set.of("d"))
            .judge(new GateSubject("digits", GOOD.measured(), PRINT), Optional.empty(), TODAY);
    assertThat(GateMessage.headline(part))
        .isEqualTo("1 of 2 robustness rules holds for model digits (1 skipped).");
  }

  @Test
  void what_is_beyond_a_limit_is_also_printed_beyond_it() {
    // 1999 of 2000 are 99.95%.
    Trial nearly = new Trial("g".repeat(1999) + "w");
    assertThat(GateMessage.line(judge(nearly, Rule.cleanAccuracy("c", "100%")).rules().get(0)))
        .startsWith("c: 99.95% (1999 of 2000), 95% interval 99.7% to 100.0%; limit at least 100%");
    Rule none = Trial.clean("c").maximum(Limit.parse("99.9%")).build();
    assertThat(GateMessage.line(judge(nearly, none).rules().get(0)))
        .startsWith("c: 99.95% (1999 of 2000)")
        .contains("limit at most 99.9%");
    Rule both =
        Trial.clean("c").minimum(Limit.parse("0.5")).maximum(Limit.parse("99.955%")).build();
    assertThat(GateMessage.line(judge(nearly, both).rules().get(0)))
        .startsWith("c: 99.95% (1999 of 2000)")
        .contains("limit at least 0.5 and at most 99.955%");
  }

  @Test
  void the_gate_rounds_as_everything_else_does() {
    Rule rule = Rule.cleanAccuracy("c", "100%");
    for (int wrong = 0; wrong <= 171; wrong++) {
      Trial trial = new Trial("g".repeat(171 - wrong) + "w".repeat(wrong));
      assertThat(GateMessage.line(judge(trial, rule).rules().get(0)))
          .startsWith(
              "c: %s (%d of 171)"
                  .formatted(Percent.of(new Proportion(171 - wrong, 171)), 171 - wrong));
    }
    assertThat(Percent.of(new Proportion(167, 171))).isEqualTo("97.7%");
  }

  @Test
  void a_share_above_its_maximum_is_not_printed_as_equal_to_it() {
    Rule both = Trial.robust("r").minimum(Limit.parse("10%")).maximum(Limit.parse("33.3%")).build();
    assertThat(Percent.of(new Proportion(1, 3), both)).isEqualTo("33.33%");
    assertThat(Percent.of(new Proportion(33, 100), both)).isEqualTo("33.0%");
  }

  @Test
  void nothing_in_a_name_turns_or_hides_a_line() {
    Rule hostile = Trial.robust("a\u009b31m\u202eb\u2028c").minimum(Limit.parse("99%")).build();
    GateReport report =
        judge(
            new Trial("g").run("pgd", "0.1", "5").measured(), Optional.empty(), List.of(), hostile);
    assertThat(GateMessage.line(report.rules().get(0))).startsWith("a\uFFFD31m\uFFFDb\uFFFDc: ");
  }

  @Test
  void gaps_are_told_as_gaps() {
    Rule rule = Rule.builder("gap", Metric.COMPLETENESS_GAP).maximum(Limit.parse("1%")).build();
    Certificate certificate =
        new Certificate(
            7,
            0,
            "logit",
            1,
            2,
            OptionalDouble.of(1),
            OptionalDouble.of(0.03125),
            Optional.of(false),
            OptionalDouble.empty(),
            1,
            1);
    Measurements measured =
        new Measurements(
            Trial.CLASSES,
            new Accuracy(new Proportion(1, 1), List.of(), List.of()),
            List.of(new ExplainerResult("ig", Map.of(), List.of(certificate), List.of())),
            Validity.of(List.of()),
            Optional.empty());
    GateReport report = judge(measured, Optional.empty(), List.of(), rule);
    assertThat(GateMessage.line(report.rules().get(0)))
        .isEqualTo("gap: largest relative gap 3.1%; limit at most 1%; worst samples 7");
  }

  @Test
  void small_changes_and_probabilities_are_told() {
    Rule rule = Trial.robust("r").minimum(Limit.parse("1%")).build();
    Trial before = new Trial("g".repeat(30)).run("pgd", "0.1", "h".repeat(29) + "9");
    Trial same = new Trial("g".repeat(30)).run("pgd", "0.1", "9" + "h".repeat(29));
    Trial far = new Trial("g".repeat(30)).run("pgd", "0.1", "h" + "9".repeat(29));
    Trial up = new Trial("g".repeat(30)).run("pgd", "0.1", "h".repeat(30));
    Optional<Baseline> baseline =
        Optional.of(Baseline.of("digits", PRINT, List.of(rule), before.measured()));
    assertThat(line(same, baseline, rule))
        .contains("baseline 96.7% (29 of 30), 0.0 points: 1 lost, 1 gained, p = 0.75;");
    assertThat(line(far, baseline, rule)).contains("-93.3 points: 28 lost, 0 gained, p < 0.0001;");
    assertThat(line(up, baseline, rule))
        .contains("+3.3 points: 0 lost, 1 gained, p = 1")
        .doesNotContain("worst");
  }

  private static String line(Trial trial, Optional<Baseline> baseline, Rule rule) {
    return GateMessage.line(judge(trial.measured(), baseline, List.of(), rule).rules().get(0));
  }
}
