package io.sextant.results.gate;

import io.sextant.results.AttributionDrift;
import io.sextant.results.Bound;
import io.sextant.results.Limit;
import io.sextant.results.Metric;
import io.sextant.results.Proportion;
import io.sextant.results.Rule;
import io.sextant.results.RuleVerdict;
import io.sextant.results.Scope;
import io.sextant.results.Severity;
import io.sextant.results.Verdict;
import io.sextant.results.baseline.Baseline;
import io.sextant.results.baseline.Comparison;
import io.sextant.results.baseline.Match;
import io.sextant.results.curtail.Curtailment;
import io.sextant.results.rules.Figure;
import io.sextant.results.rules.Figures;
import io.sextant.results.rules.Measurements;
import io.sextant.results.rules.RuleJudge;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apiguardian.api.API;

/**
 * Rules, waivers and a policy, ready to judge the audits of models. Pure: the same arguments give
 * the same report.
 *
 * <p>A rule is first held against its limits, then against the baseline, and last against the
 * waivers. A broken limit stays broken whatever the baseline says; a baseline that cannot be
 * compared takes away what is green.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class BuildGate {
  private final List<Rule> rules;
  private final Set<String> selected;
  private final List<Waiver> waivers;
  private final GatePolicy policy;

  /**
   * A gate.
   *
   * @param rules at least one, each id once
   * @param waivers at most one per rule and model
   * @param policy where rules do not say it
   * @throws IllegalArgumentException if there is no rule, or a rule or waiver occurs twice
   */
  public BuildGate(List<Rule> rules, List<Waiver> waivers, GatePolicy policy) {
    this(rules, rules.stream().map(Rule::id).collect(Collectors.toSet()), waivers, policy);
  }

  private BuildGate(
      List<Rule> rules, Set<String> selected, List<Waiver> waivers, GatePolicy policy) {
    this.rules = List.copyOf(rules);
    this.selected = Set.copyOf(selected);
    this.waivers = List.copyOf(waivers);
    this.policy = policy;
    if (rules.isEmpty()) {
      throw new IllegalArgumentException(
          "a gate must have at least one rule but has none; add for example"
              + " {id: clean, metric: clean-accuracy, minimum: 85%}");
    }
    Set<String> ids = new HashSet<>();
    for (Rule rule : rules) {
      if (!ids.add(rule.id())) {
        throw new IllegalArgumentException("rule id '%s' is used twice".formatted(rule.id()));
      }
    }
    Set<List<Object>> waived = new HashSet<>();
    for (Waiver waiver : waivers) {
      if (!waived.add(List.of(waiver.rule(), waiver.model()))) {
        throw new IllegalArgumentException(
            "rule %s is waived twice%s; keep one waiver"
                .formatted(waiver.rule(), waiver.model().map(id -> " for model " + id).orElse("")));
      }
    }
  }

  /**
   * A gate that judges some of the rules; the others are skipped, and say so.
   *
   * @param ids of rules, at least one
   * @throws IllegalArgumentException if there is no such rule
   */
  public BuildGate only(Set<String> ids) {
    Set<String> unknown = new LinkedHashSet<>(ids);
    unknown.removeAll(rules.stream().map(Rule::id).toList());
    if (!unknown.isEmpty() || ids.isEmpty()) {
      throw new IllegalArgumentException(
          "the selected rules must be some of %s but were %s"
              .formatted(
                  rules.stream().map(Rule::id).collect(Collectors.joining(", ")),
                  ids.isEmpty() ? "none" : "'" + String.join("', '", unknown) + "'"));
    }
    return new BuildGate(rules, ids, waivers, policy);
  }

  /** The ids of the rules that are held against a baseline, if there is one. */
  public Set<String> compared(Baseline baseline) {
    return rules.stream()
        .filter(rule -> tolerance(rule).isPresent())
        .map(Rule::id)
        .filter(baseline.rules()::containsKey)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /**
   * Judges the audit of a model.
   *
   * @param subject the audit
   * @param baseline of the model, where there is one
   * @param today by which waivers are counted
   * @throws IllegalArgumentException if the baseline is another model's
   */
  public GateReport judge(GateSubject subject, Optional<Baseline> baseline, LocalDate today) {
    baseline
        .map(Baseline::model)
        .filter(model -> !model.equals(subject.model()))
        .ifPresent(
            model -> {
              throw new IllegalArgumentException(
                  "the baseline must be of model %s but is of model %s"
                      .formatted(subject.model(), model));
            });
    GateSubject held = subject.against(baseline.flatMap(Baseline::attributions));
    List<Finding> findings = new ArrayList<>();
    List<RuleReport> reports = new ArrayList<>();
    for (Rule rule : rules) {
      if (!selected.contains(rule.id())) {
        reports.add(skipped(rule, "The rule was not selected."));
      } else {
        RuleReport report = judge(rule, held, baseline, findings);
        reports.add(waived(report, subject.model(), today));
      }
    }
    findings.addAll(waiverFindings(reports, subject.model(), today));
    return new GateReport(
        subject.model(),
        today,
        reports,
        findings,
        subject.measured().samples().map(Curtailment::unrun).orElse(List.of()),
        fails(reports, findings));
  }

  /**
   * The reports of all models, with what can only be said about waivers when all of them are known:
   * whether one that names no model is needed anywhere, and whether the model that it names exists.
   *
   * @param reports of the models, by this gate
   */
  public List<GateReport> together(List<GateReport> reports) {
    Set<Waiver> used =
        reports.stream()
            .flatMap(report -> report.rules().stream())
            .flatMap(rule -> rule.waiver().stream())
            .collect(Collectors.toSet());
    Set<Finding> needed =
        used.stream()
            .filter(waiver -> waiver.model().isEmpty())
            .map(this::unneeded)
            .collect(Collectors.toSet());
    List<String> models = reports.stream().map(GateReport::model).toList();
    List<Finding> lost =
        waivers.stream()
            .filter(waiver -> waiver.model().filter(id -> !models.contains(id)).isPresent())
            .map(
                waiver ->
                    unused(
                        "The waiver of rule %s by %s is for model %s, which is not judged here; remove it, or name one of %s."
                            .formatted(
                                waiver.rule(),
                                waiver.owner(),
                                waiver.model().orElse(""),
                                String.join(", ", models))))
            .toList();
    List<GateReport> all = new ArrayList<>();
    for (GateReport report : reports) {
      List<Finding> findings = new ArrayList<>(report.findings());
      findings.removeAll(needed);
      if (all.isEmpty()) {
        findings.addAll(lost);
      }
      all.add(
          new GateReport(
              report.model(),
              report.day(),
              report.rules(),
              findings,
              report.unrun(),
              fails(report.rules(), findings)));
    }
    return all;
  }

  private boolean fails(List<RuleReport> reports, List<Finding> findings) {
    return reports.stream().anyMatch(policy::fails) || findings.stream().anyMatch(Finding::fails);
  }

  /**
   * The report of a model that was left out on purpose.
   *
   * @param model id
   * @param reason one sentence
   * @param today the day
   */
  public GateReport skip(String model, String reason, LocalDate today) {
    return new GateReport(
        model,
        today,
        rules.stream().map(rule -> skipped(rule, reason)).toList(),
        List.of(),
        List.of(),
        false);
  }

  private static RuleReport skipped(Rule rule, String reason) {
    return new RuleReport(
        RuleVerdict.without(rule, Verdict.SKIPPED, reason),
        Optional.empty(),
        false,
        Optional.empty(),
        List.of(),
        Optional.empty());
  }

  /** The tolerance of a rule. A maximum alone says nothing against a fall. */
  private Optional<Limit> tolerance(Rule rule) {
    return rule.maxRegression()
        .or(
            () ->
                rule.metric().isShare() && rule.minimum().isPresent()
                    ? policy.maxRegression()
                    : Optional.empty());
  }

  private RuleReport judge(
      Rule rule, GateSubject subject, Optional<Baseline> baseline, List<Finding> findings) {
    RuleVerdict limits = RuleJudge.judge(rule, subject.measured());
    List<Figure> figures = Figures.of(rule, subject.measured());
    if (rule.metric() == Metric.ATTRIBUTION_DRIFT) {
      return drift(limits, figures, subject.measured());
    }
    if (figures.isEmpty()) {
      return report(limits, Beside.NOTHING, List.of());
    }
    Figure decisive = RuleJudge.decisive(rule, figures);
    Optional<Limit> tolerance = tolerance(rule);
    if (tolerance.isEmpty() || (baseline.isEmpty() && rule.maxRegression().isEmpty())) {
      return report(limits, Beside.NOTHING, decisive.value().worst());
    }
    Map<Scope, Figure> planned = new LinkedHashMap<>();
    Figures.of(rule, subject.measured().planned())
        .forEach(figure -> planned.put(figure.scope(), figure));
    Map<Figure, Comparison> compared = new LinkedHashMap<>();
    Optional<String> refused = Optional.empty();
    Optional<String> absent = Optional.empty();
    for (Figure figure : figures) {
      Match match =
          baseline
              .map(
                  b ->
                      b.match(
                          subject.fingerprint(),
                          rule,
                          planned.getOrDefault(figure.scope(), figure)))
              .orElse(new Match.Absent("there is no baseline; run update-baseline to record one"));
      if (match instanceof Match.Compared found) {
        compared.put(figure, found.comparison());
      } else if (match instanceof Match.Refused found) {
        refused = refused.or(() -> Optional.of(found.reason()));
      } else if (match instanceof Match.Absent found) {
        absent = absent.or(() -> Optional.of(found.reason()));
      }
    }
    if (baseline.isPresent() && absent.isPresent() && rule.maxRegression().isEmpty()) {
      findings.add(
          new Finding(
              Finding.Kind.NOT_IN_BASELINE,
              "Rule %s is not compared: %s.".formatted(rule.id(), absent.get()),
              false));
    }
    Optional<Map.Entry<Figure, Comparison>> fall = fall(compared, tolerance.get());
    boolean broken = limits.verdict() == Verdict.FAIL || limits.verdict() == Verdict.WARN;
    if (fall.isPresent() && !broken) {
      Figure figure = fall.get().getKey();
      return report(
          regressed(rule, figure, fall.get().getValue(), tolerance.get()),
          new Beside(Optional.of(fall.get().getValue()), true, refused),
          figure.value().worst());
    }
    RuleVerdict verdict = limits;
    if (!broken) {
      if (refused.isPresent()) {
        verdict = undecided(limits, Verdict.INCONCLUSIVE, refused.get());
      } else if (absent.isPresent() && rule.maxRegression().isPresent()) {
        verdict = undecided(limits, Verdict.NOT_MEASURED, absent.get());
      } else if (limits.verdict() == Verdict.SKIPPED) {
        verdict = kept(limits, subject.measured());
      }
      if (verdict.verdict() == Verdict.PASS) {
        compared.forEach((figure, comparison) -> improvement(rule, figure, comparison, findings));
      }
    }
    return report(
        verdict,
        new Beside(
            Optional.ofNullable(compared.get(decisive)),
            broken && fall.filter(f -> f.getKey().equals(decisive)).isPresent(),
            rule.maxRegression().isPresent() && refused.isEmpty() ? absent : refused),
        decisive.value().worst());
  }

  /** A rule whose limit is one on the change since the baseline. */
  private static RuleReport drift(RuleVerdict limits, List<Figure> figures, Measurements measured) {
    boolean broken = limits.verdict() == Verdict.FAIL || limits.verdict() == Verdict.WARN;
    return report(
        limits,
        new Beside(
            Optional.empty(),
            broken,
            measured.uncompared(limits.rule()).map(AttributionDrift.Uncompared::reason)),
        figures.isEmpty() ? List.of() : RuleJudge.decisive(limits.rule(), figures).value().worst());
  }

  /** The largest fall that breaks the rule. */
  private Optional<Map.Entry<Figure, Comparison>> fall(
      Map<Figure, Comparison> compared, Limit tolerance) {
    return compared.entrySet().stream()
        .filter(entry -> entry.getValue().isRegression(tolerance, policy.significance()))
        .max(
            Comparator.comparingDouble(
                entry ->
                    (double) (entry.getValue().before().count() - entry.getValue().after().count())
                        / entry.getValue().after().n()));
  }

  private static RuleVerdict regressed(
      Rule rule, Figure figure, Comparison comparison, Limit tolerance) {
    return new RuleVerdict(
        rule,
        rule.severity() == Severity.ERROR ? Verdict.FAIL : Verdict.WARN,
        figure.scope(),
        Optional.of(comparison.after()),
        Optional.<Bound>empty(),
        OptionalDouble.empty(),
        Optional.empty(),
        "The value fell below the baseline by more than the tolerated %s, and not by chance."
            .formatted(tolerance));
  }

  private static RuleVerdict undecided(RuleVerdict limits, Verdict verdict, String reason) {
    Verdict worse = limits.verdict() == Verdict.INCONCLUSIVE ? Verdict.INCONCLUSIVE : verdict;
    return limits.with(
        worse,
        limits.verdict() == Verdict.INCONCLUSIVE
            ? limits.explanation()
            : "The value cannot be held against the baseline: " + reason + ".");
  }

  private static RuleVerdict kept(RuleVerdict limits, Measurements measured) {
    return measured
        .doubt(limits.rule())
        .map(
            doubt ->
                limits.with(
                    Verdict.INCONCLUSIVE,
                    "The value did not fall below the baseline, but %s.".formatted(doubt)))
        .orElseGet(
            () ->
                limits.with(
                    Verdict.PASS,
                    "The value did not fall below the baseline by more than is tolerated."));
  }

  private static void improvement(
      Rule rule, Figure figure, Comparison comparison, List<Finding> findings) {
    if (comparison.isImprovement()) {
      Proportion before = comparison.before();
      findings.add(
          new Finding(
              Finding.Kind.IMPROVEMENT,
              "Rule %s (%s) rose from %s to %s of %s; run update-baseline to hold on to it."
                  .formatted(
                      rule.id(),
                      rule.subject(figure.scope()),
                      before.count(),
                      comparison.after().count(),
                      before.n()),
              false));
    }
  }

  /** What the baseline has to say. */
  private record Beside(
      Optional<Comparison> change, boolean regressed, Optional<String> uncompared) {
    static final Beside NOTHING = new Beside(Optional.empty(), false, Optional.empty());
  }

  private static RuleReport report(RuleVerdict judged, Beside beside, List<Integer> worst) {
    // What was lost since the baseline tells more than what was never good.
    List<Integer> lost = beside.change().map(Comparison::lost).orElse(List.of());
    Set<Integer> order =
        Stream.concat(worst.stream().filter(lost::contains), worst.stream())
            .collect(Collectors.toCollection(LinkedHashSet::new));
    return new RuleReport(
        judged,
        beside.change(),
        beside.regressed(),
        beside.uncompared(),
        List.copyOf(order),
        Optional.empty());
  }

  private RuleReport waived(RuleReport report, String model, LocalDate today) {
    Optional<Waiver> waiver = waiver(report.rule(), model, today);
    if (report.verdict() != Verdict.FAIL || waiver.isEmpty()) {
      return report;
    }
    return new RuleReport(
        report
            .judged()
            .with(
                Verdict.WAIVED,
                "%s Waived until %s by %s: %s"
                    .formatted(
                        report.judged().explanation(),
                        waiver.get().until(),
                        waiver.get().owner(),
                        waiver.get().reason())),
        report.change(),
        report.regressed(),
        report.uncompared(),
        report.worst(),
        waiver);
  }

  /**
   * The rules whose failure somebody accepts on a day, for any model.
   *
   * @param today by which waivers are counted
   */
  public Set<String> waived(LocalDate today) {
    return waivers.stream()
        .filter(waiver -> !waiver.isExpired(today))
        .map(Waiver::rule)
        .filter(id -> rules.stream().anyMatch(rule -> rule.id().equals(id)))
        .collect(Collectors.toSet());
  }

  /**
   * The waiver of a rule that is in force; one that names the model goes before one that does not.
   */
  private Optional<Waiver> waiver(Rule rule, String model, LocalDate today) {
    return waivers.stream()
        .filter(w -> !w.isExpired(today))
        .filter(w -> w.covers(rule.id(), model))
        .max(Comparator.comparing(w -> w.model().isPresent()));
  }

  private List<Finding> waiverFindings(List<RuleReport> reports, String model, LocalDate today) {
    List<Finding> findings = new ArrayList<>();
    for (Waiver waiver : waivers) {
      if (waiver.model().filter(id -> !id.equals(model)).isPresent()) {
        continue;
      }
      Optional<RuleReport> report =
          reports.stream().filter(r -> r.rule().id().equals(waiver.rule())).findFirst();
      if (report.isEmpty()) {
        findings.add(
            unused(
                "The waiver of rule %s by %s is about no rule of this gate; remove it, or name one of %s."
                    .formatted(
                        waiver.rule(),
                        waiver.owner(),
                        rules.stream().map(Rule::id).collect(Collectors.joining(", ")))));
      } else if (waiver.isExpired(today)) {
        findings.add(
            new Finding(
                Finding.Kind.EXPIRED_WAIVER,
                "The waiver of rule %s by %s ended on %s; %s."
                    .formatted(
                        waiver.rule(),
                        waiver.owner(),
                        waiver.until(),
                        report.get().verdict() == Verdict.FAIL
                            ? "mend the model, or renew the waiver with its owner"
                            : "remove it"),
                policy.failOnUnusedWaiver()));
      } else if (report.get().verdict() == Verdict.PASS
          || report.get().verdict() == Verdict.WARN
          || report.get().waiver().filter(w -> !w.equals(waiver)).isPresent()) {
        // What is skipped, not measured or undecided may still need its waiver.
        findings.add(unneeded(waiver));
      }
    }
    return findings;
  }

  private Finding unneeded(Waiver waiver) {
    return unused(
        "The waiver of rule %s by %s is not needed; remove it."
            .formatted(waiver.rule(), waiver.owner()));
  }

  private Finding unused(String text) {
    return new Finding(Finding.Kind.UNUSED_WAIVER, text, policy.failOnUnusedWaiver());
  }
}
