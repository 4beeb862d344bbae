package io.sextant.methods;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * The known name nearest to a mistyped one.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Suggestion {
  private static final int MISTYPED = 2;

  /** Fewer letters say too little. */
  private static final int ABBREVIATION = 3;

  private Suggestion() {}

  /**
   * The shortest known name that begins with the given one, if that has three letters or more;
   * otherwise the one with the smallest edit distance; case ignored, the first of equals.
   *
   * @param name the unknown name
   * @param known the names that exist
   * @return empty only if there are none
   */
  public static Optional<String> nearest(String name, Collection<String> known) {
    String start = name.toLowerCase(Locale.ROOT);
    Optional<String> whole =
        known.stream()
            .filter(candidate -> candidate.toLowerCase(Locale.ROOT).startsWith(start))
            .min(Comparator.comparingInt(String::length));
    return start.length() >= ABBREVIATION && whole.isPresent() ? whole : byEdits(name, known);
  }

  private static Optional<String> byEdits(String name, Collection<String> known) {
    String best = null;
    int least = Integer.MAX_VALUE;
    for (String candidate : known) {
      int distance = distance(name.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
      if (distance < least) {
        least = distance;
        best = candidate;
      }
    }
    return Optional.ofNullable(best);
  }

  /**
   * A question to append to a message: {@code "; did you mean 'epsilons'?"}, or nothing.
   *
   * @param name the unknown name
   * @param known the names that exist
   */
  public static String question(String name, Collection<String> known) {
    return nearest(name, known).map("; did you mean '%s'?"::formatted).orElse("");
  }

  /**
   * Whether a name is not known but looks like a mistyped one: it is at most two edits away, case
   * ignored.
   *
   * @param name to look at
   * @param known the names that exist
   */
  public static boolean isMistyped(String name, Collection<String> known) {
    return !known.contains(name)
        && byEdits(name, known)
            .filter(
                near ->
                    distance(name.toLowerCase(Locale.ROOT), near.toLowerCase(Locale.ROOT))
                        <= MISTYPED)
            .isPresent();
  }

  /**
   * The smallest number of insertions, deletions and replacements that turns one text into another
   * (V. Levenshtein, "Binary codes capable of correcting deletions, insertions, and reversals",
   * Soviet Physics Doklady 10, 1966).
   */
  static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }
}
