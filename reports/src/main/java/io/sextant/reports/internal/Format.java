package io.sextant.reports.internal;

import io.sextant.results.Condition;
import io.sextant.results.Criterion;
import io.sextant.results.Interval;
import io.sextant.results.Percent;
import io.sextant.results.Proportion;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/** Numbers and names as people read them, the same in every locale. */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Format {
  private Format() {}

  /** A share, for example {@code 12.4%}. */
  public static String percent(Proportion share) {
    return Percent.of(share);
  }

  /** A share given as a double. */
  public static String percent(double share) {
    return Percent.of(share);
  }

  /** A difference of shares in points of percent, for example {@code +1.2}. */
  public static String points(double difference) {
    String text = String.format(Locale.ROOT, "%+.1f", 100 * difference);
    return text.matches("[-+]0\\.0") ? "0.0" : text;
  }

  /** A share that may be absent. */
  public static String percent(OptionalDouble share) {
    return share.isPresent() ? percent(share.getAsDouble()) : Percent.NOTHING;
  }

  /** The exact counts, for example {@code 62/500}. */
  public static String fraction(Proportion share) {
    return share.count() + "/" + share.n();
  }

  /** The 95% interval, rounded outwards, for example {@code 9.7–15.6%}. */
  public static String interval(Proportion share) {
    return interval(share.interval());
  }

  /** An interval, rounded outwards. */
  public static String interval(Interval interval) {
    return Percent.low(interval) + "–" + Percent.high(interval) + "%";
  }

  /** A figure, with at most four significant digits. */
  public static String number(double value) {
    return digits(value, 4);
  }

  /** A value of the data, with as many digits as a float has. */
  public static String value(double value) {
    return digits(value, 7);
  }

  private static String digits(double value, int digits) {
    double size = Math.abs(value);
    if (size == 0) {
      return "0";
    }
    if (size >= 1e-3 && size < 1e9) {
      BigDecimal rounded = new BigDecimal(value).round(new MathContext(digits));
      // Whole numbers keep all of their digits.
      return value == Math.rint(value)
          ? new BigDecimal(value).toPlainString()
          : rounded.stripTrailingZeros().toPlainString();
    }
    return String.format(Locale.ROOT, "%.2e", value);
  }

  /** A number that may be absent. */
  public static String number(OptionalDouble value) {
    return value.isPresent() ? number(value.getAsDouble()) : "–";
  }

  /** A signed number. */
  public static String signed(double value) {
    return (value > 0 ? "+" : "") + number(value);
  }

  /** A change of a share in points, such as {@code -3.4}; a dash where there is none. */
  public static String points(OptionalDouble change) {
    return change.isPresent()
        ? String.format(Locale.ROOT, "%+.1f", 100 * change.getAsDouble())
        : "–";
  }

  /** A whole number with groups, for example {@code 12,345}. */
  public static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** A shape, for example {@code 1 × 28 × 28}. */
  public static String shape(List<Integer> shape) {
    return join(" × ", shape, String::valueOf);
  }

  /** A condition; a threat at a radius is, for example, {@code L∞ ≤ 8/255}. */
  public static String condition(Condition condition) {
    return condition instanceof Condition.Within within
        ? within.norm().symbol() + " ≤ " + within.epsilon().text()
        : condition.describe();
  }

  /** Who asks something of an evaluation, for people. */
  public static String source(String key) {
    return switch (key) {
      case "pintor-2022" -> "Pintor et al.";
      case "carlini-2019" -> "Carlini et al.";
      case "autoattack-2020" -> "AutoAttack";
      default -> key;
    };
  }

  /** How an evaluation answers, for people. */
  public static String answer(Criterion.Answer answer) {
    return switch (answer) {
      case MET -> "met";
      case NOT_MET -> "not met";
      case NOT_MEASURED -> "not measured";
      case REPORTED -> "reported";
      case PERSON -> "for a person";
    };
  }

  /** A time span. */
  public static String duration(long millis) {
    if (millis < 1000) {
      return millis + " ms";
    }
    long seconds = Math.round(millis / 1000.0);
    return seconds < 60
        ? String.format(Locale.ROOT, "%.1f s", millis / 1000.0)
        : String.format(Locale.ROOT, "%d min %02d s", seconds / 60, seconds % 60);
  }

  /** {@code 1 rule}, {@code 2 rules}. */
  public static String plural(long count, String noun) {
    return count(count) + " " + noun + (count == 1 ? "" : "s");
  }

  /** Items in a row. */
  public static <T> String join(String between, List<T> items, Function<? super T, String> text) {
    return items.stream().map(text).collect(Collectors.joining(between));
  }

  /** The first items of a list that may be long. */
  public static <T> List<T> most(int limit, List<T> items) {
    return items.subList(0, Math.min(limit, items.size()));
  }

  /** The first items of a long list, and how many more there are. */
  public static String first(int limit, List<Integer> items) {
    String text = join(", ", items.subList(0, Math.min(limit, items.size())), String::valueOf);
    return items.size() <= limit ? text : text + " and " + (items.size() - limit) + " more";
  }

  /** A coordinate in a drawing. */
  static String coordinate(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  /** A coordinate of which there are thousands. */
  static String tenths(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
