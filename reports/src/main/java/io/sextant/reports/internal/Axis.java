package io.sextant.reports.internal;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/**
 * A scale of a drawing.
 *
 * @param low value at its beginning
 * @param high value at its end, above {@code low}
 * @param from coordinate of its beginning
 * @param to coordinate of its end
 */
record Axis(double low, double high, double from, double to) {
  private static final int TICKS = 6;

  // Values that differ by less than this part of the largest are drawn as one.
  private static final double SAME = 1e-12;

  /** A mark, with a round number. */
  record Tick(double at, String label) {}

  /** An axis over some values; where they are all the same, there is room on both sides. */
  static Axis over(double least, double most, double from, double to) {
    double largest = Math.max(Math.abs(least), Math.abs(most));
    // Halved, as the range of large values may be larger than any number.
    if (most / 2 - least / 2 > SAME * largest && largest >= Double.MIN_NORMAL / SAME) {
      return new Axis(least, most, from, to);
    }
    double room = largest < Double.MIN_NORMAL / SAME ? 1 : largest / 2;
    return new Axis(least - room, most + room, from, to);
  }

  /** The coordinate of a value. */
  double at(double value) {
    // Divided first: the range of large values may be larger than any number.
    double share = (value / 2 - low / 2) / (high / 2 - low / 2);
    return from + (to - from) * share;
  }

  /** Round numbers on the axis: multiples of 1, 2 or 5 times a power of ten. */
  List<Tick> ticks() {
    double rough = (high / TICKS - low / TICKS);
    int power = (int) Math.floor(Math.log10(rough));
    double digit = rough / Math.pow(10, power);
    BigDecimal step =
        BigDecimal.valueOf(digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10)
            .scaleByPowerOfTen(power);
    List<Tick> ticks = new ArrayList<>();
    BigDecimal first =
        BigDecimal.valueOf(low)
            .divide(step, 0, RoundingMode.CEILING)
            .multiply(step, MathContext.DECIMAL64);
    // Where the values differ in their last digits alone, a step may move nothing.
    for (BigDecimal tick = first;
        tick.doubleValue() <= high && ticks.size() <= 2 * TICKS;
        tick = tick.add(step)) {
      ticks.add(new Tick(at(tick.doubleValue()), label(tick, step)));
    }
    return ticks;
  }

  private static String label(BigDecimal tick, BigDecimal step) {
    BigDecimal plain = tick.stripTrailingZeros();
    if (plain.signum() == 0) {
      return "0";
    }
    return plain.abs().doubleValue() < 1e6 && step.doubleValue() >= 1e-4
        ? plain.toPlainString()
        : Format.number(tick.doubleValue());
  }
}
