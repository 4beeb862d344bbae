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

  /**
   * The place of the median, the first one where several numbers are equal to it. NaN counts as
   * larger than all others, and -0 as smaller than 0.
   *
   * @param numbers at least one; not modified
   */
  public static int lower(double[] numbers) {
    double median = select(numbers.clone(), (numbers.length - 1) / 2);
    for (int i = 0; i < numbers.length; i++) {
      if (Double.compare(numbers[i], median) == 0) {
        return i;
      }
    }
    throw new IllegalStateException("a median is one of the numbers");
  }

  /** Hoare's selection; a range that resists is sorted, so that no input makes it slow. */
  private static double select(double[] numbers, int rank) {
    int low = 0;
    int high = numbers.length - 1;
    int patience = 2 * (Integer.SIZE - Integer.numberOfLeadingZeros(numbers.length));
    while (low < high && patience-- > 0) {
      double pivot = middle(numbers[low], numbers[(low + high) >>> 1], numbers[high]);
      int i = low;
      int j = high;
      while (i <= j) {
        while (Double.compare(numbers[i], pivot) < 0) {
          i++;
        }
        while (Double.compare(numbers[j], pivot) > 0) {
          j--;
        }
        if (i <= j) {
          double kept = numbers[i];
          numbers[i++] = numbers[j];
          numbers[j--] = kept;
        }
      }
      if (rank <= j) {
        high = j;
      } else if (rank >= i) {
        low = i;
      } else {
        return numbers[rank];
      }
    }
    Arrays.sort(numbers, low, high + 1);
    return numbers[rank];
  }

  private static double middle(double a, double b, double c) {
    double least = Double.compare(a, b) < 0 ? a : b;
    double most = Double.compare(a, b) < 0 ? b : a;
    return Double.compare(c, least) < 0 ? least : Double.compare(c, most) > 0 ? most : c;
  }
}
