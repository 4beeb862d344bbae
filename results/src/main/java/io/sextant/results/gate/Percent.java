package io.sextant.results.gate;

import io.sextant.results.Limit;
import io.sextant.results.Proportion;
import io.sextant.results.Rule;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.stream.Stream;
import org.apiguardian.api.API;

/**
 * Shares as percentages that never look better than they are: what is below a limit is also printed
 * below it. Every output of a build uses this rounding.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Percent {
  private static final BigDecimal SMALLEST_P = new BigDecimal("0.0001");

  private Percent() {}

  /** A share held against a rule: rounded down, or up where the rule has only a maximum. */
  public static String of(Proportion share, Rule rule) {
    BigDecimal hundredfold = BigDecimal.valueOf(share.count()).movePointRight(2);
    BigDecimal n = BigDecimal.valueOf(share.n());
    boolean above =
        rule.maximum()
            .filter(m -> hundredfold.compareTo(m.value().movePointRight(2).multiply(n)) > 0)
            .isPresent();
    BigDecimal percent =
        hundredfold.divide(n, decimals(rule), above ? RoundingMode.CEILING : harsh(rule));
    return percent.toPlainString() + "%";
  }

  /** A number in units of 1 held against a rule. */
  public static String of(double value, Rule rule) {
    return new BigDecimal(value)
            .movePointRight(2)
            .setScale(decimals(rule), harsh(rule))
            .toPlainString()
        + "%";
  }

  /** The end of an interval, one decimal. */
  static String of(double share, RoundingMode mode) {
    return new BigDecimal(share).movePointRight(2).setScale(1, mode).toPlainString() + "%";
  }

  /** A change in points, with its sign, rounded down: {@code -3.6 points}. */
  static String points(int change, int n) {
    BigDecimal points =
        BigDecimal.valueOf(change)
            .movePointRight(2)
            .divide(BigDecimal.valueOf(n), 1, RoundingMode.FLOOR);
    return (points.signum() > 0 ? "+" : "") + points.toPlainString() + " points";
  }

  /**
   * What a probability is, for example {@code = 0.0313} or {@code < 0.0001}: rounded up, so that
   * what is printed as significant is.
   */
  public static String probability(BigDecimal p) {
    return p.compareTo(SMALLEST_P) < 0
        ? "< " + SMALLEST_P.toPlainString()
        : "= " + p.setScale(4, RoundingMode.UP).stripTrailingZeros().toPlainString();
  }

  private static RoundingMode harsh(Rule rule) {
    return rule.minimum().isEmpty() && rule.maximum().isPresent()
        ? RoundingMode.CEILING
        : RoundingMode.FLOOR;
  }

  /** As many decimals as the limits have, at least one. */
  private static int decimals(Rule rule) {
    return Stream.concat(rule.minimum().stream(), rule.maximum().stream())
        .map(Limit::value)
        .mapToInt(limit -> limit.movePointRight(2).stripTrailingZeros().scale())
        .reduce(1, Math::max);
  }
}
