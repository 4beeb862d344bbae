package io.sextant.attacks;

import java.util.Comparator;
import java.util.stream.IntStream;

/** Classes in the order of their logits. */
final class Ranking {
  private Ranking() {}

  /** All classes, the largest logit first; of equal ones the first class. */
  static int[] of(double[] logits) {
    return IntStream.range(0, logits.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> logits[i]).reversed())
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** All classes but one, the largest logit first; of equal ones the first class. */
  static int[] without(int label, double[] logits) {
    return IntStream.of(of(logits)).filter(i -> i != label).toArray();
  }
}
