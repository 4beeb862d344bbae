package io.sextant.results.internal;

import java.util.function.IntPredicate;
import org.apiguardian.api.API;

/** Names from people and files, made fit to be written. */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Text {
  private static final int REPLACEMENT = 0xFFFD;

  private Text() {}

  /** The text with half surrogate pairs replaced, so that it can be encoded. */
  public static String wellFormed(String text) {
    return replace(text, c -> false);
  }

  /**
   * The text as one line that shows what it is: what would break the line, move the cursor or turn
   * the reading direction is replaced.
   */
  public static String line(String text) {
    return replace(text, Text::isHidden);
  }

  /** The same for a text of several lines: line ends and tabs are kept. */
  public static String lines(String text) {
    return replace(text, c -> c != '\n' && c != '\t' && isHidden(c));
  }

  private static String replace(String text, IntPredicate unwanted) {
    return text.codePoints()
        .map(c -> isSurrogate(c) || unwanted.test(c) ? REPLACEMENT : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  /** The first characters of a long text. */
  public static String abbreviate(String text, int most) {
    int length = text.codePointCount(0, text.length());
    return length <= most ? text : text.substring(0, text.offsetByCodePoints(0, most - 1)) + "…";
  }

  private static boolean isSurrogate(int character) {
    return character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE;
  }

  private static boolean isHidden(int character) {
    return Character.isISOControl(character)
        || Character.getType(character) == Character.LINE_SEPARATOR
        || Character.getType(character) == Character.PARAGRAPH_SEPARATOR
        // Marks that turn the reading direction.
        || character == 0x061C
        || character == 0x200E
        || character == 0x200F
        || (character >= 0x202A && character <= 0x202E)
        || (character >= 0x2066 && character <= 0x2069)
        || character == 0xFFFE
        || character == 0xFFFF;
  }
}
