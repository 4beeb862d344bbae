package io.sextant.explainers;

/** The limits on a fixed rule's number of nodes. */
final class Nodes {
  private static final int MOST = 10_000;

  private Nodes() {}

  static void check(String rule, int count, int least) {
    if (count < least || count > MOST) {
      throw new IllegalArgumentException(
          "the %s rule must have %d to %d nodes but was given %d"
              .formatted(rule, least, MOST, count));
    }
  }
}
