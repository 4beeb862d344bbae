package io.sextant.results.gate;

import io.sextant.results.Bound;
import io.sextant.results.Certainty;
import io.sextant.results.Gate;
import io.sextant.results.Proportion;
import io.sextant.results.Rule;
import io.sextant.results.RuleVerdict;
import io.sextant.results.Severity;
import io.sextant.results.Verdict;
import io.sextant.results.rules.Figure;
import io.sextant.results.rules.Figures;
import io.sextant.results.rules.Measurements;
import io.sextant.results.rules.RuleJudge;
import io.sextant.results.rules.Tally;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import org.apiguardian.api.API;

/**
 * A bound on the models of all modules. A mean hides one broken model, so the worst one can be
 * bounded too.
 *
 * @param id of the rule
 * @param worst that each model must keep
 * @param mean that the examples of all models together must keep
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record AggregateRule(String id, Optional<Rule> worst, Optional<Rule> mean) {
  public AggregateRule {
    for (Optional<Rule> rule : List.of(worst, mean)) {
      if (rule.isPresent() && !rule.get().metric().isShare()) {
        throw new IllegalArgumentException(
            "metric %s is not a share of examples, so it has no mean; use clean-accuracy or robust-accuracy"
                .formatted(rule.get().metric().key()));
      }
    }
  }

  /**
   * Judges models.
   *
   * @param models measurements by label, at least one
   * @return one report per bound
   */
  public List<RuleReport> judge(Map<String, Measurements> models) {
    List<RuleReport> reports = new ArrayList<>();
    worst.ifPresent(rule -> reports.add(judgeWorst(named(rule, "worst"), models)));
    mean.ifPresent(rule -> reports.add(judgeMean(named(rule, "mean"), models)));
    return reports;
  }

  /**
   * Judges models by several such rules.
   *
   * @param name under which all models together are listed
   * @param rules at least one
   * @param models measurements by label, at least one
   * @param policy where rules do not say it
   * @param today the day
   */
  public static GateReport judge(
      String name,
      List<AggregateRule> rules,
      Map<String, Measurements> models,
      GatePolicy policy,
      LocalDate today) {
    List<RuleReport> reports = rules.stream().flatMap(rule -> rule.judge(models).stream()).toList();
    return new GateReport(
        name, today, reports, List.of(), List.of(), reports.stream().anyMatch(policy::fails));
  }

  private Rule named(Rule rule, String suffix) {
    return worst.isEmpty() || mean.isEmpty() ? rule : rule.withId(id + "-" + suffix);
  }

  private static RuleReport judgeWorst(Rule rule, Map<String, Measurements> models) {
    Map.Entry<String, RuleVerdict> worst =
        models.entrySet().stream()
            .map(model -> Map.entry(model.getKey(), RuleJudge.judge(rule, model.getValue())))
            .min(
                Comparator.comparing(
                        (Map.Entry<String, RuleVerdict> model) -> model.getValue().verdict(),
                        AggregateRule::compare)
                    .thenComparingDouble(
                        model ->
                            model
                                .getValue()
                                .share()
                                .map(s -> (double) s.count() / s.n())
                                .orElse(0.0))
                    .thenComparing(Map.Entry::getKey))
            .orElseThrow(() -> new IllegalArgumentException("there must be at least one model"));
    RuleVerdict judged = worst.getValue();
    return report(
        with(
            judged,
            "The worst of %d models is %s. %s"
                .formatted(models.size(), worst.getKey(), judged.explanation())));
  }

  /** The order in which one verdict speaks for several. */
  private static int compare(Verdict one, Verdict other) {
    if (one == other) {
      return 0;
    }
    return Gate.worst(List.of(one, other)).orElseThrow() == one ? -1 : 1;
  }

  private static RuleReport judgeMean(Rule rule, Map<String, Measurements> models) {
    int low = 0;
    int high = 0;
    int n = 0;
    Set<String> doubts = new TreeSet<>();
    for (Map.Entry<String, Measurements> model : models.entrySet()) {
      List<Figure> figures = Figures.of(rule, model.getValue());
      if (figures.isEmpty()
          || !(RuleJudge.decisive(rule, figures).value() instanceof Tally tally)) {
        return report(
            verdict(
                rule,
                Verdict.NOT_MEASURED,
                Optional.empty(),
                "Model %s has no figure for this rule, so there is no mean."
                    .formatted(model.getKey())));
      }
      low += tally.low();
      high += tally.high();
      n += tally.n();
      model.getValue().doubt(rule).ifPresent(doubts::add);
    }
    Tally all = new Tally(low, high, n, List.of());
    Certainty certainty = new Figure(rule.scope(), all).judge(rule);
    String what = "The mean over the examples of %d models is ".formatted(models.size());
    return report(
        switch (certainty) {
          case FAILS ->
              verdict(
                  rule,
                  rule.severity() == Severity.ERROR ? Verdict.FAIL : Verdict.WARN,
                  Optional.of(all),
                  what + "below the minimum.");
          case OPEN ->
              verdict(
                  rule,
                  Verdict.INCONCLUSIVE,
                  Optional.of(all),
                  what + "within the limit, but does not cover every example.");
          case HOLDS ->
              doubts.isEmpty()
                  ? verdict(rule, Verdict.PASS, Optional.of(all), what + "within the limit.")
                  : verdict(
                      rule,
                      Verdict.INCONCLUSIVE,
                      Optional.of(all),
                      what + "within the limit, but " + String.join("; ", doubts) + ".");
        });
  }

  private static RuleVerdict verdict(
      Rule rule, Verdict verdict, Optional<Tally> all, String explanation) {
    boolean upper = verdict != Verdict.PASS;
    return new RuleVerdict(
        rule,
        verdict,
        rule.scope(),
        all.map(tally -> new Proportion(upper ? tally.high() : tally.low(), tally.n())),
        all.filter(tally -> !tally.complete()).map(tally -> upper ? Bound.AT_MOST : Bound.AT_LEAST),
        OptionalDouble.empty(),
        Optional.empty(),
        explanation);
  }

  private static RuleVerdict with(RuleVerdict judged, String explanation) {
    return judged.with(judged.verdict(), explanation);
  }

  private static RuleReport report(RuleVerdict judged) {
    // Rows of one module say nothing in another, so no samples are listed.
    return new RuleReport(
        judged, Optional.empty(), false, Optional.empty(), List.of(), Optional.empty());
  }
}
