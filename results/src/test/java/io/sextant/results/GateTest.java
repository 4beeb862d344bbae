package io.sextant.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sextant.results.rules.Measurements;
import io.sextant.results.rules.RuleJudge;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GateTest {
  private static final List<String> CLASSES = List.of("cat", "dog");
  private static final Epsilon SMALL = Epsilon.parse("0.1");
  private static final Epsilon LARGE = Epsilon.parse("0.2");

  /** 9 of 10 clean; 5 of 10 held at 0.1, 2 of 10 at 0.2; cats 4 of 5 clean, 1 and 0 held. */
  private static final Accuracy ACCURACY =
      new Accuracy(
          new Proportion(9, 10),
          List.of(cell(SMALL, 5, 10, 7), cell(LARGE, 2, 10, 3)),
          List.of(new ClassAccuracy(0, 5, 4, held(1, 0)), new ClassAccuracy(1, 5, 5, held(4, 2))));

  private static RobustAccuracy cell(Epsilon epsilon, int worst, int n, int fgsm) {
    return new RobustAccuracy(
        Norm.LINF.within(epsilon),
        new AttackCounts(SampleRow.WORST_CASE, n, n - 1 - worst, worst, 1, 0, 0, 0, 0, 0),
        List.of(new AttackCounts("fgsm", n, n - 1 - fgsm, fgsm, 1, 0, 0, 0, 0, 0)));
  }

  private static List<ClassAccuracy.Held> held(int small, int large) {
    return List.of(
        new ClassAccuracy.Held(Norm.LINF.within(SMALL), small),
        new ClassAccuracy.Held(Norm.LINF.within(LARGE), large));
  }

  private static Gate judge(Accuracy accuracy, boolean reliable, Rule... rules) {
    return RuleJudge.judge(
        List.of(rules),
        new Measurements(CLASSES, accuracy, List.of(), Trial.validity(reliable), Optional.empty()));
  }

  private static Rule robust(
      Optional<Epsilon> epsilon,
      Optional<String> attack,
      Optional<String> name,
      String minimum,
      Severity severity) {
    Rule.Builder rule = Rule.builder("r", Metric.ROBUST_ACCURACY).norm(Norm.LINF);
    epsilon.ifPresent(rule::epsilon);
    attack.ifPresent(rule::attack);
    name.ifPresent(rule::className);
    return rule.minimum(Limit.parse(minimum)).severity(severity).build();
  }

  private static Rule worst(String minimum, Severity severity) {
    return robust(Optional.of(SMALL), Optional.empty(), Optional.empty(), minimum, severity);
  }

  @ParameterizedTest
  @CsvSource({
    "50%, ERROR, true, PASS, 0",
    "0.50, ERROR, true, PASS, 0",
    "50.000001%, ERROR, true, FAIL, 1",
    "51%, WARN, true, WARN, 0",
    "51%, INFO, true, WARN, 0",
    "50%, ERROR, false, INCONCLUSIVE, 3",
    "50%, WARN, false, INCONCLUSIVE, 3",
    "51%, ERROR, false, FAIL, 1",
    "51%, WARN, false, WARN, 0"
  })
  void judges_the_worst_case(
      String minimum, Severity severity, boolean reliable, Verdict verdict, int exitCode) {
    Gate gate = judge(ACCURACY, reliable, worst(minimum, severity));
    assertThat(gate.rules().get(0).verdict()).isEqualTo(verdict);
    assertThat(gate.rules().get(0).share()).contains(new Proportion(5, 10));
    assertThat(gate.verdict()).contains(verdict);
    assertThat(gate.exitCode()).isEqualTo(exitCode);
  }

  @Test
  void compares_fractions_exactly() {
    // 1/3 as a double rounds to the same number as 0.33333333333333331.
    Accuracy third = new Accuracy(new Proportion(1, 3), List.of(), List.of());
    assertThat(judge(third, true, Rule.cleanAccuracy("c", "0.3333333333333333")).exitCode())
        .isZero();
    assertThat(judge(third, true, Rule.cleanAccuracy("c", "0.33333333333333333334")).exitCode())
        .isEqualTo(1);
    // 0.07 x 100 is 7.000000000000001 in doubles.
    Accuracy seven = new Accuracy(new Proportion(7, 100), List.of(), List.of());
    assertThat(judge(seven, true, Rule.cleanAccuracy("c", "7%")).exitCode()).isZero();
  }

  @Test
  void is_not_judged_without_rules() {
    for (boolean reliable : new boolean[] {true, false}) {
      Gate gate = judge(ACCURACY, reliable);
      assertThat(gate.verdict()).isEmpty();
      assertThat(gate.exitCode()).isZero();
    }
  }

  @Test
  void never_passes_what_was_not_measured() {
    Rule otherRadius =
        robust(
            Optional.of(Epsilon.parse("0.3")),
            Optional.empty(),
            Optional.empty(),
            "0%",
            Severity.ERROR);
    Rule otherAttack =
        robust(Optional.of(SMALL), Optional.of("pgd"), Optional.empty(), "0%", Severity.WARN);
    Rule otherClass =
        robust(Optional.of(SMALL), Optional.empty(), Optional.of("cow"), "0%", Severity.INFO);
    for (Rule rule : List.of(otherRadius, otherAttack, otherClass)) {
      Gate gate = judge(ACCURACY, true, rule);
      assertThat(gate.verdict()).contains(Verdict.NOT_MEASURED);
      assertThat(gate.exitCode()).isEqualTo(3);
    }
    Accuracy nothing = new Accuracy(new Proportion(0, 0), List.of(), List.of());
    assertThat(judge(nothing, true, Rule.cleanAccuracy("c", "0%")).exitCode()).isEqualTo(3);
  }

  @Test
  void judges_part_of_the_examples_by_counting() {
    // 1 of the 5 that were run is wrong: 9 of 10 can still hold, and none needs to.
    Accuracy part = new Accuracy(new Proportion(9, 10), List.of(cell(SMALL, 4, 5, 4)), List.of());
    RuleVerdict open = judge(part, true, worst("90%", Severity.ERROR)).rules().get(0);
    assertThat(open.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(open.share()).contains(new Proportion(9, 10));
    assertThat(open.bound()).contains(Bound.AT_MOST);
    assertThat(open.explanation())
        .isEqualTo(
            "The value is within the limit, but it does not cover every example; give the attacks"
                + " more time, or run them to the end.");
    RuleVerdict failed = judge(part, true, worst("91%", Severity.ERROR)).rules().get(0);
    assertThat(failed.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(failed.explanation())
        .isEqualTo("The value is below the minimum, whatever the examples not run would show.");
  }

  @Test
  void matches_epsilon_by_value_attack_by_name_and_class_by_name() {
    Rule sameValue =
        robust(
            Optional.of(Epsilon.parse("1/10")),
            Optional.of("fgsm"),
            Optional.empty(),
            "70%",
            Severity.ERROR);
    assertThat(judge(ACCURACY, true, sameValue).rules().get(0).share())
        .contains(new Proportion(7, 10));
    Rule cats =
        robust(Optional.of(SMALL), Optional.empty(), Optional.of("cat"), "20%", Severity.ERROR);
    Gate gate = judge(ACCURACY, true, cats);
    assertThat(gate.rules().get(0).share()).contains(new Proportion(1, 5));
    assertThat(gate.exitCode()).isZero();
  }

  @Test
  void must_hold_at_each_radius_when_none_is_named() {
    Rule everywhere =
        robust(Optional.empty(), Optional.empty(), Optional.empty(), "30%", Severity.ERROR);
    RuleVerdict verdict = judge(ACCURACY, true, everywhere).rules().get(0);
    assertThat(verdict.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(verdict.scope().condition()).contains(Norm.LINF.within(LARGE));
    assertThat(verdict.share()).contains(new Proportion(2, 10));
  }

  @Test
  void the_worst_rule_speaks_for_the_audit() {
    Rule pass = worst("0%", Severity.ERROR);
    Rule warn = worst("99%", Severity.WARN);
    Rule fail = worst("99%", Severity.ERROR);
    Rule unknown =
        robust(Optional.of(SMALL), Optional.of("x"), Optional.empty(), "0%", Severity.ERROR);
    assertThat(judge(ACCURACY, true, pass, warn).verdict()).contains(Verdict.WARN);
    assertThat(judge(ACCURACY, true, pass, warn, unknown).exitCode()).isEqualTo(3);
    assertThat(judge(ACCURACY, true, unknown, fail, pass).exitCode()).isEqualTo(1);
    assertThat(judge(ACCURACY, false, pass, fail).exitCode()).isEqualTo(1);
  }

  @Test
  void bounds_from_above_too() {
    Rule tooGood = Rule.builder("r", Metric.CLEAN_ACCURACY).maximum(Limit.parse("89.9%")).build();
    assertThat(judge(ACCURACY, true, tooGood).exitCode()).isEqualTo(1);
  }

  @Test
  void bounds_the_completeness_gap() {
    Rule rule = Rule.builder("g", Metric.COMPLETENESS_GAP).maximum(Limit.parse("1%")).build();
    assertThat(gap(rule, certificate(2, 1, 0.0078125)).exitCode()).isZero();
    assertThat(gap(rule, certificate(2, 1, -0.0625)).exitCode()).isEqualTo(1);
    assertThat(gap(rule, certificate(1, 1, 0.5)).exitCode()).isEqualTo(3);
    assertThat(gap(rule).exitCode()).isEqualTo(3);
    // A certificate without a relative gap takes the green away from those that have one.
    assertThat(gap(rule, certificate(2, 1, 0), certificate(1, 1, 0.5)).exitCode()).isEqualTo(3);
  }

  @Test
  void zeros_that_were_not_certified_pass_no_rule_on_gaps() {
    Rule rule = Rule.builder("g", Metric.COMPLETENESS_GAP).maximum(Limit.parse("1%")).build();
    assertThat(gap(rule, certificate(1, 1, 0, Optional.of(true))).exitCode()).isZero();
    assertThat(gap(rule, certificate(1, 1, 0, Optional.empty())).exitCode()).isZero();
    Gate unseen = gap(rule, certificate(2, 1, 0), certificate(1, 1, 0, Optional.of(false)));
    assertThat(unseen.exitCode()).isEqualTo(3);
    assertThat(unseen.rules().get(0).explanation())
        .isEqualTo(
            "The value is within the limit, but an explanation has no relative gap: no gradient"
                + " was seen on its path, or the outputs at its ends are equal; choose another"
                + " baseline, or allow more nodes.");
  }

  private static Gate gap(Rule rule, Certificate... certificates) {
    return RuleJudge.judge(
        List.of(rule),
        new Measurements(
            CLASSES,
            ACCURACY,
            List.of(new ExplainerResult("ig", Map.of(), List.of(certificates), List.of())),
            Validity.of(List.of()),
            Optional.empty()));
  }

  private static Certificate certificate(double input, double baseline, double gap) {
    return certificate(input, baseline, gap, Optional.of(true));
  }

  private static Certificate certificate(
      double input, double baseline, double gap, Optional<Boolean> toleranceMet) {
    return new Certificate(
        0,
        0,
        "logit",
        1,
        input,
        OptionalDouble.of(baseline),
        OptionalDouble.of(gap),
        toleranceMet,
        OptionalDouble.empty(),
        1,
        1);
  }

  @Test
  void refuses_rules_that_mean_nothing() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                robust(
                    Optional.of(SMALL), Optional.of("a"), Optional.of("cat"), "0", Severity.INFO))
        .withMessage(
            "rule r must name at most one of attack, class and slice but names attack and class;"
                + " classes and slices are measured in the worst case");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Rule.builder("r", Metric.CLEAN_ACCURACY)
                    .norm(Norm.L2)
                    .minimum(Limit.parse("1%"))
                    .build())
        .withMessage("rule r: norm does not belong to clean-accuracy; remove it");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Rule.builder("r", Metric.CLEAN_ACCURACY).build())
        .withMessageContaining("a minimum or a maximum");
  }

  @ParameterizedTest
  @CsvSource({
    // Of the even examples 3 of 3 are right, of the odd ones 2 of 3.
    "50%, , odd, PASS",
    "70%, , odd, FAIL",
    ", 100%, even, PASS",
    ", 60%, even, FAIL",
    ", 90%, even, FAIL",
    "90%, 95%, odd, FAIL"
  })
  void a_verdict_rests_on_the_figure_nearest_to_its_limit_or_farthest_beyond_it(
      String minimum, String maximum, String decisive, Verdict verdict) {
    Rule.Builder rule = Trial.clean("each").className(Rule.EVERY_CLASS);
    if (minimum != null) {
      rule = rule.minimum(Limit.parse(minimum));
    }
    if (maximum != null) {
      rule = rule.maximum(Limit.parse(maximum));
    }
    RuleVerdict judged = RuleJudge.judge(rule.build(), new Trial("gwgggg").measured());

    assertThat(judged.scope().className()).contains(decisive);
    assertThat(judged.verdict()).isEqualTo(verdict);
  }
}
