package io.sextant.reports.internal;

import io.sextant.results.internal.Text;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * Pieces of GitHub-flavoured Markdown in which names are only text: no markup, no links, and nobody
 * is notified.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Markdown {
  private static final int LONGEST = 120;
  private static final int SHORTEST_FENCE = 3;
  private static final String BREAK = "\u200B";
  private static final Pattern MARKUP = Pattern.compile("[\\\\`*_{}\\[\\]<>#!~&$]");
  // Code hosts look for references in the finished text, so escaping alone does not stop them.
  private static final Pattern REFERENCE = Pattern.compile("([@#!~%$&^])(?=[\\p{L}\\p{N}_/])");
  private static final Pattern ADDRESS = Pattern.compile("(?i)(www)(?=\\.)|(:)(?=//)");
  private static final Pattern TICKS = Pattern.compile("`+");

  private Markdown() {}

  /** A name, letter by letter. */
  public static String code(String name) {
    String text = Text.abbreviate(Text.line(name), LONGEST);
    String fence = "`".repeat(longestRun(text) + 1);
    boolean pad =
        text.startsWith("`")
            || text.endsWith("`")
            || (text.startsWith(" ") && text.endsWith(" "))
            || text.isEmpty();
    return pad ? fence + " " + text + " " + fence : fence + text + fence;
  }

  /** A sentence that may hold names. */
  public static String prose(String sentence) {
    String text = REFERENCE.matcher(Text.line(sentence)).replaceAll("$1" + BREAK);
    text = ADDRESS.matcher(text).replaceAll("$1$2" + BREAK);
    return MARKUP.matcher(text).replaceAll("\\\\$0");
  }

  /** A row of a table. */
  public static String row(List<String> cells) {
    return cells.stream()
        .map(cell -> cell.replace("|", "\\|"))
        .collect(Collectors.joining(" | ", "| ", " |\n"));
  }

  /** Lines as they are. */
  public static String block(String language, List<String> lines) {
    List<String> clean = lines.stream().map(Text::line).toList();
    int longest = clean.stream().mapToInt(Markdown::longestRun).reduce(0, Math::max);
    String fence = "`".repeat(Math.max(SHORTEST_FENCE, longest + 1));
    return fence + language + "\n" + String.join("\n", clean) + "\n" + fence + "\n";
  }

  private static int longestRun(String text) {
    return TICKS.matcher(text).results().mapToInt(run -> run.group().length()).reduce(0, Math::max);
  }
}
