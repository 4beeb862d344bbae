package io.sextant.results;

import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apiguardian.api.API;

/**
 * The judgement of an audit.
 *
 * <p>A failing rule stays {@link Verdict#FAIL} when the audit is unreliable: robust accuracy is an
 * upper bound, so a bound below the limit is certain. Unreliability only takes away what is green.
 *
 * @param rules each with its verdict, in the order of the spec
 * @param verdict of the whole audit, absent without rules: measured, not judged
 * @param exitCode of {@code sextant audit}: 0, 1 (a rule fails) or 3 (inconclusive or not measured)
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Gate(List<RuleVerdict> rules, Optional<Verdict> verdict, int exitCode) {
  private static final String REGARDLESS = ", whatever the examples not run would show.";

  public Gate {
    rules = List.copyOf(rules);
    if (exitCode != 0 && exitCode != 1 && exitCode != 3) {
      throw new IllegalArgumentException("exitCode must be 0, 1 or 3 but was " + exitCode);
    }
  }

  /**
   * Judges an audit by its limits. A pure function. What was not run to the end is judged by
   * counting: a verdict that the rest cannot change is given, any other is inconclusive.
   *
   * @param rules in the order of the spec, perhaps none
   * @param measured by the audit
   */
  public static Gate judge(List<Rule> rules, Measurements measured) {
    return of(rules.stream().map(rule -> judge(rule, measured)).toList());
  }

  /** The gate of verdicts on single rules: the worst one speaks for all. */
  public static Gate of(List<RuleVerdict> verdicts) {
    Optional<Verdict> overall = worst(verdicts.stream().map(RuleVerdict::verdict).toList());
    return new Gate(verdicts, overall, overall.map(Gate::exitCode).orElse(0));
  }

  /** The verdict that speaks for several, absent without any. */
  public static Optional<Verdict> worst(List<Verdict> verdicts) {
    return verdicts.stream().min(Comparator.comparingInt(Gate::rank));
  }

  /** The exit code that a verdict stands for. */
  private static int exitCode(Verdict verdict) {
    return switch (verdict) {
      case FAIL -> 1;
      case INCONCLUSIVE, NOT_MEASURED -> 3;
      case PASS, WARN, SKIPPED, WAIVED -> 0;
    };
  }

  /** The worst verdict speaks for the audit; a skipped rule alone must not look like a pass. */
  private static int rank(Verdict verdict) {
    return switch (verdict) {
      case FAIL -> 0;
      case INCONCLUSIVE -> 1;
      case NOT_MEASURED -> 2;
      case WARN -> 3;
      case WAIVED -> 4;
      case SKIPPED -> 5;
      case PASS -> 6;
    };
  }

  /** Judges one rule by its limits. */
  public static RuleVerdict judge(Rule rule, Measurements measured) {
    List<Figure> figures = rule.metric().figures(rule, measured);
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
    } else {
      gap = OptionalDouble.of(figure.value().value());
    }
    return new RuleVerdict(rule, verdict, figure.scope(), share, bound, gap, explanation);
  }
}
