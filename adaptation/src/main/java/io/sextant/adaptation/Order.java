package io.sextant.adaptation;

import io.sextant.gradients.RandomKey;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Random orders. */
final class Order {
  private Order() {}

  /** Fisher and Yates' shuffle of 0 to count - 1. */
  static int[] shuffled(int count, RandomKey key) {
    RandomGenerator random = key.random();
    int[] order = IntStream.range(0, count).toArray();
    for (int i = count - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int kept = order[i];
      order[i] = order[other];
      order[other] = kept;
    }
    return order;
  }
}
