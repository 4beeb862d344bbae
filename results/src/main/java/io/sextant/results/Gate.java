package io.sextant.results;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

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
  public Gate {
    rules = List.copyOf(rules);
    if (exitCode != 0 && exitCode != 1 && exitCode != 3) {
      throw new IllegalArgumentException("exitCode must be 0, 1 or 3 but was " + exitCode);
    }
  }

  /**
   * Judges the figures of an audit. A pure function.
   *
   * @param rules in the order of the spec, perhaps none
   * @param classes class names in the order of the labels
   * @param accuracy measured
   * @param explanations measured
   * @param reliable whether no validity check tripped
   */
  public static Gate judge(
      List<Rule> rules,
      List<String> classes,
      Accuracy accuracy,
      List<ExplainerResult> explanations,
      boolean reliable) {
    List<RuleVerdict> verdicts = new ArrayList<>();
    for (Rule rule : rules) {
      List<Figure> figures =
          switch (rule.metric()) {
            case CLEAN_ACCURACY -> clean(rule, classes, accuracy);
            case ROBUST_ACCURACY -> robust(rule, classes, accuracy);
            case COMPLETENESS_GAP -> gaps(explanations);
          };
      verdicts.add(judge(rule, figures, reliable));
    }
    Optional<Verdict> overall =
        verdicts.stream().map(RuleVerdict::verdict).min(Comparator.comparingInt(Gate::rank));
    return new Gate(verdicts, overall, overall.map(Gate::exitCode).orElse(0));
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

  private static List<Figure> clean(Rule rule, List<String> classes, Accuracy accuracy) {
    Optional<Proportion> share =
        rule.className().isEmpty()
            ? Optional.of(accuracy.clean())
            : ofClass(rule.className().get(), classes, accuracy).map(ClassAccuracy::clean);
    return share.filter(s -> s.n() > 0).map(s -> new Figure(null, s, null, true)).stream().toList();
  }

  private static List<Figure> robust(Rule rule, List<String> classes, Accuracy accuracy) {
    List<Figure> figures = new ArrayList<>();
    for (RobustAccuracy cell : accuracy.robust()) {
      if (rule.norm().filter(norm -> norm != cell.norm()).isPresent()
          || rule.epsilon().filter(epsilon -> !epsilon.equals(cell.epsilon())).isPresent()) {
        continue;
      }
      Optional<AttackCounts> counts = cell.of(rule.attack().orElse(SampleRow.WORST_CASE));
      boolean complete = counts.filter(c -> c.n() == accuracy.clean().n()).isPresent();
      Optional<Proportion> share =
          rule.className().isEmpty()
              ? counts.map(AttackCounts::accuracy)
              : ofClass(rule.className().get(), classes, accuracy)
                  .flatMap(row -> row.robust(cell.norm(), cell.epsilon()));
      share.filter(s -> s.n() > 0).ifPresent(s -> figures.add(new Figure(cell, s, null, complete)));
    }
    return figures;
  }

  private static List<Figure> gaps(List<ExplainerResult> explanations) {
    List<Figure> figures = new ArrayList<>();
    for (ExplainerResult result : explanations) {
      boolean complete =
          result.certificates().stream()
              .allMatch(c -> c.gap().isEmpty() || c.relativeGap().isPresent());
      result
          .maximumRelativeGap()
          .ifPresent(gap -> figures.add(new Figure(null, null, gap, complete)));
    }
    return figures;
  }

  private static Optional<ClassAccuracy> ofClass(
      String name, List<String> classes, Accuracy accuracy) {
    int label = classes.indexOf(name);
    return accuracy.classes().stream().filter(row -> row.label() == label).findFirst();
  }

  /** A rule that fits several figures must hold for each of them, so the worst one is shown. */
  private static RuleVerdict judge(Rule rule, List<Figure> figures, boolean reliable) {
    if (figures.isEmpty()) {
      return new RuleVerdict(
          rule,
          Verdict.NOT_MEASURED,
          rule.norm(),
          rule.epsilon(),
          Optional.empty(),
          OptionalDouble.empty(),
          "There is no figure for this rule, so it cannot pass.");
    }
    Comparator<Figure> byValue = Comparator.comparingDouble(Figure::value);
    Figure lowest = Collections.min(figures, byValue);
    Figure highest = Collections.max(figures, byValue);
    boolean tooLow = rule.minimum().filter(limit -> lowest.compareTo(limit) < 0).isPresent();
    boolean tooHigh = rule.maximum().filter(limit -> highest.compareTo(limit) > 0).isPresent();
    boolean complete = figures.stream().allMatch(Figure::complete);
    Verdict verdict;
    String explanation;
    if (tooLow || tooHigh) {
      verdict = rule.severity() == Severity.ERROR ? Verdict.FAIL : Verdict.WARN;
      explanation = tooLow ? "The value is below the minimum." : "The value is above the maximum.";
    } else if (!reliable) {
      verdict = Verdict.INCONCLUSIVE;
      explanation = "The value is within the limit, but a validity check tripped.";
    } else if (!complete) {
      verdict = Verdict.INCONCLUSIVE;
      explanation = "The value is within the limit, but it does not cover every example.";
    } else {
      verdict = Verdict.PASS;
      explanation = "The value is within the limit.";
    }
    Figure shown = tooLow || (!tooHigh && rule.minimum().isPresent()) ? lowest : highest;
    return shown.verdict(rule, verdict, explanation);
  }

  /** A measured value: a share or a gap. */
  private record Figure(
      @Nullable RobustAccuracy cell,
      @Nullable Proportion share,
      @Nullable Double gap,
      boolean complete) {
    double value() {
      return share != null ? share.value().orElseThrow() : Objects.requireNonNull(gap);
    }

    /** Exact: counts are multiplied out, and a double is the decimal it stands for. */
    int compareTo(Limit limit) {
      return share != null
          ? share.compareTo(limit.value())
          : new BigDecimal(Objects.requireNonNull(gap)).compareTo(limit.value());
    }

    RuleVerdict verdict(Rule rule, Verdict verdict, String explanation) {
      return new RuleVerdict(
          rule,
          verdict,
          Optional.ofNullable(cell).map(RobustAccuracy::norm),
          Optional.ofNullable(cell).map(RobustAccuracy::epsilon),
          Optional.ofNullable(share),
          gap == null ? OptionalDouble.empty() : OptionalDouble.of(gap),
          explanation);
    }
  }
}
