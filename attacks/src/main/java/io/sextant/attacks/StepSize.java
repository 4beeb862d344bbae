package io.sextant.attacks;

import io.sextant.methods.Form;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * How long the steps of an iterative attack are, in the threat's norm.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public sealed interface StepSize {
  /**
   * The length of a step.
   *
   * @param epsilon the radius
   * @param step which one, from 0
   * @param steps of the whole run
   */
  double at(double epsilon, int step, int steps);

  /** How far all steps of a run go together at a radius. */
  default double reach(double epsilon, int steps) {
    return IntStream.range(0, steps).mapToDouble(step -> at(epsilon, step, steps)).sum();
  }

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
    public double at(double epsilon, int step, int steps) {
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
    public double at(double epsilon, int step, int steps) {
      return epsilon / divisor;
    }

    @Override
    public String text() {
      if (divisor == 1) {
        return EPSILON;
      }
      return PREFIX + (divisor == Math.rint(divisor) ? Long.toString((long) divisor) : divisor);
    }
  }

  /**
   * Lengths that fall from one part of the radius to another along half a cosine.
   *
   * @param divisor of epsilon, for the first step; above 0
   * @param last divisor of epsilon for what the steps fall to, at least that of the first; infinite
   *     to fall to 0
   */
  record Cosine(double divisor, double last) implements StepSize {
    public Cosine {
      requirePositive(divisor);
      if (!(last >= divisor)) {
        throw new IllegalArgumentException(
            "step-size must fall, but went from epsilon/%s to epsilon/%s".formatted(divisor, last));
      }
    }

    /** Lengths that fall to 0. */
    public Cosine(double divisor) {
      this(divisor, Double.POSITIVE_INFINITY);
    }

    @Override
    public double at(double epsilon, int step, int steps) {
      double least = epsilon / last;
      return least + (epsilon / divisor - least) * (1 + Math.cos(Math.PI * step / steps)) / 2;
    }

    @Override
    public String text() {
      String first = COSINE + new OfEpsilon(divisor).text();
      return Double.isInfinite(last) ? first : first + TO + new OfEpsilon(last).text();
    }
  }

  /** How settings name it. */
  Form<StepSize> FORM =
      new Form<>(
          "a number above 0, a part of the radius such as epsilon/10, or steps that fall from one"
              + " such as 'cosine epsilon'",
          StepSize::parse,
          StepSize::text);

  /** The radius itself. */
  String EPSILON = "epsilon";

  /** What a part of the radius starts with. */
  String PREFIX = EPSILON + "/";

  /** What falling lengths start with. */
  String COSINE = "cosine ";

  /** What stands before the part of the radius that falling lengths end at. */
  String TO = " to ";

  /**
   * Reads {@code 0.01}, {@code epsilon}, {@code epsilon/10}, {@code cosine epsilon} or {@code
   * cosine epsilon to epsilon/10}.
   *
   * @throws IllegalArgumentException when the text is none of these
   */
  static StepSize parse(String text) {
    String trimmed = text.trim();
    try {
      return trimmed.startsWith(COSINE)
          ? cosine(trimmed.substring(COSINE.length()))
          : trimmed.startsWith(EPSILON)
              ? new OfEpsilon(divisor(trimmed))
              : new Absolute(Double.parseDouble(trimmed));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "step-size must be a number, a part of the radius such as epsilon/10, or steps that fall from one such as 'cosine epsilon', but was '%s'"
              .formatted(text),
          e);
    }
  }

  private static StepSize cosine(String parts) {
    int to = parts.indexOf(TO);
    return to < 0
        ? new Cosine(divisor(parts.trim()))
        : new Cosine(
            divisor(parts.substring(0, to).trim()),
            divisor(parts.substring(to + TO.length()).trim()));
  }

  private static double divisor(String part) {
    if (part.equals(EPSILON)) {
      return 1;
    }
    if (!part.startsWith(PREFIX)) {
      throw new NumberFormatException(part);
    }
    return Double.parseDouble(part.substring(PREFIX.length()));
  }

  private static void requirePositive(double value) {
    if (!(value > 0 && Double.isFinite(value))) {
      throw new IllegalArgumentException("step-size must be above 0 but was " + value);
    }
  }
}
