package io.sextant.results.gate;

import io.sextant.results.Gate;
import io.sextant.results.Verdict;
import io.sextant.results.curtail.Unrun;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * The judgement of one model in a build.
 *
 * @param model id
 * @param day of the judgement, by which waivers were counted
 * @param rules in the order of the spec
 * @param findings what else a person should know
 * @param unrun what was planned and could still change an outcome
 * @param failed whether the build is to fail
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record GateReport(
    String model,
    LocalDate day,
    List<RuleReport> rules,
    List<Finding> findings,
    List<Unrun> unrun,
    boolean failed) {
  public GateReport {
    rules = List.copyOf(rules);
    findings = List.copyOf(findings);
    unrun = List.copyOf(unrun);
  }

  /** The same with something more that a person should know. */
  public GateReport with(Finding finding) {
    List<Finding> all = new ArrayList<>(findings);
    all.add(finding);
    return new GateReport(model, day, rules, all, unrun, failed || finding.fails());
  }

  /** The worst state of any rule. */
  public Optional<Verdict> verdict() {
    return Gate.worst(rules.stream().map(RuleReport::verdict).toList());
  }

  /** The rules in a state. */
  public List<RuleReport> in(Verdict verdict) {
    return rules.stream().filter(rule -> rule.verdict() == verdict).toList();
  }
}
