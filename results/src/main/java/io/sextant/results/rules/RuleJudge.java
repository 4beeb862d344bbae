package io.sextant.results.rules;

import io.sextant.results.AttributionDrift;
import io.sextant.results.Bound;
import io.sextant.results.Certainty;
import io.sextant.results.Gate;
import io.sextant.results.Proportion;
import io.sextant.results.Rule;
import io.sextant.results.RuleVerdict;
import io.sextant.results.Severity;
import io.sextant.results.Verdict;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apiguardian.api.API;

/**
 * Holds rules against what was measured.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class RuleJudge {
  private static final String REGARDLESS = ", whatever the examples not run would show.";

  private RuleJudge() {}

  /**
   * Judges an audit by its limits. A pure function. What was not run to the end is judged by
   * counting: a verdict that the rest cannot change is given, any other is inconclusive.
   *
   * @param rules in the order of the spec, perhaps none
   * @param measured by the audit
   */
  public static Gate judge(List<Rule> rules, Measurements measured) {
    return Gate.of(rules.stream().map(rule -> judge(rule, measured)).toList());
  }

  /** Judges one rule by its limits. */
  public static RuleVerdict judge(Rule rule, Measurements measured) {
    List<Figure> figures = Figures.of(rule, measured);
    if (figures.isEmpty() && measured.uncompared(rule).isPresent()) {
      AttributionDrift.Uncompared why = measured.uncompared(rule).get();
      return RuleVerdict.without(
          rule,
          why.missing() ? Verdict.NOT_MEASURED : Verdict.INCONCLUSIVE,
          "The attributions cannot be compared: %s.".formatted(why.reason()));
    }
    if (figures.isEmpty()) {
      return RuleVerdict.without(
          rule,
          Verdict.NOT_MEASURED,
          "There is no figure for this rule, so it cannot pass; take more samples, list the"
              + " explainer that it asks for, or remove it.");
    }
    Figure shown = decisive(rule, figures);
    Certainty certainty = shown.judge(rule);
    if (rule.minimum().isEmpty() && rule.maximum().isEmpty()) {
      return verdict(
          rule,
          shown,
          Verdict.SKIPPED,
          "The rule has no limit of its own; the build gate holds it against the baseline.");
    }
    boolean whole = shown.value().complete();
    return switch (certainty) {
      case FAILS ->
          verdict(
              rule,
              shown,
              rule.severity() == Severity.ERROR ? Verdict.FAIL : Verdict.WARN,
              breach(rule, shown) + (whole ? "." : REGARDLESS));
      case OPEN ->
          verdict(
              rule,
              shown,
              Verdict.INCONCLUSIVE,
              "The value is within the limit, but %s.".formatted(shown.value().lacking()));
      case HOLDS ->
          measured
              .doubt(rule)
              .map(
                  doubt ->
                      verdict(
                          rule,
                          shown,
                          Verdict.INCONCLUSIVE,
                          "The value is within the limit, but %s.".formatted(doubt)))
              .orElseGet(
                  () ->
                      verdict(
                          rule,
                          shown,
                          Verdict.PASS,
                          "The value is within the limit" + (whole ? "." : REGARDLESS)));
    };
  }

  /**
   * The figure that a rule's verdict rests on: a broken one, else an open one, else any; among
   * these the one nearest to the limit, or farthest beyond it.
   */
  public static Figure decisive(Rule rule, List<Figure> figures) {
    Comparator<Figure> byCertainty =
        Comparator.comparingInt(
            figure ->
                switch (figure.judge(rule)) {
                  case FAILS -> 0;
                  case OPEN -> 1;
                  case HOLDS -> 2;
                });
    Comparator<Figure> byValue = Comparator.comparingDouble(figure -> figure.value().value());
    boolean upward = rule.minimum().isEmpty() && rule.maximum().isPresent();
    return Collections.min(
        figures, byCertainty.thenComparing(upward ? byValue.reversed() : byValue));
  }

  private static boolean isTooLow(Rule rule, Figure figure) {
    return rule.minimum()
        .filter(m -> figure.value().atLeast(m, rule.statistic()) == Certainty.FAILS)
        .isPresent();
  }

  private static String breach(Rule rule, Figure figure) {
    boolean low = isTooLow(rule, figure);
    String what =
        switch (rule.statistic()) {
          case POINT -> "The value";
          case CONFIDENCE_BOUND ->
              low ? "The lower end of the 95% interval" : "The upper end of the 95% interval";
        };
    return what + (low ? " is below the minimum" : " is above the maximum");
  }

  private static RuleVerdict verdict(
      Rule rule, Figure figure, Verdict verdict, String explanation) {
    Optional<Proportion> share = Optional.empty();
    Optional<Bound> bound = Optional.empty();
    OptionalDouble gap = OptionalDouble.empty();
    Optional<AttributionDrift.Measured> drift = Optional.empty();
    if (figure.value() instanceof Tally tally) {
      // The end that the verdict rests on: a minimum is missed by the upper end, and kept by the
      // lower one.
      boolean upper =
          rule.minimum().isPresent()
              ? isTooLow(rule, figure) || figure.judge(rule) == Certainty.OPEN
              : figure.judge(rule) != Certainty.FAILS;
      share = Optional.of(new Proportion(upper ? tally.high() : tally.low(), tally.n()));
      bound =
          tally.complete() ? Optional.empty() : Optional.of(upper ? Bound.AT_MOST : Bound.AT_LEAST);
    } else if (figure.value() instanceof Moved moved) {
      drift = Optional.of(moved.measured());
    } else {
      gap = OptionalDouble.of(figure.value().value());
    }
    return new RuleVerdict(rule, verdict, figure.scope(), share, bound, gap, drift, explanation);
  }
}
