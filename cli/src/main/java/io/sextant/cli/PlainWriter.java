package io.sextant.cli;

import io.sextant.results.internal.Text;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;

/**
 * What the command prints, on both streams: names from data, models, specs and results must not
 * move the cursor, colour the terminal or turn the reading direction. Line ends and tabs are kept.
 */
final class PlainWriter extends FilterWriter {
  private PlainWriter(Writer out) {
    super(out);
  }

  static PrintWriter over(PrintWriter out) {
    return new PrintWriter(new PlainWriter(out), true);
  }

  @Override
  public void write(int character) throws IOException {
    write(Character.toString((char) character));
  }

  @Override
  public void write(char[] characters, int from, int length) throws IOException {
    write(new String(characters, from, length));
  }

  @Override
  public void write(String text, int from, int length) throws IOException {
    write(text.substring(from, from + length));
  }

  @Override
  public void write(String text) throws IOException {
    // A line's end of the platform is none of what a name could bring along.
    boolean end = text.equals(System.lineSeparator());
    out.write(end ? text : Text.lines(text));
  }
}
