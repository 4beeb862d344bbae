package io.sextant.reports.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.results.Bound;
import io.sextant.results.Epsilon;
import io.sextant.results.Limit;
import io.sextant.results.Metric;
import io.sextant.results.Norm;
import io.sextant.results.Proportion;
import io.sextant.results.Rule;
import io.sextant.results.RuleVerdict;
import io.sextant.results.Scope;
import io.sextant.results.Statistic;
import io.sextant.results.Verdict;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ReadingTest {
  private static Rule.Builder robust() {
    return Rule.builder("r", Metric.ROBUST_ACCURACY)
        .norm(Norm.LINF)
        .epsilon(Epsilon.parse("8/255"));
  }

  private static Rule.Builder clean() {
    return Rule.builder("c", Metric.CLEAN_ACCURACY);
  }

  private static Reading reading(
      Rule rule, Optional<String> className, Proportion share, Optional<Bound> bound) {
    return Reading.of(
        new RuleVerdict(
            rule,
            Verdict.FAIL,
            new Scope(rule.condition(), rule.attack(), className, rule.slice(), Optional.empty()),
            Optional.of(share),
            bound,
            OptionalDouble.empty(),
            Optional.empty(),
            "why"));
  }

  private static String value(Rule rule, int count, int n) {
    return reading(rule, Optional.empty(), new Proportion(count, n), Optional.empty()).value();
  }

  @Test
  void a_figure_below_a_minimum_is_printed_below_it() {
    assertThat(value(clean().minimum(Limit.parse("50%")).build(), 4996, 10_000))
        .isEqualTo("49.96%");
    assertThat(value(clean().minimum(Limit.parse("66.67%")).build(), 2, 3)).isEqualTo("66.667%");
  }

  @Test
  void a_share_is_the_same_number_in_tiles_and_beside_its_limit() {
    Rule rule = robust().minimum(Limit.parse("50%")).build();
    for (int n : new int[] {7, 171, 1000, 1501}) {
      for (int k = 0; k <= n; k++) {
        String plain = Format.percent(new Proportion(k, n));
        String judged = value(rule, k, n);
        if (!plain.equals("50.0%")) {
          assertThat(judged).isEqualTo("at most " + plain);
        }
      }
    }
    assertThat(value(rule, 167, 171)).isEqualTo("at most 97.7%");
  }

  @Test
  void a_figure_above_a_maximum_is_printed_above_it() {
    assertThat(value(clean().maximum(Limit.parse("50%")).build(), 5004, 10_000))
        .isEqualTo("50.04%");
    Rule both = clean().minimum(Limit.parse("0")).maximum(Limit.parse("1")).build();
    assertThat(value(both, 5009, 10_000)).isEqualTo("50.1%");
  }

  @Test
  void a_gap_above_its_maximum_is_printed_above_it_too() {
    Rule rule = Rule.builder("g", Metric.COMPLETENESS_GAP).maximum(Limit.parse("5%")).build();
    RuleVerdict judged =
        new RuleVerdict(
            rule,
            Verdict.FAIL,
            Scope.ALL,
            Optional.empty(),
            Optional.empty(),
            OptionalDouble.of(0.05001),
            Optional.empty(),
            "why");
    Reading reading = Reading.of(judged);
    assertThat(reading.value()).isEqualTo("5.001%");
    assertThat(reading.counts()).isEmpty();
    assertThat(reading.interval()).isEqualTo("–");
  }

  @Test
  void an_empirical_robust_accuracy_is_an_upper_bound() {
    assertThat(value(robust().minimum(Limit.parse("0")).build(), 1, 4)).isEqualTo("at most 25.0%");
    assertThat(value(clean().minimum(Limit.parse("0")).build(), 1, 4)).isEqualTo("25.0%");
    assertThat(value(clean().minimum(Limit.parse("0")).build(), 0, 0)).isEqualTo("–");
  }

  @Test
  void what_was_not_run_to_the_end_is_a_bound_without_interval() {
    Rule rule = robust().minimum(Limit.parse("0")).build();
    Reading part =
        reading(rule, Optional.empty(), new Proportion(1, 4), Optional.of(Bound.AT_LEAST));
    assertThat(part.value()).isEqualTo("at least 25.0%");
    assertThat(part.partial()).isTrue();
    assertThat(part.interval()).isEqualTo("–");
    Reading whole = reading(rule, Optional.empty(), new Proportion(1, 4), Optional.empty());
    assertThat(whole.partial()).isFalse();
    assertThat(whole.interval()).isEqualTo("4.5–70.0%");
    assertThat(whole.counts()).contains("1/4");
  }

  @Test
  void says_which_class_decided() {
    Rule each = robust().className(Rule.EVERY_CLASS).minimum(Limit.parse("0")).build();
    assertThat(Reading.of(each).subject())
        .isEqualTo("robust accuracy, L∞ 8/255, worst case, each class");
    assertThat(reading(each, Optional.of("cat"), new Proportion(1, 4), Optional.empty()).subject())
        .isEqualTo("robust accuracy, L∞ 8/255, worst case, class cat (the worst one)");
    Rule one = robust().className("cat").minimum(Limit.parse("0")).build();
    assertThat(reading(one, Optional.of("cat"), new Proportion(1, 4), Optional.empty()).subject())
        .isEqualTo("robust accuracy, L∞ 8/255, worst case, class cat");
    assertThat(Reading.of(clean().slice("night").minimum(Limit.parse("0")).build()).subject())
        .isEqualTo("clean accuracy, slice night");
  }

  @Test
  void limits_are_as_written() {
    Rule rule =
        clean()
            .minimum(Limit.parse("0.50"))
            .maximum(Limit.parse("90 %"))
            .maxRegression(Limit.parse("1%"))
            .statistic(Statistic.CONFIDENCE_BOUND)
            .build();
    assertThat(Reading.of(rule).limit())
        .isEqualTo("at least 0.50 and at most 90 % and at most 1% below the baseline");
    assertThat(Reading.of(rule).statistic()).contains("for the 95% interval");
    assertThat(Reading.of(Rule.cleanAccuracy("c", "1%")).statistic()).isEmpty();
  }
}
