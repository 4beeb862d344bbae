package io.sextant.reports.internal;

import io.sextant.results.AttackInfo;
import io.sextant.results.AuditResult;
import io.sextant.results.ExplanationQuality;
import io.sextant.results.Proportion;
import io.sextant.results.RobustAccuracy;
import io.sextant.results.RuleVerdict;
import io.sextant.results.Threat;
import io.sextant.results.ValidityCheck;
import io.sextant.results.Verdict;
import io.sextant.results.gate.GateMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * Everything that the report of one audit shows.
 *
 * @param result the audit
 * @param mark its verdict
 * @param sentence its verdict in one sentence
 * @param figures the figures to look at first
 * @param attacks names of the attacks that have figures
 * @param curves one chart per norm
 * @param broken the examples that broke, per radius; empty where the result does not say
 * @param confusions what examples are taken for, per radius; empty where the result does not say
 * @param corrupted what corruptions and shifts made of the accuracy, where they were asked for
 * @param cards the gallery
 * @param build the judgement of a build, where there is one
 * @param digest SHA-256 of the {@code result.json} that it was made from, where there is a file
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record Page(
    AuditResult result,
    Mark mark,
    String sentence,
    List<Figure> figures,
    List<String> attacks,
    List<Curve> curves,
    List<Broken> broken,
    List<Confusion> confusions,
    Optional<Corrupted> corrupted,
    List<Card> cards,
    Optional<Build> build,
    Optional<String> digest) {
  /** Rows of a table that grows with the data; files hold the rest. */
  public static final int MOST_ROWS = 200;

  /** Classes with fewer examples say little. */
  public static final int FEW = 30;

  // A summary of 200 rows is some 80 kB.
  private static final int MOST_SUMMARISED = 3;
  private static final int MOST_CLASSES = 2;

  /**
   * A figure to look at first.
   *
   * @param name what it is
   * @param value the figure
   * @param detail counts and interval
   */
  @API(status = API.Status.INTERNAL, since = "0.1")
  public record Figure(String name, String value, String detail) {}

  /** Computes the page of a result, judged by its spec or by a build. */
  public static Page of(AuditResult result, Optional<Build> build, Optional<String> digest) {
    return new Page(
        result,
        build
            .map(b -> b.gate().verdict().map(Mark::of).orElseGet(Mark::unjudged))
            .orElseGet(() -> Mark.of(result.gate())),
        build.map(b -> GateMessage.headline(b.gate())).orElseGet(() -> sentence(result)),
        figures(result),
        result.plan().attacks().stream()
            .map(AttackInfo::name)
            .filter(
                name ->
                    result.accuracy().robust().stream().anyMatch(cell -> cell.of(name).isPresent()))
            .toList(),
        Curve.of(result),
        Broken.of(result),
        Confusion.of(result),
        Corrupted.of(result),
        result.gallery().stream().map(example -> Card.of(example, result)).toList(),
        build,
        digest);
  }

  static String sentence(AuditResult result) {
    List<RuleVerdict> rules = result.gate().rules();
    Optional<Verdict> verdict = result.gate().verdict();
    if (verdict.isEmpty()) {
      return "Measured, not judged: the spec has no rules.";
    }
    long same = rules.stream().filter(rule -> rule.verdict() == verdict.get()).count();
    String share =
        rules.size() == 1 ? "The one rule" : same + " of " + Format.plural(rules.size(), "rule");
    return switch (verdict.get()) {
      case PASS ->
          rules.size() == 1 ? "The one rule holds." : "All " + rules.size() + " rules hold.";
      case WARN -> share + (same == 1 ? " warns." : " warn.");
      case FAIL -> share + (same == 1 ? " is broken." : " are broken.");
      case INCONCLUSIVE ->
          share
              + " cannot be decided"
              + (result.validity().reliable() ? "." : ": a validity check tripped.");
      case NOT_MEASURED ->
          share + (same == 1 ? " has" : " have") + " no figure, so the audit cannot pass.";
      case SKIPPED -> share + (same == 1 ? " was skipped." : " were skipped.");
      case WAIVED -> share + (same == 1 ? " is waived." : " are waived.");
    };
  }

  private static List<Figure> figures(AuditResult result) {
    List<Figure> figures = new ArrayList<>();
    Proportion clean = result.accuracy().clean();
    figures.add(new Figure("Clean accuracy", Format.percent(clean), detail(clean)));
    for (Threat threat : result.plan().threats()) {
      for (RobustAccuracy cell : Curve.cells(threat, result)) {
        Proportion robust = cell.worstCase().accuracy();
        figures.add(
            new Figure(
                "Robust, " + Format.condition(cell.condition()),
                "at most " + Format.percent(robust),
                detail(robust)));
      }
    }
    result
        .corruptions()
        .filter(corruptions -> corruptions.mean().isPresent())
        .ifPresent(
            corruptions ->
                figures.add(
                    new Figure(
                        "Corrupted, mean",
                        Format.percent(corruptions.mean().getAsDouble()),
                        "%s, %s"
                            .formatted(
                                Format.plural(corruptions.kinds().size(), "kind"),
                                corruptions.parameters()))));
    return figures;
  }

  private static String detail(Proportion share) {
    return Format.fraction(share) + ", 95%: " + Format.interval(share);
  }

  /** The rules as they were judged last: by the build where there is one. */
  public List<RuleRow> rules() {
    return build
        .map(b -> b.gate().rules().stream().map(RuleRow::of).toList())
        .orElseGet(() -> result.gate().rules().stream().map(RuleRow::of).toList());
  }

  /** Images or tables, in the words of the threat card. */
  public String modality() {
    return result.data().featureNames().isEmpty() ? "Image" : "Tabular";
  }

  /** How explainers account for the first row of the gallery of a table, where they do. */
  public List<Waterfall> waterfalls() {
    return AccountedRow.of(result);
  }

  /** Summaries of explanations of a table that are drawn: of the first explainers, per class. */
  public List<Beeswarm> beeswarms() {
    Map<String, Integer> classes = new HashMap<>();
    List<Beeswarm> drawn = new ArrayList<>();
    for (ExplanationQuality.Summary summary : summaries()) {
      if (classes.merge(summary.explainer(), 1, Integer::sum) <= MOST_CLASSES
          && classes.size() <= MOST_SUMMARISED) {
        drawn.add(Beeswarm.of(summary, result.model().className(summary.target())));
      }
    }
    return drawn;
  }

  /** Summaries that the result holds. */
  public List<ExplanationQuality.Summary> summaries() {
    return result.quality().map(ExplanationQuality::summaries).orElse(List.of());
  }

  /** How many validity checks passed, of those that were run; absent when none was. */
  public Optional<String> checks() {
    List<ValidityCheck> run =
        result.validity().checks().stream()
            .filter(
                check ->
                    check.status() != ValidityCheck.Status.SKIPPED
                        && check.status() != ValidityCheck.Status.NOT_RUN)
            .toList();
    long passed = run.stream().filter(check -> check.status() == ValidityCheck.Status.PASS).count();
    return run.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "%s of %s passed".formatted(passed, Format.plural(run.size(), "validity check")));
  }

  /** How many checks tripped. */
  public long tripped() {
    return result.validity().checks().stream()
        .filter(check -> check.status() == ValidityCheck.Status.FAIL)
        .count();
  }
}
