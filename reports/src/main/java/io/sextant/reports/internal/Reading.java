package io.sextant.reports.internal;

import io.sextant.results.AttributionDrift;
import io.sextant.results.Bound;
import io.sextant.results.Interval;
import io.sextant.results.Percent;
import io.sextant.results.Proportion;
import io.sextant.results.Rule;
import io.sextant.results.RuleVerdict;
import io.sextant.results.Scope;
import io.sextant.results.Statistic;
import io.sextant.results.Verdict;
import io.sextant.results.gate.RuleReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * The figure of a rule beside its limits, in words. What is outside a limit is also printed outside
 * it.
 *
 * @param judged the rule and its figure
 * @param scope of the figure
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record Reading(RuleVerdict judged, Scope scope) {
  /** What stands where there is nothing. */
  public static final String NOTHING = Percent.NOTHING;

  /** The reading of a rule of an audit. */
  public static Reading of(RuleVerdict judged) {
    return new Reading(judged, judged.scope());
  }

  /** What a rule demands, before anything is measured. */
  public static Reading of(Rule rule) {
    return of(RuleVerdict.without(rule, Verdict.NOT_MEASURED, ""));
  }

  /** The reading of a rule of a build. */
  public static Reading of(RuleReport report) {
    return of(report.judged());
  }

  /** The rule. */
  public Rule rule() {
    return judged.rule();
  }

  /** What is judged, for example {@code robust accuracy, L∞ 8/255, worst case, class cat}. */
  public String subject() {
    boolean every = rule().className().filter(Rule.EVERY_CLASS::equals).isPresent();
    if (every && scope.className().filter(Rule.EVERY_CLASS::equals).isPresent()) {
      Scope all = scope.ofAllClasses();
      return rule().subject(all) + ", each class";
    }
    return rule().subject(scope) + (every ? " (the worst one)" : "");
  }

  /** The figure, for example {@code at most 40.0%}. */
  public String value() {
    if (judged.gap().isPresent()) {
      return Percent.of(judged.gap().getAsDouble(), rule());
    }
    if (judged.drift().isPresent()) {
      return Percent.of(judged.drift().get().mean().mean(), rule());
    }
    return judged
        .share()
        .map(share -> side().map(bound -> bound.words() + " ").orElse("") + percent(share, rule()))
        .orElse(NOTHING);
  }

  /** How the figure stands to the true one; an empirical robust accuracy is never above. */
  private Optional<Bound> side() {
    return judged
        .bound()
        .or(() -> rule().metric().isUpperBound() ? Optional.of(Bound.AT_MOST) : Optional.empty());
  }

  /** The exact counts, for example {@code 4/10}. */
  public Optional<String> counts() {
    return judged
        .share()
        .map(Format::fraction)
        .or(() -> judged.drift().map(drift -> Format.plural(drift.mean().n(), "example")));
  }

  /** Whether the figure is only a bound, as the attacks were not run to the end. */
  public boolean partial() {
    return judged.bound().isPresent();
  }

  /** The 95% interval. A figure that was not run to the end has none. */
  public String interval() {
    return judged
        .share()
        .filter(share -> !partial())
        .map(Format::interval)
        .or(() -> judged.drift().map(Reading::interval))
        .orElse(NOTHING);
  }

  private static String interval(AttributionDrift.Measured drift) {
    return Format.interval(new Interval(drift.mean().low(), drift.mean().high()));
  }

  /** What the rule demands, for example {@code at least 50%}. */
  public String limit() {
    List<String> limits = new ArrayList<>();
    rule().minimum().ifPresent(limit -> limits.add("at least " + limit));
    rule().maximum().ifPresent(limit -> limits.add("at most " + limit));
    rule()
        .maxRegression()
        .ifPresent(limit -> limits.add("at most " + limit + " below the baseline"));
    return String.join(" and ", limits);
  }

  /** Which number is held against the limits, where it is not the share itself. */
  public Optional<String> statistic() {
    return rule().statistic() == Statistic.POINT
        ? Optional.empty()
        : Optional.of("for the 95% interval");
  }

  /** A share held against a rule. */
  static String percent(Proportion share, Rule rule) {
    return Percent.of(share, rule);
  }
}
