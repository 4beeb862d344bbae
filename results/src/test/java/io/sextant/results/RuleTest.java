package io.sextant.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class RuleTest {
  private static void refused(Rule.Builder rule, String message) {
    assertThatIllegalArgumentException().isThrownBy(rule::build).withMessage(message);
  }

  private static Rule.Builder gap() {
    return Rule.builder("g", Metric.COMPLETENESS_GAP).maximum(Limit.parse("1%"));
  }

  private static Rule.Builder clean() {
    return Rule.builder("c", Metric.CLEAN_ACCURACY).minimum(Limit.parse("50%"));
  }

  @Test
  void a_rule_bounds_something() {
    refused(
        Rule.builder("c", Metric.CLEAN_ACCURACY),
        "rule c must have a minimum or a maximum or a maxRegression; add for example minimum: 50%");
    assertThat(
            Rule.builder("c", Metric.CLEAN_ACCURACY)
                .maxRegression(Limit.parse("1%"))
                .build()
                .minimum())
        .isEmpty();
    refused(
        clean().maximum(Limit.parse("0.49")),
        "rule c: minimum must not be above maximum but they were 50% and 0.49");
    assertThat(clean().maximum(Limit.parse("0.5")).build().maximum()).isPresent();
    refused(Rule.builder(" ", Metric.CLEAN_ACCURACY), "rule id must not be blank");
    refused(
        Rule.builder("small, and large", Metric.CLEAN_ACCURACY),
        "a rule id must not have a comma, as commands separate ids by commas, but was 'small, and"
            + " large'");
  }

  @Test
  void selectors_belong_to_their_metric() {
    refused(clean().norm(Norm.L2), "rule c: norm does not belong to clean-accuracy; remove it");
    refused(
        clean().epsilon(Epsilon.parse("1")),
        "rule c: epsilon does not belong to clean-accuracy; remove it");
    refused(clean().attack("a"), "rule c: attack does not belong to clean-accuracy; remove it");
    refused(gap().className("a"), "rule g: class does not belong to completeness-gap; remove it");
    refused(gap().slice("a"), "rule g: slice does not belong to completeness-gap; remove it");
    assertThat(clean().className("a").build().scope().className()).contains("a");
    assertThat(clean().slice("a").build().scope().slice()).contains("a");
  }

  @Test
  void a_gap_has_neither_counts_nor_an_interval() {
    refused(
        gap().maxRegression(Limit.parse("1%")),
        "rule g: maxRegression does not belong to completeness-gap, which is not a share of"
            + " examples; remove it");
    refused(
        gap().statistic(Statistic.CONFIDENCE_BOUND),
        "rule g: statistic confidence-bound does not belong to completeness-gap, which has no"
            + " interval; remove it");
    assertThat(gap().build().statistic()).isEqualTo(Statistic.POINT);
  }

  @Test
  void a_rule_is_narrowed_down_once() {
    refused(
        clean().className("a").slice("b"),
        "rule c must name at most one of attack, class and slice but names class and slice;"
            + " classes and slices are measured in the worst case");
  }

  @Test
  void a_rule_keeps_its_parts() {
    Rule rule =
        Rule.builder("r", Metric.ROBUST_ACCURACY)
            .norm(Norm.L2)
            .epsilon(Epsilon.parse("0.5"))
            .attack("pgd")
            .minimum(Limit.parse("10%"))
            .maximum(Limit.parse("90%"))
            .maxRegression(Limit.parse("2%"))
            .statistic(Statistic.CONFIDENCE_BOUND)
            .severity(Severity.WARN)
            .build();
    assertThat(rule)
        .isEqualTo(
            new Rule(
                "r",
                Metric.ROBUST_ACCURACY,
                Optional.of(Condition.parse("l2 0.5")),
                Optional.of("pgd"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(Limit.parse("10%")),
                Optional.of(Limit.parse("90%")),
                Optional.of(Limit.parse("2%")),
                Statistic.CONFIDENCE_BOUND,
                Severity.WARN));
    assertThat(rule.subject(rule.scope())).isEqualTo("robust accuracy, L2 0.5, pgd");
  }

  @Test
  void subjects_are_told_in_words() {
    Rule rule = Trial.robust("r").minimum(Limit.parse("1%")).build();
    assertThat(rule.subject(rule.scope())).isEqualTo("robust accuracy, L∞ 0.1, worst case");
    assertThat(rule.subject(Scope.ALL)).isEqualTo("robust accuracy");
    assertThat(rule.subject(rule.scope().ofClass("cat")))
        .isEqualTo("robust accuracy, L∞ 0.1, worst case, class cat");
    assertThat(Scope.ALL.ofSlice("night").describe()).isEqualTo("slice night");
    assertThat(Scope.ALL.ofClass("cat").ofSlice("night").describe())
        .isEqualTo("class cat, slice night");
    Rule norm =
        Rule.builder("n", Metric.ROBUST_ACCURACY).norm(Norm.L1).minimum(Limit.parse("1%")).build();
    assertThat(norm.subject(norm.scope())).isEqualTo("robust accuracy, L1, worst case");
  }

  @Test
  void a_warning_is_a_warning() {
    assertThat(Severity.parse("Warning")).isEqualTo(Severity.WARN);
    assertThat(Severity.parse("warn")).isEqualTo(Severity.WARN);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Severity.parse("warnings"))
        .withMessage("severity must be one of error, warn, info but was 'warnings'");
  }
}
