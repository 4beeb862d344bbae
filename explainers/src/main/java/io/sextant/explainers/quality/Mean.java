package io.sextant.explainers.quality;

import java.util.OptionalDouble;

/**
 * The mean of the finite ones among some numbers.
 *
 * @param value the mean; absent where none is finite
 * @param standardError of the mean; absent where fewer than two are
 * @param defined how many are finite
 */
record Mean(OptionalDouble value, OptionalDouble standardError, int defined) {
  static Mean of(double[] numbers) {
    double mean = 0;
    double squares = 0;
    int count = 0;
    for (double number : numbers) {
      if (Double.isFinite(number)) {
        count++;
        double before = number - mean;
        mean += before / count;
        squares += before * (number - mean);
      }
    }
    return new Mean(
        count == 0 ? OptionalDouble.empty() : OptionalDouble.of(mean),
        count < 2
            ? OptionalDouble.empty()
            : OptionalDouble.of(Math.sqrt(squares / (count - 1) / count)),
        count);
  }
}
