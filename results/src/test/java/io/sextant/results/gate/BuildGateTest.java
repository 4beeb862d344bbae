package io.sextant.results.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.groups.Tuple.tuple;

import io.sextant.results.Bound;
import io.sextant.results.Cell;
import io.sextant.results.Condition;
import io.sextant.results.Epsilon;
import io.sextant.results.Kept;
import io.sextant.results.KeptAttributions;
import io.sextant.results.Limit;
import io.sextant.results.Metric;
import io.sextant.results.Norm;
import io.sextant.results.Proportion;
import io.sextant.results.Rule;
import io.sextant.results.RuleVerdict;
import io.sextant.results.SampleRow;
import io.sextant.results.Scope;
import io.sextant.results.Severity;
import io.sextant.results.Statistic;
import io.sextant.results.Trial;
import io.sextant.results.Verdict;
import io.sextant.results.baseline.Baseline;
import io.sextant.results.baseline.Fingerprint;
import io.sextant.results.curtail.Unrun;
import io.sextant.results.rules.Measurements;
import io.sextant.results.rules.RuleJudge;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BuildGateTest {
  private static final LocalDate TODAY = LocalDate.of(2026, 1, 15);
  private static final Fingerprint PRINT = new Fingerprint("s", "p");

  /** 9 of 10 held. */
  private static final Trial GOOD = new Trial("gggggggggg").run("pgd", "0.1", "hhhhhhhhh5");

  /** 4 of 10 held: five of the former nine are lost. */
  private static final Trial WORSE = new Trial("gggggggggg").run("pgd", "0.1", "hhhh987655");

  private static Rule.Builder rule() {
    return Trial.robust("r").minimum(Limit.parse("30%"));
  }

  private static BuildGate gate(Rule... rules) {
    return new BuildGate(List.of(rules), List.of(), GatePolicy.DEFAULT);
  }

  private static GateSubject subject(Measurements measured) {
    return new GateSubject("digits", measured, PRINT);
  }

  private static Baseline baseline(Trial trial, Rule... rules) {
    return Baseline.of("digits", PRINT, List.of(rules), trial.measured());
  }

  private static GateReport judge(BuildGate gate, Trial trial, Baseline baseline) {
    return gate.judge(subject(trial.measured()), Optional.of(baseline), TODAY);
  }

  private static GateReport judge(BuildGate gate, Trial trial) {
    return gate.judge(subject(trial.measured()), Optional.empty(), TODAY);
  }

  private static RuleReport first(GateReport report) {
    return report.rules().get(0);
  }

  @Test
  void a_kept_limit_passes_without_a_baseline() {
    GateReport report = judge(gate(rule().build()), GOOD);
    assertThat(report.failed()).isFalse();
    assertThat(report.verdict()).contains(Verdict.PASS);
    assertThat(report.model()).isEqualTo("digits");
    assertThat(report.day()).isEqualTo(TODAY);
    assertThat(report.findings()).isEmpty();
    assertThat(report.unrun()).isEmpty();
    RuleReport only = first(report);
    assertThat(only.verdict()).isEqualTo(Verdict.PASS);
    assertThat(only.change()).isEmpty();
    assertThat(only.regressed()).isFalse();
    assertThat(only.uncompared()).isEmpty();
    assertThat(only.worst()).containsExactly(109);
    assertThat(only.scope().describe()).isEqualTo("L∞ 0.1, worst case");
  }

  @Test
  void a_broken_limit_fails() {
    GateReport report = judge(gate(Trial.robust("r").minimum(Limit.parse("95%")).build()), GOOD);
    assertThat(report.failed()).isTrue();
    assertThat(first(report).verdict()).isEqualTo(Verdict.FAIL);
    assertThat(first(report).judged().explanation()).isEqualTo("The value is below the minimum.");
  }

  @Test
  void warnings_do_not_fail() {
    Rule warning = Trial.robust("r").minimum(Limit.parse("95%")).severity(Severity.WARN).build();
    GateReport report = judge(gate(warning), GOOD);
    assertThat(report.failed()).isFalse();
    assertThat(report.verdict()).contains(Verdict.WARN);
  }

  @Test
  void what_was_not_measured_or_decided_fails_unless_the_policy_says_otherwise() {
    Rule elsewhere = Rule.robustAccuracy("r", "l2 1", "0");
    assertThat(first(judge(gate(elsewhere), GOOD)).verdict()).isEqualTo(Verdict.NOT_MEASURED);
    assertThat(first(judge(gate(elsewhere), GOOD)).scope().condition())
        .contains(Condition.parse("l2 1"));
    assertThat(judge(gate(elsewhere), GOOD).failed()).isTrue();
    BuildGate lenient =
        new BuildGate(
            List.of(elsewhere), List.of(), GatePolicy.DEFAULT.withFailIfNotMeasured(false));
    assertThat(judge(lenient, GOOD).failed()).isFalse();

    GateSubject unreliable = subject(GOOD.unreliable());
    GateReport report = gate(rule().build()).judge(unreliable, Optional.empty(), TODAY);
    assertThat(first(report).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(report.failed()).isTrue();
    BuildGate trusting =
        new BuildGate(
            List.of(rule().build()), List.of(), GatePolicy.DEFAULT.withFailOnInconclusive(false));
    assertThat(trusting.judge(unreliable, Optional.empty(), TODAY).failed()).isFalse();
  }

  @Test
  void a_significant_fall_below_the_baseline_fails() {
    Baseline before = baseline(GOOD, rule().build());
    GateReport report = judge(gate(rule().build()), WORSE, before);
    RuleReport fallen = first(report);
    assertThat(fallen.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(fallen.regressed()).isTrue();
    assertThat(fallen.judged().explanation())
        .isEqualTo(
            "The value fell below the baseline by more than the tolerated 0, and not by chance.");
    assertThat(fallen.judged().share()).contains(new Proportion(4, 10));
    assertThat(fallen.scope().condition()).contains(Condition.parse("linf 0.1"));
    assertThat(fallen.change().orElseThrow().lost()).containsExactly(104, 105, 106, 107, 108);
    assertThat(fallen.worst())
        .as("lost ones first, the nearest of them first")
        .containsExactly(108, 107, 106, 105, 104, 109);
    assertThat(report.failed()).isTrue();

    GateReport warned = judge(gate(rule().severity(Severity.WARN).build()), WORSE, before);
    assertThat(first(warned).verdict()).isEqualTo(Verdict.WARN);
    assertThat(warned.failed()).isFalse();
  }

  @Test
  void a_fall_is_tolerated_by_size_or_by_chance() {
    Baseline before = baseline(GOOD, rule().build());
    Rule tolerant = rule().maxRegression(Limit.parse("50%")).build();
    assertThat(first(judge(gate(tolerant), WORSE, before)).verdict()).isEqualTo(Verdict.PASS);
    Rule strict = rule().maxRegression(Limit.parse("49%")).build();
    assertThat(first(judge(gate(strict), WORSE, before)).verdict()).isEqualTo(Verdict.FAIL);
    BuildGate cautious =
        new BuildGate(
            List.of(rule().build()),
            List.of(),
            GatePolicy.DEFAULT.withSignificance(new BigDecimal("0.03")));
    GateReport report = judge(cautious, WORSE, before);
    assertThat(first(report).verdict()).as("p is 1/32").isEqualTo(Verdict.PASS);
    assertThat(first(report).change()).isPresent();
    assertThat(first(report).regressed()).isFalse();
  }

  @Test
  void the_policy_sets_the_tolerance_of_rules_that_have_none() {
    Baseline before = baseline(GOOD, rule().build());
    for (Optional<Limit> tolerance :
        List.of(Optional.<Limit>empty(), Optional.of(Limit.parse("50%")))) {
      BuildGate gate =
          new BuildGate(
              List.of(rule().build()), List.of(), GatePolicy.DEFAULT.withMaxRegression(tolerance));
      assertThat(first(judge(gate, WORSE, before)).verdict()).isEqualTo(Verdict.PASS);
      assertThat(first(judge(gate, WORSE, before)).change().isPresent())
          .isEqualTo(tolerance.isPresent());
    }
    Rule ceiling = Trial.robust("r").maximum(Limit.parse("95%")).build();
    assertThat(first(judge(gate(ceiling), WORSE, baseline(GOOD, ceiling))).change())
        .as("a maximum says nothing against a fall")
        .isEmpty();
  }

  @Test
  void a_broken_limit_stays_broken_beside_the_baseline() {
    Rule half = Trial.robust("r").minimum(Limit.parse("50%")).build();
    RuleReport both = first(judge(gate(half), WORSE, baseline(GOOD, half)));
    assertThat(both.judged().explanation()).isEqualTo("The value is below the minimum.");
    assertThat(both.regressed()).isTrue();
    assertThat(both.change()).isPresent();
    RuleReport limitOnly = first(judge(gate(half), WORSE, baseline(WORSE, half)));
    assertThat(limitOnly.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(limitOnly.regressed()).isFalse();
    GateSubject elsewhere = new GateSubject("digits", WORSE.measured(), new Fingerprint("x", "p"));
    RuleReport refused =
        first(gate(half).judge(elsewhere, Optional.of(baseline(GOOD, half)), TODAY));
    assertThat(refused.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(refused.uncompared().orElseThrow()).startsWith("the baseline was measured on other");
  }

  @Test
  void a_baseline_that_cannot_be_compared_takes_away_the_green() {
    GateSubject elsewhere = new GateSubject("digits", GOOD.measured(), new Fingerprint("x", "p"));
    GateReport report =
        gate(rule().build()).judge(elsewhere, Optional.of(baseline(GOOD, rule().build())), TODAY);
    assertThat(first(report).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(first(report).judged().explanation())
        .isEqualTo(
            "The value cannot be held against the baseline: the baseline was measured on other"
                + " examples, so the two cannot be paired; use the same data and samples, or run"
                + " update-baseline to record one.");
    assertThat(report.failed()).isTrue();
    assertThat(report.findings()).isEmpty();
    GateSubject both = new GateSubject("digits", GOOD.unreliable(), new Fingerprint("x", "p"));
    assertThat(
            first(
                    gate(rule().build())
                        .judge(both, Optional.of(baseline(GOOD, rule().build())), TODAY))
                .judged()
                .explanation())
        .isEqualTo(
            "The value is within the limit, but a validity check tripped: zero-gradients (remove"
                + " saturation, rounding or what else stops the gradient).");
  }

  @Test
  void a_rule_that_is_new_is_not_compared_and_says_so() {
    GateReport report =
        judge(gate(rule().build()), GOOD, baseline(GOOD, Rule.cleanAccuracy("c", "0")));
    assertThat(report.failed()).isFalse();
    assertThat(report.findings())
        .containsExactly(
            new Finding(
                Finding.Kind.NOT_IN_BASELINE,
                "Rule r is not compared: the baseline has no rule r; run update-baseline to record"
                    + " one.",
                false));
    assertThat(first(report).uncompared()).isEmpty();
  }

  @Test
  void a_rule_that_asks_for_a_baseline_needs_one() {
    Rule asking = rule().maxRegression(Limit.parse("1%")).build();
    GateReport without = judge(gate(asking), GOOD);
    assertThat(first(without).verdict()).isEqualTo(Verdict.NOT_MEASURED);
    assertThat(first(without).judged().explanation())
        .isEqualTo(
            "The value cannot be held against the baseline: there is no baseline; run"
                + " update-baseline to record one.");
    assertThat(first(without).uncompared())
        .contains("there is no baseline; run update-baseline to record one");
    assertThat(without.findings()).isEmpty();
    GateReport unknown = judge(gate(asking), GOOD, baseline(GOOD, Rule.cleanAccuracy("c", "0")));
    assertThat(first(unknown).verdict()).isEqualTo(Verdict.NOT_MEASURED);
    assertThat(unknown.findings()).isEmpty();
    assertThat(first(unknown).uncompared().orElseThrow()).startsWith("the baseline has no rule r");
  }

  @Test
  void a_rule_may_have_nothing_but_its_baseline() {
    Rule only = Trial.robust("r").maxRegression(Limit.parse("0")).build();
    Baseline before = baseline(GOOD, only);
    RuleReport kept = first(judge(gate(only), GOOD, before));
    assertThat(kept.verdict()).isEqualTo(Verdict.PASS);
    assertThat(kept.judged().explanation())
        .isEqualTo("The value did not fall below the baseline by more than is tolerated.");
    RuleReport fallen = first(judge(gate(only), WORSE, before));
    assertThat(fallen.verdict()).isEqualTo(Verdict.FAIL);
    RuleReport unreliable =
        first(gate(only).judge(subject(GOOD.unreliable()), Optional.of(before), TODAY));
    assertThat(unreliable.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(unreliable.judged().explanation())
        .isEqualTo(
            "The value did not fall below the baseline, but a validity check tripped:"
                + " zero-gradients (remove saturation, rounding or what else stops the gradient).");
    RuleReport worseAndUnreliable =
        first(gate(only).judge(subject(WORSE.unreliable()), Optional.of(before), TODAY));
    assertThat(worseAndUnreliable.verdict()).as("a fall stays a fall").isEqualTo(Verdict.FAIL);
    assertThat(first(judge(gate(only), GOOD)).verdict()).isEqualTo(Verdict.NOT_MEASURED);
  }

  @Test
  void of_several_falls_the_largest_is_shown() {
    Rule each =
        Trial.robust("r").className(Rule.EVERY_CLASS).maxRegression(Limit.parse("0")).build();
    Trial before = new Trial("g".repeat(30)).run("pgd", "0.1", "h".repeat(30));
    // Of 15 even ones 6 fall, of 15 odd ones 8.
    Trial after =
        new Trial("g".repeat(30))
            .run("pgd", "0.1", "99".repeat(6) + "h9".repeat(2) + "h".repeat(14));
    RuleReport report = first(judge(gate(each), after, baseline(before, each)));
    assertThat(report.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(report.scope().className()).contains("odd");
    assertThat(report.judged().share()).contains(new Proportion(7, 15));
    assertThat(report.change().orElseThrow().lost()).hasSize(8);
  }

  @Test
  void an_improvement_is_a_hint() {
    GateReport report = judge(gate(rule().build()), GOOD, baseline(WORSE, rule().build()));
    assertThat(report.failed()).isFalse();
    assertThat(report.findings())
        .containsExactly(
            new Finding(
                Finding.Kind.IMPROVEMENT,
                "Rule r (robust accuracy, L∞ 0.1, worst case) rose from 4 to 9 of 10; run"
                    + " update-baseline to hold on to it.",
                false));
    assertThat(judge(gate(rule().build()), GOOD, baseline(GOOD, rule().build())).findings())
        .isEmpty();
    GateReport broken =
        judge(
            gate(Trial.robust("r").minimum(Limit.parse("95%")).build()),
            GOOD,
            baseline(WORSE, rule().build()));
    assertThat(broken.findings()).as("nothing to hold on to").isEmpty();
  }

  @Test
  void a_curtailed_rule_is_a_bound_and_is_not_compared() {
    Trial curtailed = new Trial("gggggggggg").run("pgd", "0.1", "hh999999");
    Rule half = Trial.robust("r").minimum(Limit.parse("41%")).build();
    GateReport report = judge(gate(half), curtailed, baseline(GOOD, half));
    RuleReport failed = first(report);
    assertThat(failed.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(failed.judged().bound()).contains(Bound.AT_MOST);
    assertThat(failed.judged().share()).contains(new Proportion(4, 10));
    assertThat(failed.change()).isEmpty();
    assertThat(failed.uncompared())
        .contains(
            "the figure was not run to the end, and a bound cannot be compared with the baseline");
    assertThat(report.unrun())
        .containsExactly(new Unrun(new Cell(Norm.LINF.within(Epsilon.parse("0.1")), "pgd"), 2, 10));
    Rule low = Trial.robust("r").minimum(Limit.parse("20%")).build();
    RuleReport passed = first(judge(gate(low), curtailed));
    assertThat(passed.verdict()).isEqualTo(Verdict.PASS);
    assertThat(passed.judged().bound()).contains(Bound.AT_LEAST);
    assertThat(passed.judged().share()).contains(new Proportion(2, 10));
    assertThat(passed.judged().explanation())
        .isEqualTo("The value is within the limit, whatever the examples not run would show.");
    RuleReport open =
        first(judge(gate(Trial.robust("r").minimum(Limit.parse("40%")).build()), curtailed));
    assertThat(open.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(open.judged().bound()).contains(Bound.AT_MOST);
  }

  @Test
  void bounds_of_maxima() {
    Trial curtailed = new Trial("gggggggggg").run("pgd", "0.1", "hh999999");
    RuleReport failed =
        first(judge(gate(Trial.robust("r").maximum(Limit.parse("19%")).build()), curtailed));
    assertThat(failed.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(failed.judged().bound()).contains(Bound.AT_LEAST);
    assertThat(failed.judged().share()).contains(new Proportion(2, 10));
    assertThat(failed.judged().explanation())
        .isEqualTo("The value is above the maximum, whatever the examples not run would show.");
    RuleReport kept =
        first(judge(gate(Trial.robust("r").maximum(Limit.parse("40%")).build()), curtailed));
    assertThat(kept.verdict()).isEqualTo(Verdict.PASS);
    assertThat(kept.judged().bound()).contains(Bound.AT_MOST);
    RuleReport between =
        first(
            judge(
                gate(
                    Trial.robust("r")
                        .minimum(Limit.parse("10%"))
                        .maximum(Limit.parse("15%"))
                        .build()),
                curtailed));
    assertThat(between.judged().bound()).contains(Bound.AT_LEAST);
  }

  @Test
  void a_rule_may_be_about_the_interval() {
    Rule strict =
        Trial.robust("r").minimum(Limit.parse("60%")).statistic(Statistic.CONFIDENCE_BOUND).build();
    assertThat(first(judge(gate(strict), GOOD)).judged().explanation())
        .isEqualTo("The lower end of the 95% interval is below the minimum.");
    Rule ceiling =
        Trial.robust("r").maximum(Limit.parse("95%")).statistic(Statistic.CONFIDENCE_BOUND).build();
    assertThat(first(judge(gate(ceiling), GOOD)).judged().explanation())
        .isEqualTo("The upper end of the 95% interval is above the maximum.");
  }

  private static Waiver waiver(String rule, Optional<String> model, LocalDate until) {
    return new Waiver(rule, model, "known weakness", "ann", until);
  }

  private static GateReport waived(Trial trial, boolean strict, Waiver... waivers) {
    BuildGate gate =
        new BuildGate(
            List.of(Trial.robust("r").minimum(Limit.parse("50%")).build()),
            List.of(waivers),
            GatePolicy.DEFAULT.withFailOnUnusedWaiver(strict));
    return judge(gate, trial);
  }

  @Test
  void a_waiver_covers_a_broken_rule_up_to_its_last_day() {
    GateReport report = waived(WORSE, true, waiver("r", Optional.empty(), TODAY));
    assertThat(report.failed()).isFalse();
    assertThat(report.verdict()).contains(Verdict.WAIVED);
    assertThat(report.findings()).isEmpty();
    assertThat(first(report).judged().explanation())
        .isEqualTo(
            "The value is below the minimum. Waived until 2026-01-15 by ann: known weakness");
    assertThat(first(report).waiver()).isPresent();
    assertThat(first(report).worst()).isNotEmpty();
  }

  @Test
  void a_waiver_that_is_over_does_not_count() {
    Waiver over = waiver("r", Optional.empty(), TODAY.minusDays(1));
    GateReport report = waived(WORSE, false, over);
    assertThat(report.failed()).isTrue();
    assertThat(first(report).verdict()).isEqualTo(Verdict.FAIL);
    assertThat(report.findings())
        .containsExactly(
            new Finding(
                Finding.Kind.EXPIRED_WAIVER,
                "The waiver of rule r by ann ended on 2026-01-14; mend the model, or renew the"
                    + " waiver with its owner.",
                false));
    GateReport needless = waived(GOOD, true, over);
    assertThat(needless.failed()).isTrue();
    assertThat(needless.findings())
        .extracting(Finding::text, Finding::fails)
        .containsExactly(
            tuple("The waiver of rule r by ann ended on 2026-01-14; remove it.", true));
  }

  @Test
  void a_waiver_that_is_not_needed_is_told() {
    Waiver waiver = waiver("r", Optional.empty(), TODAY);
    GateReport report = waived(GOOD, false, waiver);
    assertThat(report.failed()).isFalse();
    assertThat(report.findings())
        .containsExactly(
            new Finding(
                Finding.Kind.UNUSED_WAIVER,
                "The waiver of rule r by ann is not needed; remove it.",
                false));
    assertThat(waived(GOOD, true, waiver).failed()).isTrue();
    Rule warning = Trial.robust("r").minimum(Limit.parse("95%")).severity(Severity.WARN).build();
    assertThat(
            judge(new BuildGate(List.of(warning), List.of(waiver), GatePolicy.DEFAULT), GOOD)
                .findings())
        .extracting(Finding::kind)
        .containsExactly(Finding.Kind.UNUSED_WAIVER);
  }

  @Test
  void a_waiver_of_an_undecided_rule_is_neither_used_nor_unused() {
    BuildGate gate =
        new BuildGate(
            List.of(rule().build()),
            List.of(waiver("r", Optional.empty(), TODAY)),
            GatePolicy.DEFAULT);
    GateReport report = gate.judge(subject(GOOD.unreliable()), Optional.empty(), TODAY);
    assertThat(first(report).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(report.findings()).isEmpty();
  }

  @Test
  void a_waiver_about_no_rule_is_told() {
    assertThat(waived(GOOD, true, waiver("q", Optional.empty(), TODAY)).findings())
        .containsExactly(
            new Finding(
                Finding.Kind.UNUSED_WAIVER,
                "The waiver of rule q by ann is about no rule of this gate; remove it, or name one"
                    + " of r.",
                true));
  }

  @Test
  void a_waiver_may_be_about_one_model() {
    GateReport other = waived(WORSE, true, waiver("r", Optional.of("letters"), TODAY));
    assertThat(first(other).verdict()).isEqualTo(Verdict.FAIL);
    assertThat(other.findings()).as("it is judged with its own model").isEmpty();
    Waiver own = waiver("r", Optional.of("digits"), TODAY.plusDays(1));
    GateReport both = waived(WORSE, false, waiver("r", Optional.empty(), TODAY), own);
    assertThat(first(both).waiver()).contains(own);
    assertThat(both.findings())
        .extracting(Finding::kind)
        .containsExactly(Finding.Kind.UNUSED_WAIVER);
  }

  @Test
  void rules_can_be_selected() {
    BuildGate gate = gate(rule().build(), Rule.cleanAccuracy("clean", "100%"));
    GateReport report = judge(gate.only(Set.of("clean")), GOOD);
    assertThat(report.rules())
        .extracting(RuleReport::verdict, r -> r.judged().explanation())
        .containsExactly(
            tuple(Verdict.SKIPPED, "The rule was not selected."),
            tuple(Verdict.PASS, "The value is within the limit."));
    assertThat(report.in(Verdict.PASS)).hasSize(1);
    assertThat(report.rules().get(0).scope().condition()).contains(Condition.parse("linf 0.1"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> gate.only(Set.of("cleen")))
        .withMessage("the selected rules must be some of r, clean but were 'cleen'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> gate.only(Set.of()))
        .withMessage("the selected rules must be some of r, clean but were none");
  }

  @Test
  void a_model_can_be_skipped_with_a_reason() {
    GateReport report = gate(rule().build()).skip("digits", "sextant.skip is set.", TODAY);
    assertThat(report.failed()).isFalse();
    assertThat(report.verdict()).contains(Verdict.SKIPPED);
    assertThat(first(report).judged().explanation()).isEqualTo("sextant.skip is set.");
    assertThat(report.model()).isEqualTo("digits");
    assertThat(report.day()).isEqualTo(TODAY);
  }

  @Test
  void rules_that_are_compared_are_known_before_the_run() {
    Rule ceiling = Trial.robust("ceiling").maximum(Limit.parse("95%")).build();
    Rule fresh = Trial.robust("fresh").minimum(Limit.parse("1%")).build();
    Baseline before = baseline(GOOD, rule().build(), ceiling);
    assertThat(gate(rule().build(), ceiling, fresh).compared(before)).containsExactly("r");
  }

  @Test
  void counts_alone_know_nothing_of_what_was_not_run() {
    Measurements counts = GOOD.counts();
    GateReport report = gate(rule().build()).judge(subject(counts), Optional.empty(), TODAY);
    assertThat(report.failed()).isFalse();
    assertThat(report.unrun()).isEmpty();
    assertThat(first(report).worst()).isEmpty();
  }

  @Test
  void gates_must_make_sense() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> gate())
        .withMessage(
            "a gate must have at least one rule but has none; add for example {id: clean, metric:"
                + " clean-accuracy, minimum: 85%}");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> gate(rule().build(), rule().build()))
        .withMessage("rule id 'r' is used twice");
    Waiver any = waiver("r", Optional.empty(), TODAY);
    Waiver one = waiver("r", Optional.of("m"), TODAY);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> waived(GOOD, false, any, any))
        .withMessage("rule r is waived twice; keep one waiver");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> waived(GOOD, false, any, one, one))
        .withMessage("rule r is waived twice for model m; keep one waiver");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                gate(rule().build())
                    .judge(
                        new GateSubject("letters", GOOD.measured(), PRINT),
                        Optional.of(baseline(GOOD, rule().build())),
                        TODAY))
        .withMessage("the baseline must be of model letters but is of model digits");
    for (String level : List.of("0", "1", "-0.1", "1.5")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> GatePolicy.DEFAULT.withSignificance(new BigDecimal(level)))
          .withMessage("significance must be above 0 and below 1 but was " + level);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new RuleReport(
                    first(judge(gate(rule().build()), GOOD)).judged(),
                    Optional.empty(),
                    false,
                    Optional.empty(),
                    List.of(),
                    Optional.of(any)))
        .withMessageStartingWith("rule r: a waiver must be given exactly when waived");
  }

  @Test
  void defaults_are_safe() {
    assertThat(GatePolicy.DEFAULT)
        .isEqualTo(
            new GatePolicy(
                true, true, false, Optional.of(Limit.parse("0")), new BigDecimal("0.05")));
    GatePolicy other =
        GatePolicy.DEFAULT
            .withFailIfNotMeasured(false)
            .withFailOnInconclusive(false)
            .withFailOnUnusedWaiver(true)
            .withMaxRegression(Optional.empty())
            .withSignificance(new BigDecimal("0.01"));
    assertThat(other)
        .isEqualTo(new GatePolicy(false, false, true, Optional.empty(), new BigDecimal("0.01")));
  }

  @Test
  void gaps_are_judged_without_a_baseline() {
    Rule gap = Rule.builder("gap", Metric.COMPLETENESS_GAP).maximum(Limit.parse("1%")).build();
    assertThat(first(judge(gate(gap), GOOD, baseline(GOOD, gap))).verdict())
        .isEqualTo(Verdict.NOT_MEASURED);
  }

  private static GateSubject explained(float[]... maps) {
    Measurements sound = GOOD.measured();
    return subject(
        new Measurements(
            sound.classes(),
            sound.accuracy(),
            List.of(),
            sound.validity(),
            Optional.of(Kept.of("ig", maps)),
            List.of(),
            sound.samples()));
  }

  private static Rule drift(String maximum) {
    return Rule.builder("drift", Metric.ATTRIBUTION_DRIFT)
        .explainer("ig")
        .maximum(Limit.parse(maximum))
        .build();
  }

  @Test
  void drift_is_measured_from_the_attributions_of_the_baseline() {
    // A half of the first map moved and nothing of the second: a quarter in the mean.
    GateSubject before = explained(new float[] {2, 2, 0, 0}, new float[] {1, 2, 3, 4});
    GateSubject after = explained(new float[] {0, 2, 0, -2}, new float[] {2, 4, 6, 8});
    Baseline recorded = Baseline.of("digits", PRINT, List.of(drift("25%")), before.measured());
    RuleReport kept = first(gate(drift("25%")).judge(after, Optional.of(recorded), TODAY));
    assertThat(kept.verdict()).isEqualTo(Verdict.PASS);
    assertThat(kept.judged().drift().orElseThrow().mean().mean()).isEqualTo(0.25);
    assertThat(kept.scope()).isEqualTo(Scope.of("ig"));
    assertThat(kept.regressed()).isFalse();
    GateReport report = gate(drift("0.24")).judge(after, Optional.of(recorded), TODAY);
    RuleReport broken = first(report);
    assertThat(report.failed()).isTrue();
    assertThat(broken.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(broken.regressed()).isTrue();
    assertThat(broken.worst()).containsExactly(0);
    assertThat(GateMessage.line(broken))
        .isEqualTo(
            "drift: 25.0% of the attribution moved (mean of 2), 95% interval 0.0% to 50.0%;"
                + " noise alone moves 10.0%; limit at most 0.24; worst samples 0");
    assertThat(GateMessage.of(report, Guidance.maven(Optional.empty())))
        .contains("Accept the change on purpose: mvn sextant:update-baseline")
        .contains("mvn sextant:check -Dsextant.rules=drift\n");
    // The same explanations do not drift.
    assertThat(first(gate(drift("0")).judge(before, Optional.of(recorded), TODAY)).verdict())
        .isEqualTo(Verdict.PASS);
  }

  @Test
  void drift_over_a_part_of_the_baseline_is_broken_or_undecided() {
    GateSubject both = explained(new float[] {2, 2, 0, 0}, new float[] {1, 2, 3, 4});
    GateSubject one = explained(new float[] {0, 2, 0, -2});
    Baseline recorded = Baseline.of("digits", PRINT, List.of(drift("1")), both.measured());
    RuleReport open = first(gate(drift("0.5")).judge(one, Optional.of(recorded), TODAY));
    assertThat(open.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(open.judged().explanation())
        .contains("1 examples of the baseline were not explained now");
    assertThat(first(gate(drift("0.4")).judge(one, Optional.of(recorded), TODAY)).verdict())
        .isEqualTo(Verdict.FAIL);
    // More examples than before leave nothing open.
    Baseline small = Baseline.of("digits", PRINT, List.of(drift("1")), one.measured());
    assertThat(first(gate(drift("0.5")).judge(both, Optional.of(small), TODAY)).verdict())
        .isEqualTo(Verdict.PASS);
  }

  @Test
  void drift_without_anything_to_compare_with_is_not_measured() {
    GateSubject now = explained(new float[] {1, 0});
    RuleReport alone = first(gate(drift("1")).judge(now, Optional.empty(), TODAY));
    assertThat(alone.verdict()).isEqualTo(Verdict.NOT_MEASURED);
    assertThat(alone.uncompared().orElseThrow()).contains("there are no attributions to compare");
    Baseline without = baseline(GOOD, rule().build());
    assertThat(first(gate(drift("1")).judge(now, Optional.of(without), TODAY)).verdict())
        .isEqualTo(Verdict.NOT_MEASURED);
    Baseline recorded = Baseline.of("digits", PRINT, List.of(drift("1")), now.measured());
    assertThat(first(judge(gate(drift("1")), GOOD, recorded)).judged().explanation())
        .contains("this audit kept no attributions");
    Rule other =
        Rule.builder("drift", Metric.ATTRIBUTION_DRIFT)
            .explainer("smoothgrad")
            .maximum(Limit.parse("1"))
            .build();
    assertThat(first(gate(other).judge(now, Optional.of(recorded), TODAY)).verdict())
        .isEqualTo(Verdict.NOT_MEASURED);
  }

  @Test
  void drift_under_other_settings_is_undecided_and_not_passed() {
    Baseline recorded =
        Baseline.of("digits", PRINT, List.of(drift("1")), explained(new float[] {1, 0}).measured());
    RuleReport report =
        first(
            gate(drift("1")).judge(explained(new float[] {1, 0, 0}), Optional.of(recorded), TODAY));
    assertThat(report.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(report.judged().explanation())
        .contains("the shape [2] and have [3] now", "run update-baseline");
  }

  @Test
  void one_explainer_that_cannot_be_compared_takes_away_what_is_green() {
    KeptAttributions first = Kept.of("ig", new float[] {1, 0});
    KeptAttributions both =
        new KeptAttributions(
            first.examples(),
            first.noise(),
            List.of(
                first.explainers().get(0), Kept.of("new", new float[] {1, 0}).explainers().get(0)));
    Rule each = Rule.builder("each", Metric.ATTRIBUTION_DRIFT).maximum(Limit.parse("0.5")).build();
    Measurements measured = explained(new float[] {1, 0}).measured().against(Optional.of(both));
    RuleVerdict judged = RuleJudge.judge(each, measured);
    assertThat(judged.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(judged.explanation())
        .startsWith("The value is within the limit, but the attributions by new are not");
    // What moved too far stays broken all the same.
    Measurements moved = explained(new float[] {0, 1}).measured().against(Optional.of(both));
    assertThat(RuleJudge.judge(each, moved).verdict()).isEqualTo(Verdict.FAIL);
    assertThat(RuleJudge.judge(drift("0.5"), measured).verdict()).isEqualTo(Verdict.PASS);
  }

  @Test
  void inputs_of_earlier_builds_count_for_limits_and_not_for_comparisons() {
    Trial plain = new Trial("gggggggggg").run("pgd", "0.1", "hhhhhhhhhh");
    Trial replayed =
        new Trial("gggggggggg")
            .run("pgd", "0.1", "hhhhhhhhhh")
            .run(SampleRow.REPLAY, "0.1", "555555....");
    Rule rule = rule().maxRegression(Limit.parse("0")).build();

    GateReport report = judge(gate(rule), replayed, baseline(plain, rule));
    assertThat(first(report).verdict()).isEqualTo(Verdict.PASS);
    assertThat(first(report).judged().share().orElseThrow().count()).isEqualTo(4);
    assertThat(first(report).change().orElseThrow().lost()).isEmpty();
    assertThat(baseline(replayed, rule)).isEqualTo(baseline(plain, rule));
  }

  @Test
  void a_rule_on_each_class_does_not_pass_when_one_has_no_example() {
    Trial even = new Trial("g").run("pgd", "0.1", "h");
    Rule each = Trial.robust("r").className(Rule.EVERY_CLASS).minimum(Limit.parse("50%")).build();
    Rule clean = Trial.clean("c").className(Rule.EVERY_CLASS).minimum(Limit.parse("50%")).build();
    for (Rule rule : List.of(each, clean)) {
      RuleReport report = first(judge(gate(rule), even));
      assertThat(report.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
      assertThat(report.judged().explanation())
          .endsWith("but no example is of class odd; take more samples.");
    }
  }

  @Test
  void a_rule_that_only_warns_fails_no_build_for_being_undecided() {
    Rule elsewhere =
        Rule.builder("r", Metric.ROBUST_ACCURACY)
            .norm(Norm.L2)
            .minimum(Limit.parse("0"))
            .severity(Severity.WARN)
            .build();
    assertThat(first(judge(gate(elsewhere), GOOD)).verdict()).isEqualTo(Verdict.NOT_MEASURED);
    assertThat(judge(gate(elsewhere), GOOD).failed()).isFalse();
    Rule info = rule().severity(Severity.INFO).build();
    GateReport report = gate(info).judge(subject(GOOD.unreliable()), Optional.empty(), TODAY);
    assertThat(first(report).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(report.failed()).isFalse();
  }

  @Test
  void whether_a_waiver_is_needed_is_a_question_about_all_models() {
    Waiver any = waiver("r", Optional.empty(), TODAY);
    Waiver lost = waiver("r", Optional.of("gone"), TODAY);
    BuildGate gate =
        new BuildGate(
            List.of(Trial.robust("r").minimum(Limit.parse("85%")).build()),
            List.of(any, lost),
            GatePolicy.DEFAULT.withFailOnUnusedWaiver(true));
    GateReport bad =
        gate.judge(new GateSubject("bad", WORSE.measured(), PRINT), Optional.empty(), TODAY);
    GateReport good =
        gate.judge(new GateSubject("good", GOOD.measured(), PRINT), Optional.empty(), TODAY);
    assertThat(good.failed()).as("alone it looks unneeded").isTrue();

    List<GateReport> together = gate.together(List.of(bad, good));
    assertThat(together.get(1).findings()).isEmpty();
    assertThat(together.get(1).failed()).isFalse();
    assertThat(together.get(0).findings())
        .extracting(Finding::text)
        .containsExactly(
            "The waiver of rule r by ann is for model gone, which is not judged here; remove it, or"
                + " name one of bad, good.");
    assertThat(gate.together(List.of(good)).get(0).findings()).hasSize(2);
  }

  @Test
  void a_waiver_that_is_over_does_not_hide_one_that_is_not() {
    Waiver general = waiver("r", Optional.empty(), TODAY);
    Waiver over = waiver("r", Optional.of("digits"), TODAY.minusDays(1));
    assertThat(first(waived(WORSE, false, general, over)).waiver()).contains(general);
  }

  @Test
  void accepted_rules_are_known_before_the_run() {
    BuildGate gate =
        new BuildGate(
            List.of(rule().build()),
            List.of(
                waiver("r", Optional.of("letters"), TODAY), waiver("q", Optional.empty(), TODAY)),
            GatePolicy.DEFAULT);
    assertThat(gate.waived(TODAY)).containsExactly("r");
    assertThat(gate.waived(TODAY.plusDays(1))).isEmpty();
  }
}
