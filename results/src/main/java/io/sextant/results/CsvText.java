package io.sextant.results;

import org.apiguardian.api.API;

/**
 * Text cells of the CSV files that are written. A spreadsheet takes a cell that begins with {@code
 * =}, {@code +}, {@code -}, {@code @}, a tab or a carriage return for a formula; names come from
 * people and files, so such a text is written with an apostrophe in front, which spreadsheets take
 * for the sign of a text. Numbers are no texts and are written as they are.
 *
 * <p>A text that begins with an apostrophe gets another one, so that reading takes one away and
 * gives back what was written.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class CsvText {
  private static final String RISKY = "=+-@\t\r'";

  private CsvText() {}

  /** The cell of a text. */
  public static String cell(String text) {
    return !text.isEmpty() && RISKY.indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
  }

  /** The text of a cell. */
  public static String text(String cell) {
    return cell.startsWith("'") ? cell.substring(1) : cell;
  }
}
