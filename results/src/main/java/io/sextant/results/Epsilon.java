package io.sextant.results;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The radius of a threat: an exact rational above 0 that remembers how it was written.
 *
 * <p>{@code 8/255} stays {@code 8/255}: rounding it to 0.031 has changed published figures.
 * Equality and order are by value ({@code 0.1} equals {@code 0.10} and {@code 1/10}); the text is
 * for people.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Epsilon implements Comparable<Epsilon> {
  private static final int LONGEST = 40;
  private static final String NUMBER = "((?:\\d+(?:\\.\\d*)?|\\.\\d+)(?:[eE][+-]?\\d{1,2})?)";
  private static final Pattern FORM =
      Pattern.compile("([+-]?)" + NUMBER + "(?:\\s*/\\s*" + NUMBER + ")?");

  private final String text;
  private final BigInteger numerator;
  private final BigInteger denominator;

  private Epsilon(String text, BigInteger numerator, BigInteger denominator) {
    BigInteger divisor = numerator.gcd(denominator);
    this.text = text;
    this.numerator = numerator.divide(divisor);
    this.denominator = denominator.divide(divisor);
  }

  /**
   * Reads a decimal ({@code 0.10}, {@code 3e-2}) or a fraction ({@code 8/255}).
   *
   * @param text at most 40 characters
   * @throws IllegalArgumentException if the text is malformed or the value is not above 0
   */
  @JsonCreator
  public static Epsilon parse(String text) {
    String trimmed = text.trim();
    Matcher form = FORM.matcher(trimmed);
    if (trimmed.length() > LONGEST || !form.matches()) {
      throw new IllegalArgumentException(
          "epsilon must be a decimal such as 0.03 or a fraction such as 8/255, in at most %d characters, but was '%s'"
              .formatted(LONGEST, abbreviate(text)));
    }
    BigDecimal above = new BigDecimal(form.group(2));
    BigDecimal below = form.group(3) == null ? BigDecimal.ONE : new BigDecimal(form.group(3));
    if (below.signum() == 0) {
      throw new IllegalArgumentException(
          "epsilon must not have denominator 0 but was '%s'".formatted(trimmed));
    }
    if (above.signum() == 0 || form.group(1).equals("-")) {
      throw new IllegalArgumentException("epsilon must be above 0 but was '%s'".formatted(trimmed));
    }
    int scale = Math.max(0, Math.max(above.scale(), below.scale()));
    return new Epsilon(
        trimmed,
        above.scaleByPowerOfTen(scale).toBigIntegerExact(),
        below.scaleByPowerOfTen(scale).toBigIntegerExact());
  }

  /** The radius as it was written. */
  @JsonValue
  public String text() {
    return text;
  }

  /** The double nearest to the radius. */
  public double value() {
    return new BigDecimal(numerator)
        .divide(new BigDecimal(denominator), MathContext.DECIMAL128)
        .doubleValue();
  }

  /** Whether the radius is a whole number, as the count of features of an L0 threat is. */
  public boolean isWhole() {
    return denominator.equals(BigInteger.ONE);
  }

  @Override
  public int compareTo(Epsilon other) {
    return numerator.multiply(other.denominator).compareTo(other.numerator.multiply(denominator));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Epsilon that
        && numerator.equals(that.numerator)
        && denominator.equals(that.denominator);
  }

  @Override
  public int hashCode() {
    return Objects.hash(numerator, denominator);
  }

  @Override
  public String toString() {
    return text;
  }

  static String abbreviate(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
  }
}
