package io.sextant.maven.worker;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apiguardian.api.API;

/**
 * Spans of time as people write them.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class TimeSpan {
  private static final Pattern FORM =
      Pattern.compile("(?:(\\d{1,6})h)?(?:(\\d{1,6})m)?(?:(\\d{1,9})s)?");

  private static final Duration LONGEST = Duration.ofDays(366);

  private TimeSpan() {}

  /**
   * Reads {@code 90s}, {@code 5m}, {@code 1h30m}, {@code 90} (seconds) or an ISO 8601 duration.
   *
   * @param setting named when the text is malformed
   * @throws IllegalArgumentException if the text is malformed or the span is below a second
   */
  public static Duration parse(String setting, String text) {
    Duration span = read(setting, text.trim());
    if (span.compareTo(Duration.ofSeconds(1)) < 0 || span.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "%s must be at least 1s and at most a year but was '%s'".formatted(setting, text));
    }
    return span;
  }

  private static Duration read(String setting, String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    Matcher form = FORM.matcher(lower);
    try {
      if (lower.matches("\\d{1,9}")) {
        return Duration.ofSeconds(Long.parseLong(lower));
      }
      if (!lower.isEmpty() && form.matches()) {
        return Duration.ofHours(number(form.group(1)))
            .plusMinutes(number(form.group(2)))
            .plusSeconds(number(form.group(3)));
      }
      return Duration.parse(text);
    } catch (DateTimeParseException | ArithmeticException e) {
      throw new IllegalArgumentException(
          "%s must be a time such as 90s, 5m, 1h30m or PT5M but was '%s'".formatted(setting, text),
          e);
    }
  }

  private static long number(@org.jspecify.annotations.Nullable String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }

  /** For people: {@code 90 s}, {@code 5 min}, {@code 1 h 30 min}. */
  public static String words(Duration span) {
    long seconds = span.toSeconds();
    if (seconds < 120 && seconds % 60 != 0 || seconds == 0) {
      return seconds + " s";
    }
    StringBuilder words = new StringBuilder();
    if (seconds >= 3600) {
      words.append(seconds / 3600).append(" h ");
    }
    if (seconds % 3600 >= 60) {
      words.append(seconds % 3600 / 60).append(" min ");
    }
    if (seconds % 60 != 0) {
      words.append(seconds % 60).append(" s");
    }
    return words.toString().trim();
  }
}
