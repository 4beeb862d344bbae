package io.sextant.results;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Shares as percentages: the only place where figures are rounded for people, whatever prints them.
 *
 * <p>A share is rounded half up to one decimal. It gets more decimals where one would move it
 * across something that it is held against: 1999 of 2000 is 99.95% and not 100.0%, and what is
 * below a limit is also printed below it. So the same share is the same number everywhere, at times
 * with more digits beside its limit. Ends of intervals are rounded outwards.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Percent {
  /** What stands where there is nothing to divide by. */
  public static final String NOTHING = "–";

  private static final BigDecimal SMALLEST_P = new BigDecimal("0.0001");
  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);
  private static final int MOST_DECIMALS = 30;
  // Enough to tell any two shares of a data set apart.
  private static final MathContext EXACT = new MathContext(40);

  private Percent() {}

  /** A share, for example {@code 12.4%}; {@link #NOTHING} when {@code n} is 0. */
  public static String of(Proportion share) {
    return share.n() == 0 ? NOTHING : text(hundredfold(share), List.of());
  }

  /** A share held against a rule; {@link #NOTHING} when {@code n} is 0. */
  public static String of(Proportion share, Rule rule) {
    return share.n() == 0 ? NOTHING : text(hundredfold(share), limits(rule));
  }

  /** A share in units of 1. */
  public static String of(double share) {
    return text(new BigDecimal(share).movePointRight(2), List.of());
  }

  /** A number in units of 1 held against a rule. */
  public static String of(double value, Rule rule) {
    // The shortest decimal: 0.05 is 5%, not a hair more.
    return text(BigDecimal.valueOf(value).movePointRight(2), limits(rule));
  }

  /** The lower end of an interval, rounded down, without the sign. */
  public static String low(Interval interval) {
    return end(interval.low(), RoundingMode.FLOOR);
  }

  /** The upper end of an interval, rounded up, without the sign. */
  public static String high(Interval interval) {
    return end(interval.high(), RoundingMode.CEILING);
  }

  private static String end(double share, RoundingMode mode) {
    return new BigDecimal(share).movePointRight(2).setScale(1, mode).toPlainString();
  }

  /** A change in points, with its sign: {@code -3.6 points}. What changed is never 0.0. */
  public static String points(int change, int n) {
    return points(
        BigDecimal.valueOf(change).movePointRight(2).divide(BigDecimal.valueOf(n), EXACT));
  }

  /** The change from one share to another in points, with its sign. */
  public static String points(Proportion before, Proportion after) {
    return points(hundredfold(after).subtract(hundredfold(before)));
  }

  private static String points(BigDecimal exact) {
    BigDecimal points = rounded(exact, List.of());
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

  private static BigDecimal hundredfold(Proportion share) {
    return BigDecimal.valueOf(share.count())
        .movePointRight(2)
        .divide(BigDecimal.valueOf(share.n()), EXACT);
  }

  private static List<BigDecimal> limits(Rule rule) {
    List<BigDecimal> limits = new ArrayList<>();
    rule.minimum().ifPresent(limit -> limits.add(limit.value().movePointRight(2)));
    rule.maximum().ifPresent(limit -> limits.add(limit.value().movePointRight(2)));
    return limits;
  }

  private static String text(BigDecimal exact, List<BigDecimal> limits) {
    return rounded(exact, limits).toPlainString() + "%";
  }

  private static BigDecimal rounded(BigDecimal exact, List<BigDecimal> limits) {
    for (int decimals = 1; decimals < MOST_DECIMALS; decimals++) {
      BigDecimal rounded = exact.setScale(decimals, RoundingMode.HALF_UP);
      if (alike(exact, rounded, BigDecimal.ZERO)
          && alike(exact, rounded, HUNDRED)
          && limits.stream().allMatch(limit -> alike(exact, rounded, limit))) {
        return rounded;
      }
    }
    return exact.setScale(MOST_DECIMALS, RoundingMode.HALF_UP);
  }

  /** Whether both are on the same side of a limit. */
  private static boolean alike(BigDecimal exact, BigDecimal rounded, BigDecimal limit) {
    return exact.compareTo(limit) == rounded.compareTo(limit);
  }
}
