package io.sextant.explainers.players;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The numbers of a mask, as text. */
final class MaskFile {
  /** Characters of one number with what parts it from the next. */
  private static final int WIDEST = 32;

  private MaskFile() {}

  /**
   * Reads whole numbers that stand in rows.
   *
   * @param most numbers that may be there; a longer file is not read to its end
   * @throws IllegalArgumentException when it cannot be read, or holds anything else
   */
  static List<Integer> read(Path file, int most) {
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      long room = (long) WIDEST * (most + 1L);
      List<Integer> numbers = new ArrayList<>();
      StringBuilder word = new StringBuilder();
      while (room-- > 0) {
        int next = reader.read();
        if (next >= 0 && next != ',' && next != ';' && !Character.isWhitespace(next)) {
          word.append((char) next);
          continue;
        }
        if (!word.isEmpty()) {
          numbers.add(number(file, word.toString()));
          word.setLength(0);
        }
        if (next < 0) {
          return numbers;
        }
        if (numbers.size() > most) {
          break;
        }
      }
      throw new IllegalArgumentException(
          "mask %s must have at most one number per value (%d) but has more".formatted(file, most));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "mask %s cannot be read: %s; it must be a text file of whole numbers"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  private static int number(Path file, String word) {
    try {
      return Integer.parseInt(word);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "mask %s must hold whole numbers alone but one was '%s'"
              .formatted(file, word.substring(0, Math.min(word.length(), WIDEST))),
          e);
    }
  }
}
