package io.sextant.reports.internal;

import io.sextant.results.Percent;
import io.sextant.results.Proportion;
import io.sextant.results.Rule;
import io.sextant.results.baseline.Comparison;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * A figure beside its baseline, in words and as a drawing.
 *
 * @param rule that compares them
 * @param comparison on the same examples
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record Change(Rule rule, Comparison comparison) {
  /** Width of the drawing. */
  public static final int WIDTH = 128;

  private static final int MARGIN = 6;

  /** The figure of the baseline. */
  public String before() {
    return Reading.percent(comparison.before(), rule);
  }

  /** The figure of now. */
  public String after() {
    return Reading.percent(comparison.after(), rule);
  }

  /** What happened, for example {@code worse by 2.1 points}. A loss is never rounded away. */
  public String words() {
    int change = comparison.after().count() - comparison.before().count();
    if (change == 0) {
      return comparison.lost().isEmpty() ? "unchanged" : "as good, on other examples";
    }
    String points = Percent.points(Math.abs(change), comparison.after().n()).substring(1);
    return "%s by %s".formatted(change < 0 ? "worse" : "better", points);
  }

  /** Which way it went: bad, good or plain. */
  public String tone() {
    return switch (Integer.signum(comparison.after().count() - comparison.before().count())) {
      case -1 -> "bad";
      case 1 -> "good";
      default -> "plain";
    };
  }

  /** The probability of so many losses by chance, rounded up: what looks significant is. */
  public String probability() {
    String p = Percent.probability(comparison.test().oneSided());
    return p.startsWith("= ") ? p.substring(2) : p;
  }

  /** For example {@code 5 lost, 0 gained}. */
  public String counts() {
    return comparison.lost().size() + " lost, " + comparison.gained().size() + " gained";
  }

  /** For example {@code 5 lost, 0 gained, p 0.0313}. */
  public String flips() {
    return counts() + ", p " + probability();
  }

  /** Where the baseline lies in the drawing. */
  public String beforeX() {
    return at(comparison.before());
  }

  /** Where the figure of now lies in the drawing. */
  public String afterX() {
    return at(comparison.after());
  }

  /** Where the minimum of the rule lies in the drawing. */
  public Optional<String> minimumX() {
    return rule.minimum().map(limit -> at(limit.value().doubleValue()));
  }

  private static String at(Proportion share) {
    return at(share.value().orElse(0));
  }

  private static String at(double share) {
    return Format.coordinate(MARGIN + share * (WIDTH - 2 * MARGIN));
  }
}
