package io.sextant.maven.judge;

import io.sextant.results.Accuracy;
import io.sextant.results.AuditResult;
import io.sextant.results.Metric;
import io.sextant.results.Percent;
import io.sextant.results.Proportion;
import io.sextant.results.RobustAccuracy;
import io.sextant.results.Rule;
import io.sextant.results.baseline.Baseline;
import io.sextant.results.baseline.Comparison;
import io.sextant.results.baseline.Match;
import io.sextant.results.gate.ExplanationContrast;
import io.sextant.results.gate.GateSubject;
import io.sextant.results.rules.Figure;
import io.sextant.results.rules.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * Two states of a model side by side, as lines for people.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class SideBySide {
  private SideBySide() {}

  /** Two results. Accuracies on other examples are put side by side too, with a remark. */
  public static List<String> of(AuditResult before, AuditResult after) {
    List<String> lines = new ArrayList<>();
    lines.add(row("", "before", "after", "change"));
    Accuracy one = before.accuracy();
    Accuracy other = after.accuracy();
    lines.add(share("clean accuracy", Optional.of(one.clean()), Optional.of(other.clean())));
    for (RobustAccuracy cell : other.robust()) {
      lines.add(
          share(
              "robust accuracy, " + cell.condition().describe(),
              one.at(cell.condition()).map(SideBySide::worst),
              Optional.of(worst(cell))));
    }
    for (RobustAccuracy cell : one.robust()) {
      if (other.at(cell.condition()).isEmpty()) {
        lines.add(
            share(
                "robust accuracy, " + cell.condition().describe(),
                Optional.of(worst(cell)),
                Optional.empty()));
      }
    }
    if (!before.data().sampleIdsSha256().equals(after.data().sampleIdsSha256())
        || !before.data().files().equals(after.data().files())) {
      lines.add("The two were measured on other examples; a change need not come from the model.");
    }
    lines.addAll(ExplanationContrast.describe(before, after));
    return lines;
  }

  private static Proportion worst(RobustAccuracy cell) {
    return cell.worstCase().accuracy();
  }

  /** A baseline and a result, by the figures of the rules. */
  public static List<String> of(Baseline before, GateSubject after, List<Rule> rules) {
    List<String> lines = new ArrayList<>();
    lines.add(row("", "baseline", "now", "change"));
    for (Rule rule : rules) {
      if (rule.metric() == Metric.ATTRIBUTION_DRIFT) {
        continue;
      }
      for (Figure figure : Figures.of(rule, after.measured().planned())) {
        String scope = figure.scope().describe();
        String name = rule.id() + (scope.isEmpty() ? "" : " (" + scope + ")");
        Match match = before.match(after.fingerprint(), rule, figure);
        if (match instanceof Match.Compared compared) {
          Comparison comparison = compared.comparison();
          lines.add(
              share(name, Optional.of(comparison.before()), Optional.of(comparison.after()))
                  + ", %s lost, %s gained"
                      .formatted(comparison.lost().size(), comparison.gained().size()));
        } else if (match instanceof Match.Refused refused) {
          lines.add(name + ": " + refused.reason());
        } else if (match instanceof Match.Absent absent) {
          lines.add(name + ": " + absent.reason());
        } else {
          throw new IllegalArgumentException("unknown match " + match);
        }
      }
    }
    if (before.attributions().isPresent() && after.measured().attributions().isPresent()) {
      lines.add("Attributions since the baseline:");
      lines.addAll(
          ExplanationContrast.drift(
              before.attributions().get(), after.measured().attributions().get()));
    }
    return lines;
  }

  private static String share(
      String name, Optional<Proportion> before, Optional<Proportion> after) {
    String change = "";
    if (before.isPresent() && after.isPresent() && before.get().n() > 0 && after.get().n() > 0) {
      change = Percent.points(before.get(), after.get());
    }
    return row(
        name,
        before.map(SideBySide::text).orElse("none"),
        after.map(SideBySide::text).orElse("none"),
        change);
  }

  private static String text(Proportion share) {
    return share.n() == 0
        ? "none"
        : "%s (%s of %s)".formatted(Percent.of(share), share.count(), share.n());
  }

  private static String row(String name, String before, String after, String change) {
    return "%-44s %-22s %-22s %s".formatted(name, before, after, change).stripTrailing();
  }
}
