package io.sextant.evaluation.data;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/** Decimal numbers as tables and schemas write them: a point, no grouping, no other base. */
final class DecimalText {
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d{1,4})?");
  private static final Pattern COMMA = Pattern.compile("[+-]?\\d*,\\d+([eE][+-]?\\d{1,4})?");

  private DecimalText() {}

  /** The number; empty where a text is none, or none that a float can hold. */
  static OptionalDouble parse(String text) {
    if (!NUMBER.matcher(text).matches()) {
      return OptionalDouble.empty();
    }
    double value = Double.parseDouble(text);
    return Float.isFinite((float) value) ? OptionalDouble.of(value) : OptionalDouble.empty();
  }

  /** Whether a text has the form of a number, whatever its size. */
  static boolean isNumber(String text) {
    return NUMBER.matcher(text).matches();
  }

  /** What to do about a text that is no number, to append to a message; perhaps nothing. */
  static String hint(String text) {
    return COMMA.matcher(text).matches()
        ? "; decimals are written with a point, not with a comma"
        : "";
  }

  /** A number as people read it: four digits. */
  static String rounded(double value) {
    return of(new BigDecimal(value).round(new MathContext(4)).doubleValue());
  }

  /** A number in its shortest form, which reads back as the same number. */
  static String of(double value) {
    String text = Double.toString(value);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }
}
