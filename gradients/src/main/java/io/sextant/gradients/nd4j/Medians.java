package io.sextant.gradients.nd4j;

import java.util.Arrays;
import org.apiguardian.api.API;

/**
 * The median of numbers as one of them: of an even number, the lower middle one.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Medians {
  private Medians() {}

  /** The place of the median, the first one where several numbers are equal to it. */
  public static int lower(double[] numbers) {
    double[] sorted = numbers.clone();
    Arrays.sort(sorted);
    double median = sorted[(sorted.length - 1) / 2];
    for (int i = 0; i < numbers.length; i++) {
      // By its bits, as sorting compares: numbers that are none have a median too.
      if (Double.compare(numbers[i], median) == 0) {
        return i;
      }
    }
    throw new IllegalStateException("a median is one of the numbers");
  }
}
