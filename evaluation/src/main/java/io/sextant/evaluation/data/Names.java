package io.sextant.evaluation.data;

import java.util.List;

/** Names from data in messages, which stay one line of a length that people read. */
final class Names {
  private static final int MOST = 12;
  private static final int LONGEST = 60;

  private Names() {}

  /** A list, the end of a long one by its length. */
  static String listed(List<String> names) {
    if (names.size() <= MOST) {
      return "[" + String.join(", ", names.stream().map(Names::shortened).toList()) + "]";
    }
    return "[%s, ... and %d more]"
        .formatted(
            String.join(", ", names.subList(0, MOST).stream().map(Names::shortened).toList()),
            names.size() - MOST);
  }

  /** One name, cut where it is long. */
  static String shortened(String name) {
    return name.length() <= LONGEST ? name : name.substring(0, LONGEST) + "...";
  }
}
