package io.sextant.attacks;

import org.apiguardian.api.API;

/**
 * How long a step of an iterative attack is, in the threat's norm.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public sealed interface StepSize {
  /** The length at a radius. */
  double at(double epsilon);

  /** The form in which settings name it. */
  String text();

  /**
   * The same length at every radius.
   *
   * @param length above 0
   */
  record Absolute(double length) implements StepSize {
    public Absolute {
      requirePositive(length);
    }

    @Override
    public double at(double epsilon) {
      return length;
    }

    @Override
    public String text() {
      return Double.toString(length);
    }
  }

  /**
   * A part of the radius: epsilon / {@code divisor}.
   *
   * @param divisor above 0
   */
  record OfEpsilon(double divisor) implements StepSize {
    public OfEpsilon {
      requirePositive(divisor);
    }

    @Override
    public double at(double epsilon) {
      return epsilon / divisor;
    }

    @Override
    public String text() {
      return PREFIX + (divisor == Math.rint(divisor) ? Long.toString((long) divisor) : divisor);
    }
  }

  /** What a relative length starts with. */
  String PREFIX = "epsilon/";

  /**
   * Reads {@code 0.01} or {@code epsilon/30}.
   *
   * @throws IllegalArgumentException when the text is neither
   */
  static StepSize parse(String text) {
    String trimmed = text.trim();
    boolean relative = trimmed.startsWith(PREFIX);
    try {
      double number = Double.parseDouble(relative ? trimmed.substring(PREFIX.length()) : trimmed);
      return relative ? new OfEpsilon(number) : new Absolute(number);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "step-size must be a number, or a part of the radius such as epsilon/30, but was '%s'"
              .formatted(text),
          e);
    }
  }

  private static void requirePositive(double value) {
    if (!(value > 0 && Double.isFinite(value))) {
      throw new IllegalArgumentException("step-size must be above 0 but was " + value);
    }
  }
}
