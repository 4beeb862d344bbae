package io.sextant.maven.worker;

import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Arguments that are given in one line.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class ArgumentLine {
  private ArgumentLine() {}

  /**
   * Splits at white space; single or double quotes keep a part together.
   *
   * @throws IllegalArgumentException if a quote is not closed
   */
  public static List<String> split(String line) {
    List<String> arguments = new ArrayList<>();
    StringBuilder argument = new StringBuilder();
    boolean started = false;
    char quote = 0;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (quote != 0) {
        if (c == quote) {
          quote = 0;
        } else {
          argument.append(c);
        }
      } else if (c == '"' || c == '\'') {
        quote = c;
        started = true;
      } else if (Character.isWhitespace(c)) {
        if (started) {
          arguments.add(argument.toString());
          argument.setLength(0);
          started = false;
        }
      } else {
        argument.append(c);
        started = true;
      }
    }
    if (quote != 0) {
      throw new IllegalArgumentException(
          "arguments must close each quote but %s is open in: %s".formatted(quote, line));
    }
    if (started) {
      arguments.add(argument.toString());
    }
    return List.copyOf(arguments);
  }
}
