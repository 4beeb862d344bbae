package io.sextant.results;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A bound of a rule: exact, and printed as written. Percent needs {@code %}; decimals lie in 0..1.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Limit {
  private static final Pattern FORM =
      Pattern.compile("(\\d{1,20}(?:\\.\\d{0,30})?|\\.\\d{1,30})(\\s*%)?");

  private final String text;
  private final BigDecimal value;

  private Limit(String text, BigDecimal value) {
    this.text = text;
    this.value = value;
  }

  /**
   * Reads {@code 85%} or {@code 0.85}.
   *
   * @throws IllegalArgumentException if the text is malformed or the share is not in [0, 1]
   */
  @JsonCreator
  public static Limit parse(String text) {
    String trimmed = text.trim();
    Matcher form = FORM.matcher(trimmed);
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "a limit must be a percentage such as 85%% or a decimal in 0..1 but was '%s'"
              .formatted(Epsilon.abbreviate(text)));
    }
    BigDecimal number = new BigDecimal(form.group(1));
    BigDecimal share = form.group(2) == null ? number : number.movePointLeft(2);
    if (share.compareTo(BigDecimal.ONE) > 0) {
      throw new IllegalArgumentException(
          "a limit must be at most 100%% or 1 but was '%s'; percent needs the %% sign"
              .formatted(trimmed));
    }
    return new Limit(trimmed, share);
  }

  /** The limit as it was written. */
  @JsonValue
  public String text() {
    return text;
  }

  /** The exact share, in [0, 1]. */
  public BigDecimal value() {
    return value;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Limit that && value.compareTo(that.value) == 0;
  }

  @Override
  public int hashCode() {
    return value.stripTrailingZeros().hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
