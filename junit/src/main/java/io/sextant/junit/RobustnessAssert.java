package io.sextant.junit;

import static java.util.stream.Collectors.joining;

import io.sextant.attacks.Attack;
import io.sextant.attacks.Attacks;
import io.sextant.evaluation.data.DataSet;
import io.sextant.methods.Catalogue;
import io.sextant.methods.Method;
import io.sextant.results.Epsilon;
import io.sextant.results.Limit;
import io.sextant.results.Metric;
import io.sextant.results.Norm;
import io.sextant.results.Rule;
import io.sextant.results.baseline.Baselines;
import io.sextant.results.gate.GatePolicy;
import io.sextant.results.gate.Guidance;
import io.sextant.results.gate.RuleReport;
import io.sextant.spec.AuditSpec;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.assertj.core.api.AbstractAssert;

/**
 * Assertions about how a model stands up to attacks on given examples.
 *
 * <p>First come the conditions, each with the default of an audit spec: {@link #within a threat}
 * (L∞ 8/255), {@link #underAttack attacks} (FGSM and PGD-40), the number of {@link #samples} (256,
 * stratified) and the {@link #withSeed seed} (42). Then come the checks. The first one runs the
 * audit, and those that are chained to it are judged by the same figures:
 *
 * <pre>{@code
 * assertThat(network)
 *     .onData(testSet)
 *     .within(Norm.LINF, "0.03", "0.1")
 *     .underAttack(Fgsm.DEFAULT, Pgd.DEFAULT.withSteps(20))
 *     .isAccurateAtLeast("90%")
 *     .holdsAtLeast(0.45)
 *     .holdsAtLeastInEveryClass("30%");
 * }</pre>
 *
 * <p>A check that fails is an {@code AssertionError} that says what was measured on how many
 * examples, with its interval and limit, names the worst examples and the report, and gives the
 * command that looks at them again. What a validity check makes unreliable, or what could not be
 * measured, does not pass. A check that is certain to fail ends the audit early; its figure is then
 * reported as a bound.
 *
 * <p>Robust accuracy is an upper bound: a stronger attack may find more.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class RobustnessAssert extends AbstractAssert<RobustnessAssert, Object> {
  private static final System.Logger LOG = System.getLogger(RobustnessAssert.class.getName());

  /** Only rules that ask for it are held against a baseline. */
  private static final GatePolicy POLICY = GatePolicy.DEFAULT.withMaxRegression(Optional.empty());

  private final Question question;
  private final Optional<Answer> known;

  /**
   * What is asked for, but for the rules.
   *
   * @param draft of the spec
   * @param held in memory
   * @param place of the test
   * @param settings of the test run
   */
  record Question(SpecDraft draft, HandedOver.Held held, TestPlace place, Settings settings) {
    Question with(SpecDraft changed) {
      return new Question(changed, held, place, settings);
    }

    Question with(HandedOver.Held changed) {
      return new Question(draft, changed, place, settings);
    }
  }

  /** What the checks so far have found out, in memory: others may write files there meanwhile. */
  private record Answer(
      List<Rule> rules,
      Optional<Path> baseline,
      TestAudit.Finished audit,
      RobustnessResult result) {}

  RobustnessAssert(Object actual, Question question) {
    this(actual, question, Optional.empty());
  }

  private RobustnessAssert(Object actual, Question question, Optional<Answer> known) {
    super(actual, RobustnessAssert.class);
    this.question = question;
    this.known = known;
  }

  /**
   * What the attacker may do. Further calls with other norms add to it.
   *
   * @param norm in which a perturbation is measured
   * @param epsilons radii, each a decimal or a fraction such as {@code 8/255}; checks must hold at
   *     every one of them
   * @throws IllegalArgumentException if there is none, or one is malformed or not above 0
   */
  public RobustnessAssert within(Norm norm, String... epsilons) {
    List<String> texts = Arrays.stream(epsilons).map(e -> Epsilon.parse(e).text()).toList();
    if (texts.isEmpty()) {
      throw new IllegalArgumentException(
          "within must name at least one epsilon, for example within(Norm.LINF, \"8/255\")");
    }
    return with(question.draft().withThreat(norm, texts));
  }

  /**
   * The attacks. An example counts as held when it holds against all of them.
   *
   * @param first an attack of the catalogue: of this toolkit, or named in a service file
   * @param others with other names
   * @throws IllegalArgumentException if it is not in the catalogue, so that results could not name
   *     it
   */
  public RobustnessAssert underAttack(Attack first, Attack... others) {
    return with(
        question
            .draft()
            .with(
                "attacks",
                Stream.concat(Stream.of(first), Arrays.stream(others))
                    .map(RobustnessAssert::configured)
                    .toList()));
  }

  private static Object configured(Attack attack) {
    Map<String, String> settings = new LinkedHashMap<>(attack.configuration());
    Catalogue<Attack> catalogue = Attacks.catalogue();
    if (!catalogue.names().contains(attack.name())
        || !catalogue.create(attack.name(), settings).equals(attack)) {
      throw new IllegalArgumentException(
          "the attack must be one of the catalogue (%s), so that results can name it, but was %s; name its class in META-INF/services/%s"
              .formatted(
                  String.join(", ", catalogue.names()),
                  attack.getClass().getName(),
                  Method.class.getName()));
    }
    return attack.equals(catalogue.create(attack.name()))
        ? attack.name()
        : Map.of(attack.name(), settings);
  }

  /**
   * The attacks of a profile.
   *
   * @param profile {@code quick}, {@code standard} or {@code thorough}: the preset of that name
   *     with FGSM, the latter two also with PGD
   */
  public RobustnessAssert underProfile(String profile) {
    return with(question.draft().with("attacks", profile));
  }

  /**
   * How many examples are drawn at most, from each class in proportion to its share.
   *
   * @param count at least 1
   */
  public RobustnessAssert samples(int count) {
    return with(
        question
            .draft()
            .withData(Map.of("samples", String.valueOf(count), "sampling", "stratified")));
  }

  /**
   * How many examples are taken from the beginning of the data at most.
   *
   * @param count at least 1
   */
  public RobustnessAssert firstSamples(int count) {
    return with(
        question.draft().withData(Map.of("samples", String.valueOf(count), "sampling", "first")));
  }

  /** The seed of every random choice. */
  public RobustnessAssert withSeed(long seed) {
    return with(question.draft().with("seed", String.valueOf(seed)));
  }

  /**
   * The bounds of all inputs, [0, 1] without it. Attacks stay within them.
   *
   * @param minimum smallest value
   * @param maximum largest value
   * @throws IllegalArgumentException if the examples are a data set of Sextant's, which has its own
   *     bounds
   */
  public RobustnessAssert inBox(double minimum, double maximum) {
    if (question.held().examples().filter(DataSet.class::isInstance).isPresent()) {
      throw new IllegalArgumentException(
          "inBox must not be given for a data set that has its own domain; give the bounds [%s, %s] to its InputDomain"
              .formatted(minimum, maximum));
    }
    return with(question.draft().withData(Map.of("box", texts(minimum, maximum))));
  }

  /**
   * The model takes [0, 1] stretched to another range.
   *
   * @param from what 0 becomes
   * @param to what 1 becomes
   */
  public RobustnessAssert scaled(double from, double to) {
    return with(question.draft().with("scale", texts(from, to)));
  }

  /**
   * The model takes (x - mean) / std.
   *
   * @param mean one for all, or one per channel or feature
   * @param std as many, each above 0
   */
  public RobustnessAssert standardized(double[] mean, double[] std) {
    return with(
        question
            .draft()
            .with("preprocessing", SpecDraft.mapping("mean", texts(mean), "std", texts(std))));
  }

  private static List<String> texts(double... values) {
    return Arrays.stream(values).mapToObj(String::valueOf).toList();
  }

  /** Class names for messages and results, one per class of the model. */
  public RobustnessAssert withClasses(String... names) {
    return with(question.draft().with("classes", List.of(names)));
  }

  /** Which output is the classifier, for graphs with several. */
  public RobustnessAssert atOutput(String name) {
    return with(question.draft().with("output", name));
  }

  /**
   * The outputs are logits of classes, of a network that ends without an activation and does not
   * say so itself. Without it such a network is refused, since its outputs may be anything.
   */
  public RobustnessAssert withLogits() {
    return with(question.draft().with("output-kind", "logits"));
  }

  /**
   * What the model's own normaliser takes. Without it the statistics of the normaliser tell, and a
   * model is refused where they do not fit the examples.
   *
   * @param units {@code bytes} (from 0 to 255) or {@code as-is} (the examples as they are)
   */
  public RobustnessAssert withNormalizerUnits(String units) {
    return with(question.draft().with("normalizer-units", units));
  }

  /**
   * The engine that computes gradients; without it the fastest one.
   *
   * @param name {@code nd4j}, {@code onednn} or {@code auto}
   */
  public RobustnessAssert withEngine(String name) {
    return with(question.draft().with("engine", name));
  }

  /**
   * Explainers whose certificates {@link #hasCompletenessGapAtMost} judges and the report shows;
   * integrated gradients without it.
   *
   * @param names for example {@code integrated-gradients}
   */
  public RobustnessAssert explainedBy(String... names) {
    return with(question.draft().with("explainers", List.of(names)));
  }

  /**
   * Accepts that a check fails, until a day: what a message offers as a waiver for a spec.
   *
   * @param rule id of the check's rule, as messages name it, for example {@code robust-accuracy}
   * @param reason why this is acceptable
   * @param owner who answers for it
   * @param until last day on which it counts, for example {@code 2026-12-31}
   */
  public RobustnessAssert waiving(String rule, String reason, String owner, String until) {
    return with(
        question
            .draft()
            .withWaiver(
                SpecDraft.mapping("rule", rule, "reason", reason, "owner", owner, "until", until)));
  }

  private RobustnessAssert with(SpecDraft draft) {
    return AssertionState.handOn(this, new RobustnessAssert(actual, question.with(draft)));
  }

  /**
   * Checks the share of examples that are right and hold against every attack, at every radius.
   *
   * <pre>{@code
   * // 91 of 200 examples hold
   * assertThat(network).onData(testSet).holdsAtLeast(0.45); // passes: 45.5%
   * assertThat(network).onData(testSet).holdsAtLeast(0.46); // fails
   * }</pre>
   *
   * @param share in [0, 1]
   * @throws AssertionError if fewer hold, or too little is known
   */
  public RobustnessAssert holdsAtLeast(double share) {
    return holds(limit(share));
  }

  /**
   * Checks the share of examples that are right and hold against every attack, at every radius.
   *
   * <pre>{@code
   * // 91 of 200 examples hold
   * assertThat(network).onData(testSet).holdsAtLeast("45%"); // passes: 45.5%
   * assertThat(network).onData(testSet).holdsAtLeast("46%"); // fails
   * }</pre>
   *
   * @param share a percentage, or a decimal in 0..1
   * @throws AssertionError if fewer hold, or too little is known
   */
  public RobustnessAssert holdsAtLeast(String share) {
    return holds(Limit.parse(share));
  }

  private RobustnessAssert holds(Limit minimum) {
    return keeps(Rule.builder(Checks.ROBUST, Metric.ROBUST_ACCURACY).minimum(minimum).build());
  }

  /**
   * Checks the share of examples that are right and hold, class by class: the worst class decides.
   *
   * <pre>{@code
   * // 60% of the cats hold, 40% of the dogs
   * assertThat(network).onData(testSet).holdsAtLeastInEveryClass("40%"); // passes
   * assertThat(network).onData(testSet).holdsAtLeastInEveryClass("50%"); // fails
   * }</pre>
   *
   * @param share a percentage, or a decimal in 0..1
   * @throws AssertionError if fewer hold in a class, or too little is known
   */
  public RobustnessAssert holdsAtLeastInEveryClass(String share) {
    return keeps(
        Rule.builder(Checks.ROBUST_OF_EACH_CLASS, Metric.ROBUST_ACCURACY)
            .className(Rule.EVERY_CLASS)
            .minimum(Limit.parse(share))
            .build());
  }

  /**
   * Checks the share of examples that are right without an attack.
   *
   * <pre>{@code
   * // 184 of 200 examples are right
   * assertThat(network).onData(testSet).isAccurateAtLeast(0.9);  // passes: 92%
   * assertThat(network).onData(testSet).isAccurateAtLeast(0.95); // fails
   * }</pre>
   *
   * @param share in [0, 1]
   * @throws AssertionError if fewer are right, or too little is known
   */
  public RobustnessAssert isAccurateAtLeast(double share) {
    return accurate(limit(share));
  }

  /**
   * Checks the share of examples that are right without an attack.
   *
   * <pre>{@code
   * // 184 of 200 examples are right
   * assertThat(network).onData(testSet).isAccurateAtLeast("90%"); // passes: 92%
   * assertThat(network).onData(testSet).isAccurateAtLeast("95%"); // fails
   * }</pre>
   *
   * @param share a percentage, or a decimal in 0..1
   * @throws AssertionError if fewer are right, or too little is known
   */
  public RobustnessAssert isAccurateAtLeast(String share) {
    return accurate(Limit.parse(share));
  }

  private RobustnessAssert accurate(Limit minimum) {
    return keeps(Rule.builder(Checks.CLEAN, Metric.CLEAN_ACCURACY).minimum(minimum).build());
  }

  /**
   * Checks how much explanations leave unexplained: the largest relative difference between the sum
   * of the attributions and the change of the explained output.
   *
   * <pre>{@code
   * // the largest gap is 0.7%
   * assertThat(network).onData(testSet).hasCompletenessGapAtMost("1%");   // passes
   * assertThat(network).onData(testSet).hasCompletenessGapAtMost("0.5%"); // fails
   * }</pre>
   *
   * @param gap a percentage, or a decimal in 0..1
   * @throws AssertionError if a gap is larger, or too little is known
   */
  public RobustnessAssert hasCompletenessGapAtMost(String gap) {
    return keeps(
        Rule.builder(Checks.COMPLETENESS, Metric.COMPLETENESS_GAP)
            .maximum(Limit.parse(gap))
            .build());
  }

  /**
   * Checks that the model answers for the same reasons as when its baseline was recorded: how much
   * of the attributions of the first 32 examples moved, in the mean; see {@link
   * io.sextant.results.MapChange#moved}.
   *
   * <pre>{@code
   * Path baseline = Path.of("src/test/robustness/baseline/digits-reasons.json");
   * // the same network as when it was recorded: passes
   * assertThat(network).onData(testSet).hasAttributionDriftAtMost("20%", baseline);
   * // 62.9% of the attribution moved: fails
   * assertThat(other).onData(testSet).hasAttributionDriftAtMost("20%", baseline);
   * }</pre>
   *
   * <p>A run with the system property {@code sextant.updateBaselines=true} records the baseline,
   * which belongs into version control, one file for each such check. Where the environment
   * variable {@code CI} is set that is refused.
   *
   * @param drift a percentage, or a decimal in 0..1
   * @param baseline file; without it the check fails and says how to record it
   * @throws AssertionError if more moved, or there is nothing to compare with
   */
  public RobustnessAssert hasAttributionDriftAtMost(String drift, Path baseline) {
    return keeps(
        List.of(
            Rule.builder(Checks.DRIFT, Metric.ATTRIBUTION_DRIFT)
                .maximum(Limit.parse(drift))
                .build()),
        Optional.of(baseline));
  }

  /**
   * Checks that the model is not worse than when its baseline was recorded: neither clean nor
   * robust accuracy fell significantly, by an exact paired test on the same examples (McNemar,
   * one-sided, at 5%).
   *
   * <pre>{@code
   * Path baseline = Path.of("src/test/robustness/baseline/digits.json");
   * // the same network as when it was recorded: passes
   * assertThat(network).onData(testSet).hasNotRegressedFrom(baseline);
   * // 12 examples were lost and none gained: fails
   * assertThat(worse).onData(testSet).hasNotRegressedFrom(baseline);
   * }</pre>
   *
   * <p>A run with the system property {@code sextant.updateBaselines=true} records the baseline,
   * which belongs into version control, one file for each such check. Where the environment
   * variable {@code CI} is set that is refused.
   *
   * @param baseline file; without it the check fails and says how to record it
   * @throws AssertionError if an accuracy fell, or there is nothing to compare it with
   */
  public RobustnessAssert hasNotRegressedFrom(Path baseline) {
    Limit none = Limit.parse("0");
    return keeps(
        List.of(
            Rule.builder(Checks.CLEAN_NOT_BELOW_BASELINE, Metric.CLEAN_ACCURACY)
                .maxRegression(none)
                .build(),
            Rule.builder(Checks.ROBUST_NOT_BELOW_BASELINE, Metric.ROBUST_ACCURACY)
                .maxRegression(none)
                .build()),
        Optional.of(baseline));
  }

  /**
   * Checks rules of any kind together, so that a failure tells about all of them.
   *
   * <pre>{@code
   * assertThat(network)
   *     .onData(testSet)
   *     .within(Norm.LINF, "0.03")
   *     .keeps(
   *         Rule.cleanAccuracy("clean", "90%"),
   *         Rule.robustAccuracy("robust", "linf 0.03", "45%"));
   * }</pre>
   *
   * @param first a rule
   * @param others with other ids
   * @throws AssertionError if a rule of severity error is broken, or too little is known
   */
  public RobustnessAssert keeps(Rule first, Rule... others) {
    return keeps(Stream.concat(Stream.of(first), Arrays.stream(others)).toList(), Optional.empty());
  }

  private RobustnessAssert keeps(List<Rule> asked, Optional<Path> baseline) {
    Set<String> selected = question.settings().rules();
    List<Rule> rules =
        asked.stream().filter(rule -> selected.isEmpty() || selected.contains(rule.id())).toList();
    if (rules.isEmpty()) {
      leaveOut(asked, selected);
      return this;
    }
    Answer answer = answer(rules, baseline);
    if (answer.result().failed()) {
      failWithMessage("%s", answer.result().message());
    }
    return AssertionState.handOn(this, new RobustnessAssert(actual, question, Optional.of(answer)));
  }

  /**
   * Somebody looks at another check of this test again, which may still come. Only a name that is
   * none of the usual ones may be a mistake.
   */
  private static void leaveOut(List<Rule> asked, Set<String> selected) {
    if (!Checks.hasOne(selected)) {
      LOG.log(
          System.Logger.Level.WARNING,
          "%s selects %s: not checked here is %s"
              .formatted(
                  Settings.RULES,
                  String.join(", ", new TreeSet<>(selected)),
                  asked.stream().map(Rule::id).collect(joining(", "))));
    }
  }

  private static Limit limit(double share) {
    return Limit.parse(
        Double.isFinite(share) ? BigDecimal.valueOf(share).toPlainString() : String.valueOf(share));
  }

  /** The figures of the checks before this one, where they answer this one too, or new ones. */
  private Answer answer(List<Rule> asked, Optional<Path> baseline) {
    // A baseline comes from an audit of its own, in which nothing was left out.
    boolean recording = question.settings().updateBaselines() && baseline.isPresent();
    if (known.isPresent() && !recording) {
      Answer before = known.get();
      boolean together = baseline.isEmpty() || before.baseline().isEmpty();
      List<Rule> rules = new ArrayList<>(asked);
      if (together) {
        List<String> ids = asked.stream().map(Rule::id).toList();
        rules.addAll(0, before.rules().stream().filter(rule -> !ids.contains(rule.id())).toList());
      }
      Answer answer = judged(rules, baseline.or(before::baseline), before.audit());
      if (answer.result().gate().rules().stream().allMatch(RobustnessAssert::isMeasured)) {
        return answer;
      }
    }
    AuditSpec spec = spec(asked);
    Path folder =
        question
            .place()
            .folder(question.settings().output())
            .resolve(folderName(question.draft().withRules(asked), spec));
    return judged(asked, baseline, audit(baseline).measure(spec, question.held(), folder).get(0));
  }

  private Answer judged(List<Rule> rules, Optional<Path> baseline, TestAudit.Finished audit) {
    return new Answer(rules, baseline, audit, audit(baseline).judge(spec(rules), audit));
  }

  private TestAudit audit(Optional<Path> baseline) {
    return new TestAudit(
        question.place(),
        question.settings(),
        baseline.map(Baselines::at).orElse(Baselines.NONE),
        POLICY,
        Guidance.Waiving.CODE);
  }

  private AuditSpec spec(List<Rule> rules) {
    return question.draft().withRules(rules).spec();
  }

  /**
   * A test can ask for several audits. Equal questions about the same model and examples share a
   * folder, so that one is enough.
   */
  private String folderName(SpecDraft draft, AuditSpec spec) {
    return draft.id() + "-" + Contents.name(draft.conditions(), spec, question.held());
  }

  private static boolean isMeasured(RuleReport report) {
    return report.judged().bound().isEmpty() && report.judged().isMeasured();
  }
}
