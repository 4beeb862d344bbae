package io.sextant.evaluation;

import io.sextant.results.Condition;
import io.sextant.results.Metric;
import io.sextant.results.Rule;
import io.sextant.results.curtail.Curtail;
import io.sextant.spec.ResultFolders;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apiguardian.api.API;

/**
 * How much of an audit may be left out. What is left out is reported, and a verdict never gets
 * better by it.
 *
 * @param curtail which verdicts end the evaluation of a rule, once they are certain by counting
 * @param timeBudget no unit of work is begun after this time; present also means that a later run
 *     on the same folder goes on where this one stopped
 * @param compared ids of rules that are held against a baseline, which needs complete figures
 * @param waived ids of rules whose failure somebody accepts for now: it does not end the audit
 * @param last the output folder of an earlier audit, or what is kept of its evidence, of each model
 *     in a folder named by the model's id: inputs that broke that model are tried first
 * @param rulesOnly whether only what the rules rest on is measured: threats that no rule needs,
 *     explanations that none asks for, and checks of attacks that none rests on are left out
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Effort(
    Curtail curtail,
    Optional<Duration> timeBudget,
    Set<String> compared,
    Set<String> waived,
    Optional<Path> last,
    boolean rulesOnly) {
  /** Everything is run. */
  public static final Effort FULL =
      new Effort(Curtail.NONE, Optional.empty(), Set.of(), Set.of(), Optional.empty(), false);

  public Effort {
    compared = Set.copyOf(compared);
    waived = Set.copyOf(waived);
    timeBudget
        .filter(budget -> budget.isNegative() || budget.isZero())
        .ifPresent(
            budget -> {
              throw new IllegalArgumentException(
                  "the time budget must be above 0 but was " + budget);
            });
  }

  /** The folder of a model's own evidence; that of a spec with one model may be the output. */
  Optional<Path> last(String id, int models) {
    return last.map(path -> ResultFolders.earlier(path, id, models));
  }

  /** Whether everything is run in one go. */
  boolean full() {
    return curtail == Curtail.NONE && timeBudget.isEmpty() && last.isEmpty() && !rulesOnly;
  }

  /**
   * Whether attacks under a condition are asked for.
   *
   * @param rules of the audit
   * @param condition one of those planned
   * @param planned all of them
   */
  boolean attacks(List<Rule> rules, Condition condition, List<? extends Condition> planned) {
    // The examples that are explained are chosen by where they break. What breaks at a smaller
    // radius counts at a larger one, and attacks are compared across them.
    return !rulesOnly
        || asksForExplanations(rules)
        || rules.stream()
            .anyMatch(
                rule ->
                    planned.stream()
                        .filter(rule::asksFor)
                        .anyMatch(asked -> condition.breaksUnder(asked, 0)));
  }

  /** Whether it matters that the attacks were strong. */
  boolean probes(List<Rule> rules) {
    return !rulesOnly || rules.stream().anyMatch(rule -> rule.metric().isUpperBound());
  }

  /** Whether attributions are to be kept, where the spec asks for them. */
  boolean keeps(List<Rule> rules) {
    return !rulesOnly || asksForDrift(rules);
  }

  /** Whether a rule is about attributions that are kept. */
  static boolean asksForDrift(List<Rule> rules) {
    return rules.stream().anyMatch(rule -> rule.metric() == Metric.ATTRIBUTION_DRIFT);
  }

  /** Whether explanations are asked for, where nothing else speaks against them. */
  boolean explanations(List<Rule> rules) {
    return !rulesOnly || asksForExplanations(rules);
  }

  /** Whether a rule is about explanations. */
  static boolean asksForExplanations(List<Rule> rules) {
    return rules.stream().anyMatch(rule -> rule.metric() == Metric.COMPLETENESS_GAP);
  }

  /** What figures depend on. The time is not part of it: more time only adds to what was done. */
  String key() {
    return "%s %s %s %s %s"
        .formatted(
            curtail.key(),
            timeBudget.isPresent(),
            new TreeSet<>(compared),
            new TreeSet<>(waived),
            rulesOnly);
  }
}
